import type { JsonSchema } from "./json-schema.ts";

type Value = unknown;

const ANNOTATIONS = new Set(["$schema", "$id", "title", "description", "examples", "default"]);
/** Keywords that bound from below: a higher figure refuses more. */
const FLOORS = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const CEILINGS = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/**
 * What a tenant file that is valid before would trip over after, one line each; nothing when schemaVersion moves. A default
 * that moves counts, since files that leave it out would change their meaning, and so does a pattern that changes at all.
 */
export function breakingChanges(before: JsonSchema, after: JsonSchema): string[] {
  return same(versionOf(before), versionOf(after)) ? compare(before, after, "") : [];
}

const versionOf = (schema: JsonSchema): Value => record(record(schema.properties).schemaVersion).const;

function compare(before: Value, after: Value, path: string): string[] {
  if (same(before, after) || isOpen(after)) return [];
  if (typeof before === "boolean" || typeof after === "boolean") return before === false ? [] : [`${path}: narrowed`];
  const [a, b] = [record(before), record(after)];
  const keywords = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keywords]
    .filter((it) => !ANNOTATIONS.has(it))
    .flatMap((keyword) => compareKeyword(keyword, a, b, path))
    .map((it) => it.replace(/^: /, "(root): "));
}

function compareKeyword(keyword: string, before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [a, b] = [before[keyword], after[keyword]];
  const changed = `${path}: ${keyword} ${text(a)} -> ${text(b)}`;
  if (keyword === "properties") return compareProperties(before, after, path);
  if (keyword === "required") return added(b, a).map((it) => `${join(path, it)}: required`);
  if (same(a, b)) return [];
  if (keyword === "items") return compare(a ?? true, b ?? true, `${path}[]`);
  if (keyword === "additionalProperties") return compare(a ?? true, b ?? true, `${path}.*`);
  if (keyword === "propertyNames") return compare(a ?? true, b ?? true, `${path} (names)`);
  if (keyword === "anyOf" || keyword === "oneOf") return compareOptions(list(a), list(b), changed);
  if (b === undefined) return [];
  if (keyword === "enum") return a === undefined ? [changed] : added(a, b).map((it) => `${path}: no longer ${it}`);
  if (keyword === "type") return types(a).every((it) => accepts(types(b), it)) && a !== undefined ? [] : [changed];
  if (FLOORS.has(keyword)) return typeof a === "number" && Number(b) <= a ? [] : [changed];
  if (CEILINGS.has(keyword)) return typeof a === "number" && Number(b) >= a ? [] : [changed];
  return [changed];
}

function compareProperties(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const now = record(after.properties);
  return Object.entries(record(before.properties)).flatMap(([name, schema]) => {
    const at = join(path, name);
    if (!Object.hasOwn(now, name)) return [`${at}: removed`];
    const [was, is] = [record(schema).default, record(now[name]).default];
    const silent = same(was, is) || list(before.required).includes(name);
    const moved = silent ? [] : [`${at}: default ${text(was)} -> ${text(is)}`];
    return [...moved, ...compare(schema, now[name], at)];
  });
}

/** Every form that was possible must still fit one that is. Two forms in the same place are compared for a better message. */
function compareOptions(before: Value[], after: Value[], changed: string): string[] {
  if (before.length === 0) return [changed];
  if (after.length === 0) return [];
  const lost = before.filter((a) => !after.some((b) => compare(a, b, "").length === 0));
  if (lost.length === 0) return [];
  const path = changed.slice(0, changed.indexOf(": "));
  const index = before.indexOf(lost[0]);
  return before.length === after.length ? compare(lost[0], after[index], `${path}|${index}`) : [changed];
}

const isOpen = (schema: Value): boolean => schema === true || (isRecord(schema) && Object.keys(schema).length === 0);
const accepts = (options: Value[], type: Value): boolean =>
  options.includes(type) || (type === "integer" && options.includes("number"));

const isRecord = (it: Value): it is JsonSchema => typeof it === "object" && it !== null && !Array.isArray(it);
const record = (it: Value): JsonSchema => (isRecord(it) ? it : {});
const list = (it: Value): Value[] => (Array.isArray(it) ? it : []);
const types = (it: Value): Value[] => (Array.isArray(it) ? it : [it]);
const added = (to: Value, from: Value): string[] =>
  list(to)
    .filter((it) => !list(from).some((other) => same(it, other)))
    .map((it) => (typeof it === "string" ? it : text(it)));

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
const text = (it: Value): string => (it === undefined ? "nothing" : JSON.stringify(it));

function same(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((it, index) => same(it, b[index]));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((it) => Object.hasOwn(b, it) && same(a[it], b[it]));
}
