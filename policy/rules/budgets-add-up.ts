import { exact, milli, UNIT } from "../../tenants/quantity.ts";
import { fleetOf, type PlatformSummary, type TenantSummary } from "../judging/fleet.ts";
import type { Guardrail } from "./guardrail.ts";

const GUARANTEES = [
  ["requests.cpu", "cpu"],
  ["requests.memory", "memory"],
] as const;

/** A quota holds one namespace: a tenant with ten of them gets ten budgets, and the cluster promises what it has not. */
export const budgetsAddUp: Guardrail = {
  span: "fleet",
  rule: {
    name: "budgets-add-up",
    enforcementLevel: "mandatory",
    severity: "high",
    description: "The quotas of a tenant's spaces fit its budget, and all guarantees fit the cluster.",
    remediationSteps:
      "Lower the spaces' shares, move the tenant to a larger plan, or add nodes and raise the capacity.",
    validateStack: ({ resources }, report) => {
      const { tenants, platform, silent } = fleetOf(resources);
      for (const { message, urn } of silent) report(message, urn);
      for (const tenant of tenants) for (const fault of tenantFaults(tenant)) report(fault, tenant.urn);
      if (platform) for (const fault of platformFaults(tenants, platform)) report(fault, platform.urn);
    },
  },
};

function tenantFaults({ id, budget, spaces }: TenantSummary): string[] {
  // What a space may have and the tenant may not is bounded by nothing.
  const keys = new Set([...GUARANTEES.map(([key]) => key), ...spaces.flatMap(({ quota }) => Object.keys(quota))]);
  const values = { ...Object.fromEntries([...keys].map((key) => [key, undefined])), ...budget };
  return Object.entries(values).flatMap(([key, value]) => {
    const most = amount(value);
    const parts = spaces.map(({ name, quota }) => ({ name, value: amount(quota[key]) }));
    const unknown = parts.filter((it) => it.value === undefined).map((it) => it.name);
    if (most === undefined) return [`tenant "${id}" has no readable budget of ${key}, want a quantity`];
    if (unknown.length > 0)
      return [`tenant "${id}" sets no ${key} in ${unknown.join(", ")}, want a quantity in each space`];
    const sum = parts.reduce((total, it) => total + (it.value ?? 0n), 0n);
    return sum <= most ? [] : [`tenant "${id}" divides ${key} into ${shown(sum)}, want at most ${shown(most)}`];
  });
}

function platformFaults(tenants: TenantSummary[], { capacity, overcommit }: PlatformSummary): string[] {
  return GUARANTEES.flatMap(([key, of]) => {
    const nodes = amount(capacity[of]);
    const promised = tenants
      .filter((it) => !it.apart)
      .map(({ budget }) => amount(budget[key]) ?? 0n)
      .reduce((total, it) => total + it, 0n);
    if (nodes === undefined || !(overcommit > 0 && overcommit < Infinity))
      return [`the platform states no capacity of ${of}, want one and an overcommit above 0`];
    const most = (nodes * exact(overcommit)) / UNIT;
    return promised <= most ? [] : [`all tenants are promised ${key} ${shown(promised)}, want at most ${shown(most)}`];
  });
}

/** Thousandths of a unit, which sum exactly; undefined for what is no quantity. */
function amount(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    return milli(String(value));
  } catch {
    return undefined;
  }
}

const shown = (value: bigint): string => (value % 1000n === 0n ? `${value / 1000n}` : `${value}m`);
