import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Kept compiled, the command starts twice as fast. In the checkout: a folder that others may write would let them plant code.
enableCompileCache(join(import.meta.dirname, "..", "node_modules", ".cache", "tenantry"));
await import("./main.ts");
