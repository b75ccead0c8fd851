import type { App } from "./app.ts";
import type { Finding } from "./fault.ts";
import { PLANS, type Budget, type Plan, type Resources } from "./plans.ts";
import { exact, formatBytes, formatCpu, milli, UNIT } from "./quantity.ts";
import type { Space, Tenant } from "./schema.ts";

/** A share of a whole, exactly: floating point would lose a pod of three thirds. */
type Part = readonly [numerator: bigint, denominator: bigint];
type Amount = "cpu" | "memory" | "storage";
type Count = Exclude<keyof Budget, Amount | "ephemeralStorage" | "guaranteed">;

const WHOLE: Part = [1n, 1n];
const COUNTS = [
  "pods",
  "services",
  "claims",
  "secrets",
  "configMaps",
  "jobs",
  "deployments",
  "ingresses",
] as const satisfies readonly Count[];

export const planOf = (tenant: Pick<Tenant, "plan">): Plan => PLANS[tenant.plan];

/** What an app's container asks for: its own figures, else the plan's. */
export const resourcesOf = (tenant: Pick<Tenant, "plan">, app: App): Resources =>
  app.resources ?? planOf(tenant).container;

/**
 * The most the tenant may hold in all its spaces: its plan with its overrides. An override of CPU or memory moves the
 * guarantee in proportion. Throws where `budgetFindings` finds something.
 */
export function budgetOf(tenant: Tenant): Budget {
  refuse(overrideFindings(tenant));
  const { budget } = planOf(tenant);
  const { overrides } = tenant;
  const scaled = (kind: "cpu" | "memory"): Part =>
    overrides[kind] === undefined ? WHOLE : [milli(overrides[kind]), milli(budget[kind])];
  return cut(
    {
      ...budget,
      cpu: overrides.cpu ?? budget.cpu,
      memory: overrides.memory ?? budget.memory,
      storage: overrides.storage ?? budget.storage,
      pods: overrides.pods ?? budget.pods,
      guaranteed: {
        cpu: cpu(budget.guaranteed.cpu, scaled("cpu")),
        memory: bytes(budget.guaranteed.memory, scaled("memory")),
      },
    },
    WHOLE,
  );
}

/**
 * The tenant's budget divided among its spaces by `share`; spaces without one divide the rest evenly. Rounded down, so
 * the spaces together never hold more than the tenant. Throws where `budgetFindings` finds something.
 */
export function spaceBudgets(tenant: Tenant): Record<string, Budget> {
  refuse(shareFindings(tenant));
  return divided(tenant);
}

/** What keeps a tenant's budget from adding up, by path. */
export function budgetFindings(tenant: Tenant): Finding[] {
  const findings = overrideFindings(tenant);
  return findings.length > 0 ? findings : shareFindings(tenant);
}

function overrideFindings({ plan, overrides }: Tenant): Finding[] {
  const { budget, ceiling } = planOf({ plan });
  const amounts = (["cpu", "memory", "storage"] as const).flatMap((kind) => {
    const found = overrides[kind];
    const most = milli(budget[kind]) * BigInt(ceiling);
    if (found === undefined || milli(found) <= most) return [];
    const limit = kind === "cpu" ? formatCpu(most) : formatBytes(most);
    return [{ path: `overrides.${kind}`, found: `"${found}"`, allowed: `at most ${limit} on plan ${plan}` }];
  });
  const most = budget.pods * ceiling;
  if (overrides.pods === undefined || overrides.pods <= most) return amounts;
  return [
    ...amounts,
    { path: "overrides.pods", found: `${overrides.pods}`, allowed: `at most ${most} on plan ${plan}` },
  ];
}

function shareFindings(tenant: Tenant): Finding[] {
  const taken = sharesOf(tenant);
  if (taken > UNIT) return [{ path: "spaces", found: `shares of ${decimal(taken)} together`, allowed: "at most 1" }];
  return Object.entries(divided(tenant)).flatMap(([space, budget]) => {
    const { guaranteed } = budget;
    const none = [budget.cpu, budget.memory, guaranteed.cpu, guaranteed.memory].some((it) => milli(it) === 0n);
    if (budget.pods > 0 && !none) return [];
    const found = budget.pods > 0 ? "a share with no CPU or memory" : "a share of 0 pods";
    return [{ path: `spaces.${space}`, found, allowed: `a larger part of plan ${tenant.plan}, or fewer spaces` }];
  });
}

function divided(tenant: Tenant): Record<string, Budget> {
  const budget = budgetOf(tenant);
  const spaces = Object.entries(tenant.spaces);
  const open = BigInt(spaces.filter(([, { share }]) => share === undefined).length);
  const rest: Part = [UNIT - sharesOf(tenant), UNIT * open];
  const part = ({ share }: Space): Part => (share === undefined ? rest : [exact(share), UNIT]);
  return Object.fromEntries(spaces.map(([name, space]) => [name, cut(budget, part(space))]));
}

const sharesOf = ({ spaces }: Tenant): bigint =>
  Object.values(spaces).reduce((sum, { share }) => sum + (share === undefined ? 0n : exact(share)), 0n);

/** Units as people write them, to the last place: "1.00000001". */
const decimal = (units: bigint): string =>
  `${units / UNIT}.${`${units % UNIT}`.padStart(20, "0")}`.replace(/\.?0+$/, "");

/** One part of a budget, each figure rounded down: CPU to thousandths of a core, bytes to Mi. */
function cut(budget: Budget, part: Part): Budget {
  const [numerator, denominator] = part;
  const counts = COUNTS.map((kind) => [kind, Number((BigInt(budget[kind]) * numerator) / denominator)] as const);
  return {
    ...(Object.fromEntries(counts) as Record<Count, number>),
    cpu: cpu(budget.cpu, part),
    memory: bytes(budget.memory, part),
    guaranteed: { cpu: cpu(budget.guaranteed.cpu, part), memory: bytes(budget.guaranteed.memory, part) },
    storage: bytes(budget.storage, part),
    ephemeralStorage: bytes(budget.ephemeralStorage, part),
  };
}

const cpu = (figure: string, [numerator, denominator]: Part): string =>
  formatCpu((milli(figure) * numerator) / denominator);

const MI = 1000n * 1024n ** 2n;
const bytes = (figure: string, [numerator, denominator]: Part): string =>
  formatBytes(((milli(figure) * numerator) / denominator / MI) * MI);

function refuse([first]: Finding[]): void {
  if (first) throw new RangeError(`${first.path}: found ${first.found}, allowed: ${first.allowed}`);
}
