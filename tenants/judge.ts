import { budgetFindings, planOf, spaceBudgets } from "./budget.ts";
import { demandFindings } from "./demand.ts";
import { quoted, type Finding } from "./fault.ts";
import { hostOf, namespaceOf, reservedNamespace, upward } from "./names.ts";
import { overlaps } from "./network.ts";
import type { Tenant } from "./schema.ts";

/** What of the platform a tenant may not touch. */
export interface Surroundings {
  /** CIDRs of the cluster's nodes, pods and services. */
  ranges: readonly string[];
  baseDomain: string;
}

/** Everything that is wrong with one tenant of valid shape, without a look at the others. */
export function judgeTenant(tenant: Tenant, around: Surroundings): Finding[] {
  return [
    ...nameFindings(tenant),
    ...planFindings(tenant),
    ...edgeFindings(tenant),
    ...networkFindings(tenant, around),
    ...budgetAndDemand(tenant),
  ];
}

function nameFindings({ id, spaces }: Tenant): Finding[] {
  if (reservedNamespace(id))
    return [{ path: "id", found: quoted(id), allowed: "a name the platform and the cluster do not use" }];
  return Object.keys(spaces)
    .filter((space) => reservedNamespace(namespaceOf(id, space)))
    .map((space) => ({
      path: `spaces.${space}`,
      found: `the namespace ${quoted(namespaceOf(id, space))}`,
      allowed: "a namespace the platform and the cluster do not use",
    }));
}

function planFindings(tenant: Tenant): Finding[] {
  const { caps, tiers } = planOf(tenant);
  const { tier } = tenant.isolation;
  const count = Object.keys(tenant.spaces).length;
  const findings: Finding[] = [];
  if (count > caps.spaces)
    findings.push({
      path: "spaces",
      found: `${count} spaces`,
      allowed: `at most ${caps.spaces} on plan ${tenant.plan}`,
    });
  if (!tiers.includes(tier))
    findings.push({
      path: "isolation.tier",
      found: quoted(tier),
      allowed: `${tiers.map(quoted).join(", ")} on plan ${tenant.plan}`,
    });
  return findings;
}

function edgeFindings({ spaces, edges }: Tenant): Finding[] {
  const ends = [
    ...edges.flatMap(({ from, to }, index) => [
      { path: `edges[${index}].from`, name: from },
      { path: `edges[${index}].to`, name: to },
    ]),
    ...Object.entries(spaces).flatMap(([space, it]) =>
      it.edges.map(({ to }, index) => ({ path: `spaces.${space}.edges[${index}].to`, name: to })),
    ),
  ];
  const allowed = `a space of this tenant: ${Object.keys(spaces).join(", ")}`;
  return ends
    .filter(({ name }) => !Object.hasOwn(spaces, name))
    .map(({ path, name }) => ({ path, found: quoted(name), allowed }));
}

function networkFindings(tenant: Tenant, { ranges, baseDomain }: Surroundings): Finding[] {
  const inside = tenant.egress.flatMap(({ cidr }, index) => {
    const range = cidr === undefined ? undefined : ranges.find((it) => overlaps(cidr, it));
    if (cidr === undefined || range === undefined) return [];
    const allowed = `a range outside ${range} (nodes, pods or services of the cluster)`;
    return [{ path: `egress[${index}].cidr`, found: quoted(cidr), allowed }];
  });
  const claims = tenant.domains.flatMap((domain, index) => {
    if (!upward(domain).includes(baseDomain) && !upward(baseDomain).includes(domain)) return [];
    const allowed = `a domain neither above nor below the platform's ${baseDomain}`;
    return [{ path: `domains[${index}]`, found: quoted(domain), allowed }];
  });
  const long = Object.entries(tenant.spaces).flatMap(([space, { app }]) => {
    const length = hostOf(tenant, space, baseDomain).length;
    if (!app?.host || length <= 253) return [];
    return [{ path: `spaces.${space}.app.host`, found: `a host name of ${length} characters`, allowed: "at most 253" }];
  });
  return [...inside, ...claims, ...long];
}

function budgetAndDemand(tenant: Tenant): Finding[] {
  const findings = budgetFindings(tenant);
  if (findings.length > 0) return findings;
  const budgets = spaceBudgets(tenant);
  return Object.entries(tenant.spaces).flatMap(([space, { app }]) => {
    const budget = budgets[space];
    return app && budget ? demandFindings(tenant, space, app, budget) : [];
  });
}
