import { BlockList, isIP } from "node:net";

/** One end of a connection: a pod, or an address outside of which nothing is known. */
export interface End {
  ip: string;
  pod?: { namespace: string; namespaceLabels: Record<string, string>; labels: Record<string, string> };
}

export interface Traffic {
  from: End;
  to: End;
  port: number;
  protocol: "TCP" | "UDP";
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
interface Peer {
  ipBlock?: { cidr: string; except?: string[] };
  namespaceSelector?: Selector;
  podSelector?: Selector;
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: number | string; endPort?: number }[];
}

/** A network policy as the API server gives it back, defaults filled in. */
export interface Policy {
  metadata: { name: string; namespace: string };
  spec: { podSelector: Selector; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] };
}

/**
 * Whether a packet passes, by the words of the NetworkPolicy API and nothing of this platform: the second opinion beside cyclonus.
 * Whoever no policy of a direction selects is open that way; whoever is selected passes what one rule of them allows.
 */
export function passes(policies: readonly Policy[], { from, to, port, protocol }: Traffic): boolean {
  const open = (way: "Ingress" | "Egress", own: End, other: End): boolean => {
    if (!own.pod) return true;
    const mine = policies.filter((it) => it.spec.policyTypes.includes(way) && selects(it, own));
    const rules = mine.flatMap((it) =>
      ((way === "Ingress" ? it.spec.ingress : it.spec.egress) ?? []).map((rule) => ({ rule, policy: it })),
    );
    return mine.length === 0 || rules.some(({ rule, policy }) => allows(rule, policy, other, port, protocol));
  };
  return open("Egress", from, to) && open("Ingress", to, from);
}

const selects = ({ metadata, spec }: Policy, { pod }: End): boolean =>
  pod?.namespace === metadata.namespace && matches(spec.podSelector, pod.labels);

function allows({ from, to, ports = [] }: Rule, policy: Policy, other: End, port: number, protocol: string): boolean {
  const peers = from ?? to ?? [];
  const portFits = ports.some((it) => {
    if ((it.protocol ?? "TCP") !== protocol) return false;
    if (typeof it.port === "string") throw new Error("named ports are not modelled");
    return it.port === undefined || (port >= it.port && port <= (it.endPort ?? it.port));
  });
  if (ports.length > 0 && !portFits) return false;
  return peers.length === 0 || peers.some((it) => fits(it, policy, other));
}

function fits({ ipBlock, namespaceSelector, podSelector }: Peer, policy: Policy, { ip, pod }: End): boolean {
  if (ipBlock) return within(ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((it) => within(ip, it));
  if (!pod) return false;
  const there = namespaceSelector
    ? matches(namespaceSelector, pod.namespaceLabels)
    : pod.namespace === policy.metadata.namespace;
  return there && (!podSelector || matches(podSelector, pod.labels));
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return equal && matchExpressions.every(({ key, operator, values = [] }) => holds(operator, values, labels[key]));
}

function holds(operator: string, values: string[], value: string | undefined): boolean {
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const among = value !== undefined && values.includes(value);
  if (operator === "In") return among;
  if (operator === "NotIn") return !among;
  throw new Error(`unknown operator ${operator}`);
}

function within(ip: string, cidr: string): boolean {
  const [address = "", prefix = ""] = cidr.split("/");
  const family = (it: string) => (isIP(it) === 6 ? "ipv6" : "ipv4");
  if (family(ip) !== family(address)) return false;
  const range = new BlockList();
  range.addSubnet(address, Number(prefix), family(address));
  return range.check(ip, family(ip));
}
