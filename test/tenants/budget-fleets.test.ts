import fc from "fast-check";
import { expect, test } from "vitest";
import { budgetsAddUp } from "../../policy/rules/budgets-add-up.ts";
import { budgetOf, spaceBudgets } from "../../tenants/budget.ts";
import { hardLimits } from "../../components/tenancy/hard-limits.ts";
import { judgeFleet } from "../../tenants/fleet.ts";
import { milli } from "../../tenants/quantity.ts";
import { Tenant } from "../../tenants/schema.ts";
import { stackViolations, type Judged } from "../support/violations.ts";
import { type DrawnFleet, fleet, inputOf } from "./budget-arbitraries.ts";
import { equal, exceeds, type Figures, figuresOf, fits, leastCpu, readingOf } from "./budget-oracle.ts";
import { limits } from "./samples.ts";

function capacityOf({ capacity, overcommit, edge }: DrawnFleet, totals: Figures[]): { cpu: string; memory: string } {
  if (edge === undefined) return capacity;
  return { cpu: `${leastCpu(totals, overcommit) + edge}m`.replace("-1m", "0m"), memory: "9999Gi" };
}

/** Keys and quantities of a tenant as its component tells them to the stack's rules. */
function component(it: Tenant): Judged {
  const spaces = Object.entries(spaceBudgets(it));
  const refusedClasses = ["fast"];
  return {
    type: "tenantry:tenancy:Tenant",
    name: it.id,
    props: {
      tenant: it.id,
      caps: { spaces: 20 },
      budget: hardLimits(budgetOf(it), { namespaces: spaces.length, refusedClasses }),
      spaces: spaces.map(([name, budget]) => ({ name, quota: hardLimits(budget, { namespaces: 1, refusedClasses }) })),
    },
  };
}

type Props = { budget: Record<string, string>; spaces: { quota: Record<string, string> }[] };
const overdrawn = ({ props }: Judged): string[] => {
  const { budget, spaces } = props as Props;
  return Object.entries(budget)
    .filter(([key, most]) => spaces.reduce((sum, it) => sum + milli(it.quota[key] ?? "x"), 0n) > milli(most))
    .map(([key]) => key);
};

/** As `expect` would say it; a hundred thousand of those take a minute. */
function agree(found: unknown, wanted: unknown, about: unknown): void {
  if (found !== wanted) throw new Error(`${String(found)}, want ${String(wanted)}: ${JSON.stringify(about)}`);
}

test("10,000 random fleets: what does not add up is refused, what adds up is let in, as an exact second reading says", () => {
  const seen = { fleets: 0, sound: 0, refusedTenants: 0, refusedFleets: 0 };
  fc.assert(
    fc.property(fleet, (drawn) => {
      const { tenants, most, overcommit } = drawn;
      const loaded = tenants.map((it, index) => ({ tenant: Tenant.parse(inputOf(it, index)), file: `t${index}.ts` }));
      const readings = loaded.map((it) => readingOf(it.tenant));
      const totals = readings.filter((it) => it !== undefined).map((it) => it.total);
      const capacity = capacityOf(drawn, totals);
      const faults = judgeFleet(loaded, { ...limits, tenants: most, capacity, overcommit });
      const blamed = new Set(faults.flatMap((it) => it.tenant ?? []));
      seen.fleets++;
      for (const [index, reading] of readings.entries()) {
        const it = loaded[index]?.tenant;
        if (!it) throw new Error("a reading of nobody");
        agree(blamed.has(it.id), reading === undefined, it);
        if (!reading) {
          seen.refusedTenants++;
          continue;
        }
        agree(equal(reading.total, figuresOf(budgetOf(it))), true, it);
        const parts = Object.entries(spaceBudgets(it)).map(([name, budget]) => [name, figuresOf(budget)] as const);
        for (const [name, part] of parts) expect(equal(part, reading.spaces[name] ?? reading.total)).toBe(true);
        expect(
          exceeds(
            parts.map(([, part]) => part),
            reading.total,
          ),
        ).toBe(false);
        expect(overdrawn(component(it))).toEqual([]);
      }
      if (readings.includes(undefined)) return;
      const sound = fits(totals, { capacity, overcommit }) && loaded.length <= most;
      if (sound) seen.sound++;
      else seen.refusedFleets++;
      agree(faults.length === 0, sound, { capacity, overcommit, faults });
    }),
    { numRuns: 10_000, seed: 1605 },
  );
  // A generator that makes only one sort of fleet would prove little.
  expect(seen.fleets).toBe(10_000);
  for (const count of [seen.sound, seen.refusedTenants, seen.refusedFleets]) expect(count).toBeGreaterThan(1000);
}, 300_000);

/** The least quantity that with the others' sum is more than the whole. */
function oneMore(most: string, others: bigint): string {
  const left = milli(most) - others;
  return most.endsWith("i") ? `${left / 1000n / 1024n ** 2n + 1n}Mi` : `${left + 1n}m`;
}

test("the guardrail of the plan gives the same verdict, and sees one unit too much in any key of any space", async () => {
  let sound = 0;
  await fc.assert(
    fc.asyncProperty(fleet, fc.nat(), async (drawn, pick) => {
      const { tenants, overcommit } = drawn;
      const all = tenants.map((it, index) => Tenant.parse(inputOf(it, index))).filter((it) => readingOf(it));
      const totals = all.map((it) => figuresOf(budgetOf(it)));
      const capacity = capacityOf(drawn, totals);
      const platform = { type: "tenantry:platform:Platform", props: { caps: { tenants: 9 }, capacity, overcommit } };
      const components = all.map(component);
      const found = await stackViolations(budgetsAddUp.rule, [platform, ...components]);
      expect(found.length === 0, found.join("\n")).toBe(fits(totals, { capacity, overcommit }));
      const victim = components[pick % Math.max(1, components.length)];
      if (!victim) return;
      sound++;
      const { budget, spaces } = victim.props as Props;
      const key = Object.keys(budget)[pick % Object.keys(budget).length] ?? "";
      const quota = spaces[pick % spaces.length]?.quota ?? {};
      const rest = spaces.filter((it) => it.quota !== quota).reduce((sum, it) => sum + milli(it.quota[key] ?? "x"), 0n);
      quota[key] = oneMore(budget[key] ?? "x", rest);
      const worse = await stackViolations(budgetsAddUp.rule, [platform, ...components]);
      expect(worse.filter((it) => !found.includes(it))).toEqual([
        expect.stringContaining(`divides ${key} into`) as string,
      ]);
    }),
    { numRuns: 1000, seed: 1606 },
  );
  expect(sound).toBeGreaterThan(500);
});
