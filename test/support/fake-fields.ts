import type { KubeObject } from "../../engine/cluster/object.ts";

/** Fields by path, joined by a character no key holds; lists are one field. */
export const SEPARATOR = "\u0001";

export function leaves(object: KubeObject): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const walk = (value: unknown, path: string[]): void => {
    if (path.length === 1 && ["apiVersion", "kind", "status"].includes(path[0] ?? "")) return;
    if (path.length === 2 && path[0] === "metadata" && !["labels", "annotations"].includes(path[1] ?? "")) return;
    if (value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0)
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    else if (path.length > 0) found.set(path.join(SEPARATOR), value);
  };
  walk(object, []);
  return found;
}

type Bag = Record<string, unknown>;

export function setAt(object: KubeObject, field: string, value: unknown): void {
  const path = field.split(SEPARATOR);
  let at = object as Bag;
  for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Bag;
  at[path.at(-1) ?? ""] = value;
}

export function dropAt(object: KubeObject, field: string): void {
  const path = field.split(SEPARATOR);
  let at: Bag | undefined = object;
  for (const key of path.slice(0, -1)) at = at?.[key] as Bag | undefined;
  if (at) Reflect.deleteProperty(at, path.at(-1) ?? "");
}
