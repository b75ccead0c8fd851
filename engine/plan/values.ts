import type { Path } from "./registration.ts";

// Signatures of the SDK's wire format for values that plain JSON cannot hold.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Unwrapped {
  value: unknown;
  secrets: Path[];
  unknowns: Path[];
}

/** A secret as the SDK takes it back from a provider. */
export const secretValue = (value: unknown): object => ({ [SIGNATURE]: SECRET, value });

/** Takes wire values apart: plain values, and where secrets and unknowns were. Assets are refused: no object of ours holds one. */
export function unwrap(wire: unknown): Unwrapped {
  const secrets: Path[] = [];
  const unknowns: Path[] = [];
  const walk = (it: unknown, path: Path, secret: boolean): unknown => {
    if (it === UNKNOWN) {
      unknowns.push(path);
      return it;
    }
    if (Array.isArray(it)) return it.map((item, index) => walk(item, [...path, index], secret));
    if (it === null || typeof it !== "object") return it;
    const bag = it as Record<string, unknown>;
    const signature = bag[SIGNATURE];
    if (signature === SECRET) {
      if (!secret) secrets.push(path);
      return walk(bag["value"], path, true);
    }
    if (signature === RESOURCE) return bag["id"] ?? bag["urn"];
    if (signature !== undefined)
      throw new Error(`${path.join(".")} holds an asset or archive, which this engine cannot apply`);
    return Object.fromEntries(Object.entries(bag).map(([key, item]) => [key, walk(item, [...path, key], secret)]));
  };
  return { value: walk(wire, [], false), secrets, unknowns };
}

/** A copy in which each listed place holds what `mark` says instead. */
export function replaceAt<T>(value: T, paths: readonly Path[], mark: (path: Path) => unknown): T {
  if (paths.length === 0) return value;
  if (paths.some((it) => it.length === 0)) return mark([]) as T;
  const copy = structuredClone(value);
  for (const path of paths) {
    const last = path.at(-1);
    let parent: unknown = copy;
    for (const part of path.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[part];
    if (last !== undefined && parent !== null && typeof parent === "object") {
      (parent as Record<string | number, unknown>)[last] = mark(path);
    }
  }
  return copy;
}
