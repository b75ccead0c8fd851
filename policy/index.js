// The CLI requires a pack's entry as JavaScript; Node strips the types of what it imports.
import "./pack.ts";
