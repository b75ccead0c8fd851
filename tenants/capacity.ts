import { budgetOf } from "./budget.ts";
import type { LoadedTenant } from "./data-files.ts";
import type { Fault } from "./fault.ts";
import { exact, formatBytes, formatCpu, milli, UNIT } from "./quantity.ts";

export interface Capacity {
  /** The most tenants the platform holds. */
  tenants: number;
  /** What the nodes can give: allocatable CPU and memory, as Kubernetes quantities. */
  capacity: { cpu: string; memory: string };
  /** How many times the capacity may be promised as guarantees. */
  overcommit: number;
}

const NAMED = 3;
const MI = 1000n * 1024n ** 2n;

/** Whether all tenants together fit the platform. No single one is to blame, so the largest are named. */
export function capacityFaults(tenants: readonly LoadedTenant[], limits: Capacity): Fault[] {
  const faults: Fault[] = [];
  if (tenants.length > limits.tenants)
    faults.push({
      file: "fleet",
      path: "tenants",
      found: `${tenants.length} tenants`,
      allowed: `at most ${limits.tenants} on this platform`,
    });
  // A cluster of its own has nodes of its own.
  const here = tenants.filter(({ tenant }) => tenant.isolation.tier !== "cluster");
  const promised = here.map(({ tenant }) => ({ id: tenant.id, guaranteed: budgetOf(tenant).guaranteed }));
  for (const kind of ["cpu", "memory"] as const) {
    const parts = promised.map(({ id, guaranteed }) => ({ id, amount: milli(guaranteed[kind]) }));
    const total = parts.reduce((sum, { amount }) => sum + amount, 0n);
    const most = (milli(limits.capacity[kind]) * exact(limits.overcommit)) / UNIT;
    if (total <= most) continue;
    const text = (amount: bigint): string => (kind === "cpu" ? formatCpu(amount) : formatBytes((amount / MI) * MI));
    const largest = parts
      .sort((a, b) => (a.amount === b.amount ? (a.id < b.id ? -1 : 1) : a.amount > b.amount ? -1 : 1))
      .slice(0, NAMED)
      .map(({ id, amount }) => `${id} ${text(amount)}`);
    faults.push({
      file: "fleet",
      path: `capacity.${kind}`,
      found: `guarantees of ${text(total)} (largest: ${largest.join(", ")})`,
      allowed: `at most ${text(most)}: capacity ${limits.capacity[kind]} times ${limits.overcommit}`,
    });
  }
  return faults;
}
