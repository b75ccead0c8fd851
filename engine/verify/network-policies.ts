import { LABEL, NAME } from "../../components/contract.ts";
import type { KubeObject } from "../cluster/object.ts";
import { failed, passed, skipped, type Titled, type Verdict } from "./check.ts";
import { type Edge, edgesOf, familyOf, opensPort, type Peer, prefixOf, reaches } from "./network-edges.ts";
import { keysOf, selects } from "./network-selector.ts";
import { isDns, type Surroundings } from "./network-surroundings.ts";
import type { Target } from "./report.ts";

/** What the network policies that stand in a namespace open, whoever made them. */
export interface NetworkCheck extends Titled {
  judge: (target: Target, edges: readonly Edge[], around: Surroundings) => Verdict;
}

const CONTROLS = ["CIS 5.3.2", "OWASP K05", "NSA network separation"];
/** Addresses at which a cloud gives a node's credentials to whoever asks: AWS, Azure, Google; AWS containers; Azure's host; Alibaba. */
const METADATA = ["169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "fd00:ec2::254"];
/** Wider than this a range means nobody in particular. */
const WIDEST = { 4: 12, 6: 32 } as const;
/** Where caches of the cluster DNS listen on their own nodes. */
const ON_NODES = "169.254.20.0/24";
const DNS_PORT = 53;

const say = (found: readonly string[], well: string, fix: string): Verdict =>
  found.length === 0 ? passed(well) : failed(`${[...new Set(found)].join("; ")}: ${fix}`);
const named = ({ policy, way }: Edge): string => `network policy "${policy}" opens ${way}`;

/** Namespaces that a peer selects at this moment; undefined for the own one. */
const selected = (peer: Peer & { kind: "pods" }, { namespaces }: Surroundings) =>
  peer.namespaces && namespaces.filter((it) => selects(peer.namespaces ?? {}, it.labels));

function foreign(edge: Edge, { tenant }: Target, around: Surroundings): string[] {
  const { peer, way } = edge;
  if (peer.kind === "everybody") return [`${named(edge)} to everybody`];
  const found = peer.kind === "pods" ? selected(peer, around) : undefined;
  if (peer.kind !== "pods" || !found) return [];
  if (
    way === "egress" &&
    found.length > 0 &&
    isDns(
      around,
      found.map((it) => it.name),
      peer.pods,
    )
  )
    return [];
  const others = found.filter((it) => it.tenant !== tenant && !(way === "ingress" && it.name === NAME.gateway));
  if (others.length > 0) return [`${named(edge)} to ${list(others.map((it) => it.name))}`];
  // A namespace that is made later, or gets the label, is let in.
  const free = keysOf(peer.namespaces ?? {}).filter((it) => it !== LABEL.namespaceName && it !== LABEL.tenant);
  const open = keysOf(peer.namespaces ?? {}).length === free.length;
  return open ? [`${named(edge)} to whatever namespace has the label ${free.join(", ") || "of any name"}`] : [];
}

function wide(edge: Edge, _target: Target, { inside }: Surroundings): string[] {
  const { peer, way } = edge;
  if (peer.kind === "everybody") return way === "egress" ? [`${named(edge)} to every address`] : [];
  if (peer.kind !== "block") return [];
  const least = WIDEST[familyOf(peer.cidr) === 6 ? 6 : 4];
  if (prefixOf(peer.cidr) < least) return [`${named(edge)} to ${peer.cidr}, which is wider than /${least}`];
  const hit = way === "egress" ? inside.find(({ range }) => reaches(peer, range)) : undefined;
  return hit ? [`${named(edge)} to ${peer.cidr}, in which lies ${hit.what}`] : [];
}

function metadata(edge: Edge): string[] {
  const { peer, way } = edge;
  if (way === "ingress" || peer.kind === "pods") return [];
  const block = peer.kind === "block" ? peer : { cidr: "0.0.0.0/0", except: [] };
  const hit = METADATA.find((it) => reaches(block, it));
  return hit ? [`${named(edge)} to ${hit}`] : [];
}

function resolvers(edge: Edge, { tenant }: Target, around: Surroundings): string[] {
  const { peer, way } = edge;
  if (way === "ingress" || !opensPort(edge, DNS_PORT)) return [];
  const where = `${named(edge)} on port ${DNS_PORT}`;
  if (peer.kind === "everybody") return [`${where} to everybody`];
  if (peer.kind === "block") {
    const own = prefixOf(peer.cidr) >= 24 && reaches({ cidr: ON_NODES, except: [] }, peer.cidr);
    return own ? [] : [`${where} to ${peer.cidr}`];
  }
  const found = selected(peer, around) ?? [];
  if (
    found.length === 0 ||
    isDns(
      around,
      found.map((it) => it.name),
      peer.pods,
    )
  )
    return [];
  const others = found.filter((it) => tenant === undefined || it.tenant !== tenant);
  return others.length > 0 ? [`${where} to ${list(others.map((it) => it.name))}`] : [];
}

const SHOWN = 5;
const list = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more` : names.join(", ");

const each =
  (judge: (edge: Edge, target: Target, around: Surroundings) => string[], well: string, fix: string) =>
  (target: Target, edges: readonly Edge[], around: Surroundings): Verdict =>
    say(
      edges.flatMap((edge) => judge(edge, target, around)),
      well,
      fix,
    );

const check = (
  id: string,
  title: string,
  judge: (edge: Edge, target: Target, around: Surroundings) => string[],
  { well, fix, controls = CONTROLS }: { well: string; fix: string; controls?: string[] },
): NetworkCheck => ({ id, title, controls, fix, judge: each(judge, well, fix) });

const FOREIGN = check("network.foreign", "No network policy opens a way to or from another tenant", foreign, {
  well: "every edge ends in the tenant's own namespaces, the gateway or the cluster DNS",
  fix: "name own namespaces by kubernetes.io/metadata.name",
});

export const NETWORK_CHECKS: readonly NetworkCheck[] = [
  {
    ...FOREIGN,
    judge: (target, edges, around) =>
      target.tenant === undefined
        ? skipped("the namespace is no tenant's, so no other is foreign to it")
        : FOREIGN.judge(target, edges, around),
  },
  check("network.ranges", "No network policy opens a range of everybody's, of nodes, pods or the API server", wide, {
    well: "every range is narrow and outside the cluster",
    fix: "name narrow ranges, and except those of nodes, pods and services",
  }),
  check("network.metadata", "No network policy opens a cloud's metadata service", metadata, {
    ...{ well: "no range holds a metadata service's address", fix: "except these addresses from the range" },
    controls: ["OWASP K08", "NSA network separation"],
  }),
  check("network.resolvers", "No network policy opens DNS beyond the cluster's own", resolvers, {
    ...{ well: "port 53 is open to the cluster DNS alone", fix: "name the ports of the range, without 53" },
  }),
];

/** Of one namespace's policies. */
export const allEdges = (policies: readonly KubeObject[]): Edge[] => policies.flatMap(edgesOf);
