import { hardLimits } from "../components/tenancy/hard-limits.ts";
import type { TenantArgs, TenantSpace } from "../components/tenancy/tenant.ts";
import { budgetOf, spaceBudgets } from "../tenants/budget.ts";
import { hostOf } from "../tenants/names.ts";
import { PLANS, type Plan } from "../tenants/plans.ts";
import type { Tenant } from "../tenants/schema.ts";
import { VIRTUAL_PLANE } from "../tenants/virtual-plane.ts";
import type { Settings } from "./settings.ts";
import { trafficOf } from "./traffic.ts";

/** A tenant's file, its plan and the stack's settings, as what its component takes: plain data. */
export function tenantArgs(tenant: Tenant, settings: Settings): TenantArgs {
  const plan: Plan = PLANS[tenant.plan];
  const budgets = spaceBudgets(tenant);
  const refusedClasses = settings.storage.refused;
  const spaces = Object.keys(tenant.spaces);
  return {
    tenant: tenant.id,
    fleet: settings.fleet,
    plan: tenant.plan,
    planVersion: plan.version,
    tier: tenant.isolation.tier,
    displayName: tenant.name,
    owner: tenant.owner.email,
    groups: tenant.owner.groups,
    budget: hardLimits(budgetOf(tenant), { namespaces: spaces.length, refusedClasses }),
    caps: { spaces: plan.caps.spaces },
    domains: domainsOf(tenant, settings.baseDomain),
    retentionDays: tenant.retention.days,
    container: plan.container,
    runtimeClass: plan.sandbox && settings.sandboxes[plan.sandbox],
    ingressClass: settings.ingressClass,
    storageClass: settings.storage.class,
    spaces: Object.entries(tenant.spaces).map(([name, { app }]) => {
      const budget = budgets[name];
      if (!budget) throw new Error(`no budget for space ${name} of tenant ${tenant.id}`);
      return {
        name,
        quota: hardLimits(budget, { namespaces: 1, refusedClasses }),
        traffic: trafficOf(tenant, name, settings),
        app,
        host: app?.host ? hostOf(tenant, name, settings.baseDomain) : undefined,
        virtual: virtualOf(tenant, name, settings),
      };
    }),
  };
}

/** Beside the space's own host name, and within the same domain. */
function virtualOf(tenant: Tenant, space: string, { virtual, baseDomain }: Settings): TenantSpace["virtual"] {
  if (tenant.isolation.tier !== "virtual") return undefined;
  if (!virtual) throw new Error(`tenant ${tenant.id} wants a virtual control plane: set tenantry:virtual`);
  return { ...VIRTUAL_PLANE, ...virtual, host: `kubernetes.${hostOf(tenant, space, baseDomain)}` };
}

/** Its own domains with all below them; without any, the one name of each space under the platform's base domain. */
const domainsOf = (tenant: Tenant, baseDomain: string): string[] =>
  tenant.domains.length > 0
    ? tenant.domains
    : Object.keys(tenant.spaces).map((space) => hostOf(tenant, space, baseDomain));
