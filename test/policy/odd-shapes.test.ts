import fc from "fast-check";
import { expect, test } from "vitest";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { objects } from "../support/objects.ts";
import { stackViolations, violations } from "../support/violations.ts";

const seeds = objects().filter((it) => it.title.endsWith("as it should be"));
const types = [
  ...seeds.map((it) => it.type),
  "tenantry:tenancy:Tenant",
  "tenantry:platform:Platform",
  "kubernetes:core/v1:List",
  "kubernetes:core/v1:LimitRange",
  "kubernetes:core/v1:ResourceQuota",
  "kubernetes:helm.sh/v3:Release",
  "random:index:RandomPassword",
  "no type at all",
];
const odd = fc.oneof(
  { weight: 3, arbitrary: fc.anything({ maxDepth: 2 }) },
  fc.constantFrom(null, undefined, "", 0, -1, Number.NaN, [], {}, [null], { length: 3 }, "__proto__", true),
);

/** Puts odd values at random places of a valid object. */
function bent(value: unknown, pick: () => unknown, dice: () => number): unknown {
  if (dice() < 4) return pick();
  if (Array.isArray(value)) return value.map((it) => bent(it, pick, dice));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, bent(it, pick, dice)]));
}

const props = fc.oneof(
  odd,
  fc
    .tuple(fc.constantFrom(...seeds), fc.array(odd, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat(30)))
    .map(([{ manifest }, values, dice]) => {
      let at = 0;
      return bent(
        manifest,
        () => values[at++ % values.length],
        () => dice.next().value as number,
      );
    }),
);

test("no shape of a resource makes a rule throw: an exception would fail a whole deployment", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), props, async (type, value) => {
      for (const { rule } of GUARDRAILS) {
        const judged = { type, props: value };
        const found = "validateStack" in rule ? await stackViolations(rule, [judged]) : await violations(rule, judged);
        expect(found.every((it) => typeof it === "string" && it !== "")).toBe(true);
      }
    }),
    { numRuns: 1500, seed: 3 },
  );
});

test("an unknown value is passed on to the SDK, which says that the rule could not run", async () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const rule = GUARDRAILS.find((it) => it.rule.name === "internal-services")?.rule;
  if (!rule) throw new Error("internal-services is gone");
  const judged = { type: "kubernetes:core/v1:Service", props: { metadata: { name: "it" }, spec: { type: unknown } } };
  await expect(violations(rule, judged)).rejects.toThrow("can't be known during preview");
});
