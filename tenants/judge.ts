import { budgetFindings, spaceBudgets } from "./budget.ts";
import { demandFindings } from "./demand.ts";
import { quoted, type Finding } from "./fault.ts";
import { isolationFindings, type Isolation } from "./isolation.ts";
import { hostOf, namespaceOf, reservedNamespace, upward } from "./names.ts";
import { overlaps } from "./network.ts";
import type { Tenant } from "./schema.ts";
import { besidePlane } from "./virtual-plane.ts";

/** What of the platform a tenant may not touch. */
export interface Surroundings {
  /** CIDRs of the cluster's nodes, pods and services. */
  ranges: readonly string[];
  baseDomain: string;
  isolation?: Isolation;
  /** Whether the cluster's network plug-in opens egress by host name; unset means it does not. */
  hostNames?: boolean;
}

/** What can be done where a host name cannot be opened. */
const NO_HOST_NAMES =
  "a cidr, or cidrs beside the fqdn: the cluster's network plug-in opens no host names (tenantry:network.cni is other; cilium and eks do)";

/** Everything that is wrong with one tenant of valid shape, without a look at the others. */
export function judgeTenant(tenant: Tenant, around: Surroundings): Finding[] {
  return [
    ...nameFindings(tenant),
    ...isolationFindings(tenant, around.isolation),
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

function egressFindings({ egress }: Tenant, { ranges, hostNames = false }: Surroundings): Finding[] {
  return egress.flatMap(({ cidr, fqdn, cidrs = [] }, index) => {
    const places = [
      ...(cidr === undefined ? [] : [{ path: `egress[${index}].cidr`, cidr }]),
      ...cidrs.map((it, at) => ({ path: `egress[${index}].cidrs[${at}]`, cidr: it })),
    ];
    const inside = places.flatMap(({ path, cidr: found }) => {
      const range = ranges.find((it) => overlaps(found, it));
      if (range === undefined) return [];
      const allowed = `a range outside ${range} (nodes, pods or services of the cluster)`;
      return [{ path, found: quoted(found), allowed }];
    });
    if (fqdn === undefined || hostNames || cidrs.length > 0) return inside;
    return [...inside, { path: `egress[${index}].fqdn`, found: quoted(fqdn), allowed: NO_HOST_NAMES }];
  });
}

function networkFindings(tenant: Tenant, around: Surroundings): Finding[] {
  const { baseDomain } = around;
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
  return [...egressFindings(tenant, around), ...claims, ...long];
}

function budgetAndDemand(tenant: Tenant): Finding[] {
  const findings = budgetFindings(tenant);
  if (findings.length > 0) return findings;
  const budgets = spaceBudgets(tenant);
  return Object.entries(tenant.spaces).flatMap(([space, { app }]) => {
    const budget = budgets[space];
    if (!budget) return [];
    const { left, findings: short } = besidePlane(tenant, space, budget);
    return app && short.length === 0 ? demandFindings(tenant, space, app, left) : short;
  });
}
