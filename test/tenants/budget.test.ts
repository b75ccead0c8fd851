import fc from "fast-check";
import { expect, test } from "vitest";
import { budgetFindings, budgetOf, spaceBudgets } from "../../tenants/budget.ts";
import { PLANS, type Budget, type PlanName } from "../../tenants/plans.ts";
import { milli } from "../../tenants/quantity.ts";
import { tenantOf } from "./samples.ts";

const names = Object.keys(PLANS) as PlanName[];
const plan = fc.constantFrom(...names);
const share = fc.option(
  fc.integer({ min: 1, max: 100 }).map((it) => it / 100),
  { nil: undefined },
);
const shares = fc.array(share, { minLength: 1, maxLength: 10 });

const spacesOf = (all: (number | undefined)[]) =>
  Object.fromEntries(all.map((it, index) => [`s${index}`, it === undefined ? {} : { share: it }]));

/** Every figure of a budget as a number that can be added. */
const figures = (budget: Budget): Record<string, bigint> =>
  Object.fromEntries(
    Object.entries({
      ...budget,
      guaranteed: undefined,
      guaranteedCpu: budget.guaranteed.cpu,
      guaranteedMemory: budget.guaranteed.memory,
    })
      .filter((it): it is [string, string | number] => it[1] !== undefined)
      .map(([name, value]) => [name, typeof value === "number" ? BigInt(value) : milli(value)]),
  );

test("the spaces of a tenant together never hold more than the tenant", () => {
  let divided = 0;
  fc.assert(
    fc.property(plan, shares, (name, all) => {
      const tenant = tenantOf({ plan: name, spaces: spacesOf(all) });
      const sum = all.reduce<number>((total, it) => total + Math.round((it ?? 0) * 100), 0);
      if (budgetFindings(tenant).length > 0) {
        expect(() => spaceBudgets(tenant)).toThrow(/^spaces/);
        return;
      }
      divided++;
      expect(sum).toBeLessThanOrEqual(100);
      const whole = figures(budgetOf(tenant));
      const parts = Object.values(spaceBudgets(tenant)).map(figures);
      for (const [kind, most] of Object.entries(whole))
        expect(parts.reduce((total, it) => total + (it[kind] ?? 0n), 0n)).toBeLessThanOrEqual(most);
      for (const part of parts) expect(part.pods).toBeGreaterThan(0n);
    }),
    { numRuns: 1000, seed: 40 },
  );
  expect(divided).toBeGreaterThan(100);
});

test.each(names)("plan %s without overrides is the catalogue's budget, and one space has all of it", (name) => {
  expect(figures(budgetOf(tenantOf({ plan: name })))).toEqual(figures(PLANS[name].budget));
  expect(spaceBudgets(tenantOf({ plan: name }))).toEqual({ api: budgetOf(tenantOf({ plan: name })) });
});

test("shares divide, and spaces without one divide the rest evenly to the last pod", () => {
  const spaces = { prod: { share: 0.5 }, a: {}, b: {}, c: {} };
  const budgets = spaceBudgets(tenantOf({ plan: "business", spaces }));
  expect(Object.values(budgets).map(({ cpu, memory, pods }) => [cpu, memory, pods])).toEqual([
    ["8", "16Gi", 60],
    ["2666m", "5461Mi", 20],
    ["2666m", "5461Mi", 20],
    ["2666m", "5461Mi", 20],
  ]);
});

test("overrides never reach past the plan's ceiling, and move guarantees in proportion", () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 400 }), (name, cores, gi) => {
      const { budget, ceiling } = PLANS[name];
      const tenant = tenantOf({
        plan: name,
        overrides: { cpu: `${cores}m`, memory: `${gi}Gi`, storage: `${gi}Gi`, pods: 12 },
      });
      const over =
        BigInt(cores) > milli(budget.cpu) * BigInt(ceiling) ||
        milli(`${gi}Gi`) > milli(budget.memory) * BigInt(ceiling) ||
        milli(`${gi}Gi`) > milli(budget.storage) * BigInt(ceiling);
      if (over) {
        expect(() => budgetOf(tenant)).toThrow(/^overrides\..*at most/);
        return;
      }
      const got = figures(budgetOf(tenant));
      expect(got.cpu).toBe(BigInt(cores));
      expect(got.guaranteedCpu).toBeLessThanOrEqual(BigInt(cores));
      expect(got.guaranteedCpu).toBe((milli(budget.guaranteed.cpu) * BigInt(cores)) / milli(budget.cpu));
      expect(got.pods).toBe(12n);
    }),
    { numRuns: 1000, seed: 41 },
  );
});

test("what does not add up is said by path, with both figures", () => {
  const said = (changes: Parameters<typeof tenantOf>[0]) => budgetFindings(tenantOf(changes));
  expect(said({ plan: "team", overrides: { cpu: "17", pods: 121 } })).toEqual([
    { path: "overrides.cpu", found: '"17"', allowed: "at most 16 on plan team" },
    { path: "overrides.pods", found: "121", allowed: "at most 120 on plan team" },
  ]);
  expect(said({ spaces: { a: { share: 0.75 }, b: { share: 0.5 } } })).toEqual([
    { path: "spaces", found: "shares of 1.25 together", allowed: "at most 1" },
  ]);
  expect(said({ plan: "free", spaces: { a: { share: 0.99 }, b: { share: 0.01 } } })).toEqual([
    { path: "spaces.b", found: "a share of 0 pods", allowed: "a larger part of plan free, or fewer spaces" },
  ]);
  expect(said({ spaces: { a: { share: 1 }, b: {} } })).toHaveLength(1);
  expect(said({ overrides: { cpu: "1m" } })).toEqual([
    {
      path: "spaces.api",
      found: "a share with no CPU or memory",
      allowed: "a larger part of plan team, or fewer spaces",
    },
  ]);
});
