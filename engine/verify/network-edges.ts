import { BlockList, isIP } from "node:net";
import type { KubeObject } from "../cluster/object.ts";
import { record } from "../cluster/status.ts";
import { type Selector, selectorOf } from "./network-selector.ts";

export type Way = "ingress" | "egress";

/** Who is at the other end: all there is, addresses, or pods of the own namespace (no `namespaces`) or of those selected. */
export type Peer =
  | { kind: "everybody" }
  | { kind: "block"; cidr: string; except: string[] }
  | { kind: "pods"; namespaces?: Selector; pods: Selector };

/** One thing that a network policy opens. Policies only add, so these are all there is. */
export interface Edge {
  policy: string;
  way: Way;
  peer: Peer;
  /** Empty for all. */
  ports: { protocol: string; first: number; last: number }[];
}

type Bag = Record<string, unknown>;
const bags = (value: unknown): Bag[] => (Array.isArray(value) ? value.map(record) : []);

/** All that a policy opens. */
export function edgesOf({ metadata, spec }: KubeObject): Edge[] {
  return (["ingress", "egress"] as const).flatMap((way) =>
    bags(record(spec)[way]).flatMap((rule) => {
      const peers = bags(rule[way === "ingress" ? "from" : "to"]);
      const ports = bags(rule["ports"]).map(portOf);
      const found = peers.length === 0 ? [{ kind: "everybody" } as const] : peers.map(peerOf);
      return found.map((peer) => ({ policy: metadata.name, way, peer, ports }));
    }),
  );
}

function peerOf({ ipBlock, namespaceSelector, podSelector }: Bag): Peer {
  if (ipBlock !== undefined) {
    const { cidr, except } = record(ipBlock);
    const holes = Array.isArray(except) ? except.filter((it): it is string => typeof it === "string") : [];
    return { kind: "block", cidr: typeof cidr === "string" ? cidr : "", except: holes };
  }
  const pods = selectorOf(podSelector);
  return { kind: "pods", pods, ...(namespaceSelector !== undefined && { namespaces: selectorOf(namespaceSelector) }) };
}

/** A named port is decided by the pod at the other end, so it may be any. */
function portOf({ protocol, port, endPort }: Bag): Edge["ports"][number] {
  const first = typeof port === "number" ? port : 1;
  const last = typeof endPort === "number" ? endPort : typeof port === "number" ? port : 65_535;
  return { protocol: typeof protocol === "string" ? protocol : "TCP", first, last };
}

/** Whether a port is open in any protocol. */
export const opensPort = ({ ports }: Edge, port: number): boolean =>
  ports.length === 0 || ports.some(({ first, last }) => first <= port && port <= last);

/** Whether an address, or a part of a range, is in a block; holes count only where they hold all of it. */
export const reaches = ({ cidr, except }: { cidr: string; except: readonly string[] }, target: string): boolean =>
  overlaps(cidr, target) && !except.some((it) => holds(it, target));

/** Two ranges overlap only when one holds the other's address. */
const overlaps = (a: string, b: string): boolean => listOf(a)(addressOf(b)) || listOf(b)(addressOf(a));

const holds = (outer: string, inner: string): boolean =>
  prefixOf(outer) <= prefixOf(inner) && listOf(outer)(addressOf(inner));

/** Length of the prefix; that of the whole address where none is written. */
export const prefixOf = (range: string): number => {
  const [address = "", prefix] = range.split("/");
  return prefix === undefined ? (isIP(address) === 6 ? 128 : 32) : Number(prefix);
};

export const familyOf = (range: string): number => isIP(addressOf(range));

const addressOf = (range: string): string => range.split("/")[0] ?? "";

function listOf(range: string): (address: string) => boolean {
  const [address, prefix] = [addressOf(range), prefixOf(range)];
  const family = isIP(address);
  if (family === 0 || !Number.isInteger(prefix)) return () => false;
  const type = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return (it) => isIP(it) === family && list.check(it, type);
}
