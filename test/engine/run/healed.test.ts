import { expect, test } from "vitest";
import { type Entry, emptyInventory, type Unit } from "../../../engine/apply/inventory.ts";
import { driftOf, healedOf } from "../../../engine/run/healed.ts";

const entry = (name: string, uid = "u"): Entry => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  namespace: "n",
  name,
  uid,
  print: "p",
});
const survey = {
  inventories: new Map(
    (["platform", { tenant: "globex" }, { tenant: "acme" }] as Unit[]).map((unit) => [
      unit === "platform" ? unit : `tenant.${unit.tenant}`,
      emptyInventory(unit),
    ]),
  ),
  drifts: new Map([
    ["tenant.globex", [{ entry: entry("b"), what: "missing" as const }]],
    [
      "tenant.acme",
      [
        { entry: entry("z"), what: "changed" as const },
        { entry: entry("a"), what: "changed" as const },
        { entry: entry("never-made", ""), what: "missing" as const },
      ],
    ],
  ]),
};
const result = (created: string[], changed: string[]) => ({ created, changed, pruned: [], unchanged: 0, kept: [] });

test("drift is what was applied once and is no longer so, in one order", () => {
  expect(driftOf(survey)).toEqual([
    { unit: "acme", object: "core/ConfigMap/n/a", was: "changed" },
    { unit: "acme", object: "core/ConfigMap/n/z", was: "changed" },
    { unit: "globex", object: "core/ConfigMap/n/b", was: "missing" },
  ]);
});

test("healed is what the run wrote again: not what others hold, and not what changed for another reason", () => {
  const units = [
    // A unit that failed at "z" and had written "a" before.
    { unit: "acme", result: result([], ["core/ConfigMap/n/a"]) },
    { unit: "globex", result: result(["core/ConfigMap/n/b", "core/ConfigMap/n/new"], []) },
    { unit: "platform", result: result(["core/ConfigMap/n/z"], []) },
  ];
  expect(healedOf(driftOf(survey), units).map((it) => `${it.unit} ${it.object} ${it.was}`)).toEqual([
    "acme core/ConfigMap/n/a changed",
    "globex core/ConfigMap/n/b missing",
  ]);
  expect(healedOf(driftOf(survey), [{ unit: "acme" }])).toEqual([]);
});
