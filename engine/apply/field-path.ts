import { isDeepStrictEqual } from "node:util";

/**
 * A copy of an object without these fields, named as the API server names fields in dispute, such as `.spec.replicas` or
 * `.spec.containers[name="web"].image`. Keys may hold dots themselves. Undefined when one of the fields is not there.
 */
export function withoutFields<T extends object>(object: T, fields: readonly string[]): T | undefined {
  const copy = structuredClone(object);
  return fields.every((field) => drop(copy, field)) ? copy : undefined;
}

function drop(at: unknown, path: string): boolean {
  if (at === null || typeof at !== "object") return false;
  if (Array.isArray(at)) return dropItem(at, path);
  const bag = at as Record<string, unknown>;
  // The longest key first: of "a.b" and "a" the path ".a.b" means the former.
  for (const key of Object.keys(bag).toSorted((a, b) => b.length - a.length)) {
    if (path === `.${key}`) return Reflect.deleteProperty(bag, key);
    const rest = path.startsWith(`.${key}`) ? path.slice(key.length + 1) : "";
    if (/^[.[]/.test(rest) && drop(bag[key], rest)) return true;
  }
  return false;
}

/** `[name="web"]`, `[containerPort=80,protocol="TCP"]`, or `[="value"]` in a set. */
function dropItem(list: unknown[], path: string): boolean {
  const [step = "", inside = ""] = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path) ?? [];
  if (step === "") return false;
  const keys = [...inside.matchAll(/([^=,]*)=("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(
    ([, key = "", value = ""]) => [key, parsed(value)] as const,
  );
  const index = list.findIndex((item) => keys.every(([key, value]) => isDeepStrictEqual(valueOf(item, key), value)));
  if (index < 0 || keys.length === 0) return false;
  const rest = path.slice(step.length);
  if (rest !== "") return drop(list[index], rest);
  list.splice(index, 1);
  return true;
}

const valueOf = (item: unknown, key: string): unknown =>
  key === "" ? item : item !== null && typeof item === "object" ? (item as Record<string, unknown>)[key] : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
