import type { HostNames } from "../components/tenancy/fqdn-egress.ts";
import type { DeclaredTraffic } from "../components/tenancy/network-boundary.ts";
import { METADATA_RANGES, overlaps, prefixOf } from "../tenants/network.ts";
import { namespaceOf } from "../tenants/names.ts";
import type { Tenant } from "../tenants/schema.ts";
import { rangeOfAddress } from "./network-settings.ts";
import type { Settings } from "./settings.ts";

type Around = Pick<Settings, "ranges" | "network">;

/** What one space of a tenant declared, with the cluster's own ranges cut out. Throws where nothing would be left of a range. */
export function trafficOf(tenant: Tenant, space: string, around: Around): DeclaredTraffic {
  const { dns, cni } = around.network;
  const resolvers = { ...dns, addresses: dns.addresses.map(rangeOfAddress) };
  const app = tenant.spaces[space]?.app;
  const edges = edgesOf(tenant);
  const shut = shutRanges(around.ranges);
  return {
    // Only what has a host name is for the gateway to reach.
    gatewayPorts: app?.host ? [app.port] : [],
    from: edges
      .filter((it) => it.to === space)
      .map((it) => ({ namespace: namespaceOf(tenant.id, it.from), port: it.port })),
    to: edges
      .filter((it) => it.from === space)
      .map((it) => ({ namespace: namespaceOf(tenant.id, it.to), port: it.port })),
    egress: tenant.egress.flatMap(({ cidr, fqdn, cidrs = [], ports }) =>
      (cidr === undefined ? (fqdn !== undefined && cni !== "other" ? [] : cidrs) : [cidr]).map((it) => ({
        cidr: it,
        ports,
        except: cutOut(it, shut),
      })),
    ),
    resolvers,
    ...byName(tenant, cni, withoutAddresses(shut, resolvers.addresses)),
  };
}

/** Host names, where there are any and the network plug-in knows a form for them. */
function byName({ egress }: Tenant, form: Settings["network"]["cni"], shut: HostNames["shut"]): { byName?: HostNames } {
  const names = egress.flatMap(({ fqdn, ports }) => (fqdn === undefined ? [] : [{ name: fqdn, ports }]));
  return form === "other" || names.length === 0 ? {} : { byName: { form, names, shut } };
}

const withoutAddresses = (ranges: readonly string[], addresses: readonly string[]): HostNames["shut"] =>
  ranges
    .filter((it) => !addresses.includes(it))
    .map((cidr) => ({ cidr, except: addresses.filter((it) => overlaps(it, cidr)) }));

/** Ranges that no tenant ever reaches by address: nodes, pods, services, metadata. None of them within another. */
export function shutRanges({ nodes, pods, services }: Settings["ranges"]): string[] {
  const all = [...new Set([...nodes, ...pods, ...services, ...METADATA_RANGES])];
  return all.filter(
    (it) => !all.some((other) => other !== it && overlaps(other, it) && prefixOf(other) < prefixOf(it)),
  );
}

/**
 * What EKS denies to all tenants at once. Pods live in the addresses of their nodes there, and services are met before they are
 * resolved: those ranges are left to the policies at the other end, or the spaces of a tenant would lose each other.
 */
export function egressFloorOf({ ranges, network }: Around): { shut: string[]; left: string[] } | undefined {
  if (network.cni !== "eks") return undefined;
  const inside = [...ranges.pods, ...ranges.services];
  const nodes = ranges.nodes.filter((it) => !inside.some((other) => overlaps(it, other)));
  return { shut: [...nodes, ...METADATA_RANGES], left: network.dns.addresses.map(rangeOfAddress) };
}

/** Of two ranges that overlap one holds the other. */
function cutOut(cidr: string, ranges: readonly string[]): string[] {
  const shut = ranges.filter((it) => overlaps(it, cidr));
  const around = shut.find((it) => prefixOf(it) <= prefixOf(cidr));
  if (around !== undefined) throw new Error(`egress to ${cidr} lies within ${around}, which is shut to tenants`);
  return shut;
}

/** Edges of the tenant and of its spaces, each once, in a fixed order. */
function edgesOf(tenant: Tenant): { from: string; to: string; port: number }[] {
  const own = Object.entries(tenant.spaces).flatMap(([from, { edges }]) => edges.map((it) => ({ from, ...it })));
  const all = [...own, ...tenant.edges].map(({ from, to, port }) => ({ from, to, port }));
  return [...new Map(all.map((it) => [`${it.from} ${it.to} ${it.port}`, it])).values()];
}
