import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { breakingChanges } from "../../tenants/breaking.ts";
import { PLANS } from "../../tenants/plans.ts";
import { tenantJsonSchema, type JsonSchema } from "../../tenants/json-schema.ts";

const read = (path: string): JsonSchema => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const published = read("./tenant.schema.v1.json");
const emitted = tenantJsonSchema();

/** Run with -u to write it anew. */
test("the schema for editors is the one the program judges by", async () => {
  await expect(`${JSON.stringify(emitted, undefined, 2)}\n`).toMatchFileSnapshot("../../docs/tenant.schema.json");
});

test("what was published as version 1 still reads; else schemaVersion moves, and a new file is published", () => {
  expect(breakingChanges(published, emitted)).toEqual([]);
  expect(Object.keys(published.properties as object)).toContain("schemaVersion");
});

/** Places in the schema and what they become there; undefined takes them away. */
type Edit = Record<string, unknown>;

function changed(edit: Edit): string[] {
  const copy = structuredClone(emitted);
  for (const [place, value] of Object.entries(edit)) {
    const keys = place.split("/");
    const last = keys.pop() ?? "";
    const holder = keys.reduce<JsonSchema>((it, key) => it[key] as JsonSchema, copy);
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
  }
  return breakingChanges(emitted, copy);
}

const SPACE = "properties/spaces/additionalProperties/properties";
const DAYS = "properties/retention/properties/days";
const required = emitted.required as string[];
const plans = Object.keys(PLANS);
const LIFECYCLE = [{ type: "string", enum: ["active", "suspended"] }];

test.each<[string, Edit, string]>([
  ["a removed field", { "properties/egress": undefined }, "egress: removed"],
  ["a new required field", { required: [...required, "retention"] }, "retention: required"],
  ["a nested required field", { "properties/owner/required": ["email", "team"] }, "owner.team: required"],
  ["a plan that is gone", { "properties/plan/enum": plans.slice(1) }, "plan: no longer free"],
  ["a new enum", { "properties/owner/properties/team/enum": ["x"] }, 'owner.team: enum nothing -> ["x"]'],
  ["a changed pattern", { "properties/id/pattern": "^a$" }, 'id: pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$" -> "^a$"'],
  ["a shorter text", { "properties/id/maxLength": 20 }, "id: maxLength 30 -> 20"],
  ["a new floor", { "properties/domains/minItems": 1 }, "domains: minItems nothing -> 1"],
  ["a lower ceiling", { [`${DAYS}/maximum`]: 30 }, "retention.days: maximum 3650 -> 30"],
  ["another type", { "properties/domains/type": "string" }, 'domains: type "array" -> "string"'],
  ["a whole number", { [`${SPACE}/share/type`]: "integer" }, 'spaces.*.share: type "number" -> "integer"'],
  [
    "narrower names",
    { "properties/spaces/propertyNames/pattern": "^a$" },
    'spaces (names): pattern "^[a-z][a-z0-9]{0,15}$" -> "^a$"',
  ],
  ["narrower entries", { "properties/domains/items/maxLength": 9 }, "domains[]: maxLength 253 -> 9"],
  [
    "a narrower form",
    { [`${SPACE}/app/oneOf/0/properties/port/maximum`]: 9000 },
    "spaces.*.app|0.port: maximum 65535 -> 9000",
  ],
  ["another default", { "properties/retention/default": { days: 7 } }, 'retention: default {"days":30} -> {"days":7}'],
  ["a constraint nobody knows", { "properties/id/not": { const: "x" } }, 'id: not nothing -> {"const":"x"}'],
  ["a field closed to all", { "properties/plan": false }, "plan: narrowed"],
])("%s is a breaking change", (_what, edit, line) => {
  expect(changed(edit)).toEqual([line]);
});

test("a form that is gone is a breaking change", () => {
  expect(changed({ "properties/lifecycle/anyOf": LIFECYCLE })).toEqual([expect.stringMatching(/^lifecycle: anyOf /)]);
});

test.each<[string, Edit]>([
  ["a new optional field", { "properties/colour": { type: "string" } }],
  ["a new plan", { "properties/plan/enum": [...plans, "mega"] }],
  ["longer text", { "properties/id/maxLength": 40 }],
  ["a bound that is gone", { "properties/id/pattern": undefined }],
  ["a field that is no longer required", { required: ["id"] }],
  ["words", { "properties/id/description": "A name." }],
  ["any number", { [`${DAYS}/type`]: "number" }],
  ["a new form", { [`${SPACE}/app/oneOf/1`]: { type: "null" } }],
  ["a field open to all", { "properties/id": {} }],
  ["another version", { "properties/schemaVersion/const": 2, "properties/egress": undefined }],
])("%s is no breaking change", (_what, edit) => {
  expect(changed(edit)).toEqual([]);
});
