import { planOf } from "./budget.ts";
import { quoted, type Finding } from "./fault.ts";
import type { Sandbox } from "./plans.ts";
import type { Tenant } from "./schema.ts";

/** What the platform has for tenants that are to be further apart than by a namespace. */
export interface Isolation {
  /** Sandboxes with a runtime class in this cluster. */
  sandboxes: readonly Sandbox[];
  /** Whether the settings say what virtual control planes are made of. */
  virtual: boolean;
  /** Tenants with a cluster of their own. */
  clusters: readonly string[];
}

const NOTHING: Isolation = { sandboxes: [], virtual: false, clusters: [] };

/** Whether the platform can give a tenant what its plan and its tier promise. Without `isolation` it has nothing to give. */
export function isolationFindings(tenant: Tenant, isolation: Isolation = NOTHING): Finding[] {
  const { caps, tiers, sandbox } = planOf(tenant);
  const { tier } = tenant.isolation;
  const findings: Finding[] = [];
  const refuse = (path: string, found: string, allowed: string) => findings.push({ path, found, allowed });

  const count = Object.keys(tenant.spaces).length;
  if (count > caps.spaces) refuse("spaces", `${count} spaces`, `at most ${caps.spaces} on plan ${tenant.plan}`);
  if (!tiers.includes(tier))
    refuse("isolation.tier", quoted(tier), `${tiers.map(quoted).join(", ")} on plan ${tenant.plan}`);
  else if (tier === "virtual" && !isolation.virtual)
    refuse("isolation.tier", quoted(tier), "another tier, or images and apiServer in the setting tenantry:virtual");
  else if (tier === "cluster" && !isolation.clusters.includes(tenant.id))
    refuse("isolation.tier", quoted(tier), `another tier, or a context in the setting tenantry:clusters.${tenant.id}`);
  if (sandbox !== undefined && tier !== "cluster" && !isolation.sandboxes.includes(sandbox)) {
    const allowed = `another plan, or the cluster's RuntimeClass in the setting tenantry:sandboxes.${sandbox}`;
    refuse("plan", `${quoted(tenant.plan)}, whose pods run in ${sandbox}`, allowed);
  }
  return findings;
}
