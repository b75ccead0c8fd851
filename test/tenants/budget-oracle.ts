import { PLANS, type Budget } from "../../tenants/plans.ts";
import type { Tenant } from "../../tenants/schema.ts";

/** A second reading of all sums, in fractions, that shares no line with the judge. */
type Fraction = readonly [bigint, bigint];

const ZERO: Fraction = [0n, 1n];
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => (b === d ? [a + c, b] : [a * d + c * b, b * d]);
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const over = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d, b * c];
const more = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d > c * b;
const whole = ([a, b]: Fraction): bigint => a / b;
const sum = (all: Fraction[]): Fraction => all.reduce(plus, ZERO);

const FACTORS = new Map<string, Fraction>([
  ["m", [1n, 1000n]],
  ["", [1n, 1n]],
  ["Ki", [1n << 10n, 1n]],
  ["Mi", [1n << 20n, 1n]],
  ["Gi", [1n << 30n, 1n]],
  ["Ti", [1n << 40n, 1n]],
]);

/** Text or number, digit by digit. */
export function fraction(value: string | number): Fraction {
  const [, digits = "", unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(String(value)) ?? [];
  let amount: Fraction = ZERO;
  let place = 0n;
  for (const it of digits) {
    if (it === ".") place = 1n;
    else if (place === 0n) amount = [amount[0] * 10n + BigInt(it), 1n];
    else amount = [amount[0] * 10n + BigInt(it), (place *= 10n)];
  }
  const factor = FACTORS.get(unit);
  if (digits === "" || !factor) throw new Error(`the oracle cannot read ${value}`);
  return times(amount, factor);
}

const MI: Fraction = [1n << 20n, 1n];
const MILLI: Fraction = [1n, 1000n];

/** Down to what a quota can say: thousandths of a core, Mi, whole objects. */
const down = (value: Fraction, step: Fraction): Fraction => times([whole(over(value, step)), 1n], step);

const STEPS = { cpu: MILLI, memory: MI, storage: MI, ephemeralStorage: MI, requestsCpu: MILLI, requestsMemory: MI };
type Key = keyof typeof STEPS | Exclude<keyof Budget, "guaranteed">;
export type Figures = Record<Key, Fraction>;

const each = (figures: Figures, change: (value: Fraction, key: Key) => Fraction): Figures =>
  Object.fromEntries(Object.entries(figures).map(([key, it]) => [key, change(it, key as Key)])) as Figures;
const floored = (figures: Figures): Figures =>
  each(figures, (value, key) => down(value, key in STEPS ? STEPS[key as keyof typeof STEPS] : [1n, 1n]));

export const figuresOf = ({ guaranteed, ...rest }: Budget): Figures =>
  each({ ...rest, requestsCpu: guaranteed.cpu, requestsMemory: guaranteed.memory } as unknown as Figures, (value) =>
    fraction(value as unknown as string),
  );

/** What a tenant has in all, and each of its spaces; undefined where the oracle refuses the tenant. */
export interface Reading {
  total: Figures;
  spaces: Record<string, Figures>;
}

export function readingOf(tenant: Tenant): Reading | undefined {
  const { budget, ceiling, caps, container } = PLANS[tenant.plan];
  const plan = figuresOf(budget);
  const wanted = { ...plan };
  for (const key of ["cpu", "memory", "storage", "pods"] as const) {
    const override = tenant.overrides[key];
    if (override === undefined) continue;
    wanted[key] = fraction(override);
    if (more(wanted[key], times(plan[key], [BigInt(ceiling), 1n]))) return undefined;
  }
  wanted.requestsCpu = times(plan.requestsCpu, over(wanted.cpu, plan.cpu));
  wanted.requestsMemory = times(plan.requestsMemory, over(wanted.memory, plan.memory));
  const total = floored(wanted);

  const entries = Object.entries(tenant.spaces);
  const taken = sum(entries.map(([, { share }]) => fraction(share ?? 0)));
  if (more(taken, [1n, 1n]) || entries.length > caps.spaces) return undefined;
  const open = BigInt(entries.filter(([, { share }]) => share === undefined).length);
  const rest = (): Fraction => over([taken[1] - taken[0], taken[1]], [open, 1n]);
  const spaces = Object.fromEntries(
    entries.map(([name, { share }]) => {
      const part = share === undefined ? rest() : fraction(share);
      return [name, floored(each(total, (value) => times(value, part)))] as const;
    }),
  );
  for (const [name, { app }] of entries) {
    const has = spaces[name];
    if (!has) throw new Error("a space without a budget");
    const needed = [has.pods, has.cpu, has.memory, has.requestsCpu, has.requestsMemory];
    if (needed.some(([a]) => a === 0n)) return undefined;
    if (!app) continue;
    const { requests, limits } = app.resources ?? container;
    const pods: Fraction = [BigInt(app.replicas.max + (app.volume ? 0 : 1)), 1n];
    const times_ = (figure: string) => times(fraction(figure), pods);
    const asks: [Fraction, Fraction][] = [
      [fraction(limits.cpu), fraction(container.max.cpu)],
      [fraction(limits.memory), fraction(container.max.memory)],
      [fraction(requests.cpu), fraction(limits.cpu)],
      [fraction(requests.memory), fraction(limits.memory)],
      [times_(requests.cpu), has.requestsCpu],
      [times_(requests.memory), has.requestsMemory],
      [times_(limits.cpu), has.cpu],
      [times_(limits.memory), has.memory],
      [times_("256Mi"), has.ephemeralStorage],
      [pods, has.pods],
      [fraction(app.volume?.size ?? 0), has.storage],
      [app.volume ? [1n, 1n] : ZERO, has.claims],
      [[1n, 1n], has.services],
      [[1n, 1n], has.deployments],
      [app.host ? [1n, 1n] : ZERO, has.ingresses],
    ];
    if (asks.some(([asked, most]) => more(asked, most))) return undefined;
  }
  return { total, spaces };
}

/** Whether guarantees of these budgets fit what the nodes can give. */
export const fits = (
  budgets: Figures[],
  { capacity, overcommit }: { capacity: { cpu: string; memory: string }; overcommit: number },
): boolean =>
  !more(sum(budgets.map((it) => it.requestsCpu)), times(fraction(capacity.cpu), fraction(overcommit))) &&
  !more(sum(budgets.map((it) => it.requestsMemory)), times(fraction(capacity.memory), fraction(overcommit)));

/** The least capacity, in thousandths of a core, that holds these guarantees. */
export const leastCpu = (budgets: Figures[], overcommit: number): bigint => {
  const [a, b] = over(over(sum(budgets.map((it) => it.requestsCpu)), fraction(overcommit)), MILLI);
  return (a + b - 1n) / b;
};

/** Whether the parts together are more than the whole, in any figure. */
export const exceeds = (parts: Figures[], total: Figures): boolean =>
  (Object.keys(total) as Key[]).some((key) => more(sum(parts.map((it) => it[key])), total[key]));

export const equal = (a: Figures, b: Figures): boolean =>
  (Object.keys(a) as Key[]).every((key) => !more(a[key], b[key]) && !more(b[key], a[key]));
