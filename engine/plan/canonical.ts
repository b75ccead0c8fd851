import { createHash } from "node:crypto";
import { formatPath, type Path } from "./registration.ts";
import { replaceAt } from "./values.ts";

/** JSON with sorted keys and without undefined: equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, it: unknown) =>
    it !== null && typeof it === "object" && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
}

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A copy without secret values: each leaf below a secret place becomes that place's path. */
export function redact<T>(value: T, secrets: readonly Path[]): T {
  return replaceAt(value, secrets, (path) => mask(at(value, path), path));
}

function mask(value: unknown, path: Path): unknown {
  if (Array.isArray(value)) return value.map((item, index) => mask(item, [...path, index]));
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) => [key, mask(item, [...path, key])]);
    return Object.fromEntries(entries);
  }
  return `<secret ${formatPath(path)}>`;
}

export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((it, part) => (it as Record<string | number, unknown> | undefined)?.[part], value);
