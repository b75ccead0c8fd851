import { expect, test } from "vitest";
import type { Unit } from "../../../engine/apply/inventory.ts";
import type { Stack } from "../../../engine/fleet.ts";
import { inputsOf } from "../../../engine/plan/inputs.ts";
import { shipped } from "../../support/stacks.ts";

const stack = shipped("local");
const UNITS: Unit[] = ["platform", ...stack.fleet.tenants.map((it) => ({ tenant: it.id }))];
const titles = UNITS.map((it) => (it === "platform" ? it : it.tenant));

/** Units whose digest a change moves. */
function moved(change: (it: Stack) => Stack): string[] {
  const [before, after] = [inputsOf(stack), inputsOf(change(stack))];
  return UNITS.flatMap((unit, index) => (before(unit) === after(unit) ? [] : [titles[index] ?? ""]));
}
const setting = (key: string, value: string) => (it: Stack) => ({ ...it, config: { ...it.config, [key]: value } });

test("no two units share a digest, and it stays the same", () => {
  const inputs = inputsOf(stack);
  expect(new Set(UNITS.map(inputs)).size).toBe(UNITS.length);
  expect(
    moved((it) => structuredClone({ ...it, program: undefined, guardrails: undefined }) as unknown as Stack),
  ).toEqual([]);
});

test("editing a tenant moves its own digest only", () => {
  const edit = (it: Stack): Stack => ({
    ...it,
    fleet: {
      ...it.fleet,
      tenants: it.fleet.tenants.map((one) =>
        one.id === "acme" ? { ...one, digestInput: `${one.digestInput} ` } : one,
      ),
    },
  });
  expect(moved(edit)).toEqual(["acme"]);
});

test("adding a tenant moves nobody's", () => {
  const [first] = stack.fleet.tenants;
  if (!first) throw new Error("no tenant");
  const more = { ...first, id: "new", digestInput: "{}" };
  expect(moved((it) => ({ ...it, fleet: { ...it.fleet, tenants: [...it.fleet.tenants, more] } }))).toEqual([]);
});

test("a setting and the program's version move all", () => {
  expect(moved(setting("tenantry:baseDomain", "other.example"))).toEqual(titles);
  expect(moved(setting("tenantry:runner", "cli"))).toEqual(titles);
  expect(moved((it) => ({ ...it, version: "v2" }))).toEqual(titles);
});

test("caps move the platform's only, and what a run looks at moves nobody's", () => {
  expect(moved(setting("tenantry:caps", '{"tenants":7}'))).toEqual(["platform"]);
  for (const key of ["only", "part", "tenants"])
    expect([key, moved(setting(`tenantry:${key}`, "x"))]).toEqual([key, []]);
});
