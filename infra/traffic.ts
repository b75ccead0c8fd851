import type { DeclaredTraffic } from "../components/tenancy/network-boundary.ts";
import { METADATA_RANGES, overlaps, prefixOf } from "../tenants/network.ts";
import { namespaceOf } from "../tenants/names.ts";
import type { Tenant } from "../tenants/schema.ts";
import type { Settings } from "./settings.ts";

type Ranges = Settings["ranges"];

/** What one space of a tenant declared, with the cluster's own ranges cut out. */
export function trafficOf(tenant: Tenant, space: string, ranges: Ranges): DeclaredTraffic {
  const app = tenant.spaces[space]?.app;
  const edges = edgesOf(tenant);
  return {
    // Only what has a host name is for the gateway to reach.
    gatewayPorts: app?.host ? [app.port] : [],
    from: edges
      .filter((it) => it.to === space)
      .map((it) => ({ namespace: namespaceOf(tenant.id, it.from), port: it.port })),
    to: edges
      .filter((it) => it.from === space)
      .map((it) => ({ namespace: namespaceOf(tenant.id, it.to), port: it.port })),
    egress: tenant.egress.flatMap(({ cidr, ports }) =>
      cidr === undefined ? [] : [{ cidr, ports, except: cutOut(cidr, ranges) }],
    ),
  };
}

/** Ranges that no tenant ever reaches by address: nodes, pods, services, metadata. */
export const shutRanges = (ranges: Ranges): string[] => [
  ...ranges.nodes,
  ...ranges.pods,
  ...ranges.services,
  ...METADATA_RANGES,
];

/** Of two ranges that overlap one holds the other. Throws where nothing would be left to reach. */
function cutOut(cidr: string, ranges: Ranges): string[] {
  const shut = shutRanges(ranges).filter((it) => overlaps(it, cidr));
  const around = shut.find((it) => prefixOf(it) <= prefixOf(cidr));
  if (around !== undefined) throw new Error(`egress to ${cidr} lies within ${around}, which is shut to tenants`);
  return [...new Set(shut)];
}

/** Edges of the tenant and of its spaces, each once, in a fixed order. */
function edgesOf(tenant: Tenant): { from: string; to: string; port: number }[] {
  const own = Object.entries(tenant.spaces).flatMap(([from, { edges }]) => edges.map((it) => ({ from, ...it })));
  const all = [...own, ...tenant.edges].map(({ from, to, port }) => ({ from, to, port }));
  return [...new Map(all.map((it) => [`${it.from} ${it.to} ${it.port}`, it])).values()];
}
