import { LABEL, NAME } from "../../components/contract.ts";
import { cidr, holds, METADATA, overlaps } from "../judging/address-range.ts";
import { fields, list, says, tenantOf, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { configuredWalls, type Walls, WALLS_SCHEMA, wallsOf } from "../judging/walls.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "closed-networks";
/** Two /1 are the whole internet: narrower than this a range may mean somebody. */
const SHORTEST = { 32: 12, 128: 32 } as const;
const DNS_PORT = 53;

const OWN_NAME =
  '(n.startsWith(variables.tenant + "-") && !n.substring(size(variables.tenant) + 1).contains("-") && size(n) > size(variables.tenant) + 1)';

/** CEL: whether rule `r` opens port 53 and nothing else. */
const ONLY_DNS = `size(r.?ports.orValue([])) > 0 && r.?ports.orValue([]).all(q, q.?port.orValue(0) == ${DNS_PORT} && !has(q.endPort))`;

/** CEL: whether the range of peer `p` is wider than any customer, or leads into the cluster or to a metadata service. */
const ipFault =
  "!isCIDR(p.ipBlock.cidr) || cidr(p.ipBlock.cidr).prefixLength() < (p.ipBlock.cidr.contains(':') ? " +
  `${SHORTEST[128]} : ${SHORTEST[32]}) || variables.shut.exists(m, ` +
  "(cidr(p.ipBlock.cidr).containsIP(cidr(m).ip()) || cidr(m).containsIP(cidr(p.ipBlock.cidr).ip())) && " +
  "!p.ipBlock.?except.orValue([]).exists(e, isCIDR(e) && cidr(e).containsCIDR(m)))";

/** CEL: whether peer `p` of rule `r` is no peer of a tenant's; `outwards` for egress. */
function peerFault(outwards: boolean, { dnsNamespace, dnsLabels, dnsAddresses }: Walls): string {
  const resolver = `(p.ipBlock.cidr in ${cel(dnsAddresses)} && ${ONLY_DNS})`;
  const dns =
    `n == ${cel(dnsNamespace)} && ${ONLY_DNS} && ` +
    Object.entries(dnsLabels)
      .map(([key, value]) => `p.?podSelector.?matchLabels[?${cel(key)}].orValue("") == ${cel(value)}`)
      .join(" && ");
  return (
    `has(p.ipBlock) ? (${outwards ? `!${resolver} && ` : ""}(${ipFault})) : has(p.namespaceSelector) && !(` +
    `p.namespaceSelector.?matchLabels[?${cel(LABEL.tenant)}].orValue("") == variables.tenant || ` +
    `(size(p.namespaceSelector.?matchLabels.orValue({})) == 1 && size(p.namespaceSelector.?matchExpressions.orValue([])) == 0 && ` +
    `[p.namespaceSelector.?matchLabels[?${cel(LABEL.namespaceName)}].orValue("")].exists(n, ${OWN_NAME} || ` +
    (outwards ? `(${dns})))` : `n == "${NAME.gateway}"))`) +
    ")"
  );
}

/**
 * Network policies only add: one that lets everybody in undoes the default-deny, and one that lets a pod out to
 * 169.254.169.254 hands it the node's cloud credentials. A selector of free labels matches whoever copies them, and two
 * tenants who open the pods' range to each other have left their namespaces together.
 */
export const closedNetworks: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "critical",
      description: "Network policies open a tenant to its own spaces, the gateway, DNS and narrow outside ranges only.",
      remediationSteps: "Declare edges and egress in the tenant file; name the peers: no empty from, to or selector.",
      configSchema: WALLS_SCHEMA,
    },
    (object, args) => {
      if (object.group !== "networking.k8s.io" || object.kind !== "NetworkPolicy") return [];
      const walls = configuredWalls(args);
      return [...faults(object, "ingress", walls), ...faults(object, "egress", walls)].map(
        (fault) => `network policy "${object.name}" ${fault}`,
      );
    },
  ),
  admission: (settings) => {
    const walls = wallsOf(settings);
    return twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"] }],
      conditions: CHANGED,
      variables: {
        tenant: `namespaceObject.metadata.?labels[?${cel(LABEL.tenant)}].orValue("")`,
        shut: cel(walls.shut),
        inwards: "object.?spec.?ingress.orValue([])",
        outwards: "object.?spec.?egress.orValue([])",
      },
      verdicts: (["inwards", "outwards"] as const).map((way) => {
        const peers = way === "inwards" ? "from" : "to";
        return {
          found:
            `variables.${way}.filter(r, size(r.?${peers}.orValue([])) == 0).map(r, "empty ${peers}") + ` +
            `variables.${way}.map(r, r.?${peers}.orValue([]).filter(p, ${peerFault(way === "outwards", walls)})` +
            `.map(p, has(p.ipBlock) ? p.ipBlock.cidr : "namespaceSelector")).filter(found, size(found) > 0).map(found, "${peers} " + found.join(", "))`,
          wanted: `own spaces, ${way === "inwards" ? "the gateway" : "DNS on port 53"} or ranges of /${SHORTEST[32]} (IPv6 /${SHORTEST[128]}) and longer, without nodes, pods, services and metadata services`,
        };
      }),
    });
  },
};

function faults({ spec, namespace }: KubeObject, way: "ingress" | "egress", walls: Walls): string[] {
  const peers = way === "ingress" ? "from" : "to";
  return list(spec[way]).flatMap((value) => {
    const rule = fields(value);
    const found = list(rule[peers]).map(fields);
    if (found.length === 0) return [`has an empty ${peers} in ${way}, want each peer named`];
    const onlyDns = way === "egress" && opensOnlyDns(rule);
    return found.flatMap((peer) =>
      "ipBlock" in peer
        ? rangeFaults(fields(peer.ipBlock), onlyDns ? walls : { ...walls, dnsAddresses: [] })
        : selectorFaults(peer, tenantOf(namespace), way, onlyDns ? walls : undefined),
    );
  });
}

function opensOnlyDns(rule: Fields): boolean {
  const ports = list(rule["ports"]).map(fields);
  return ports.length > 0 && ports.every((it) => it["port"] === DNS_PORT && it["endPort"] === undefined);
}

function rangeFaults(block: Fields, { shut, dnsAddresses }: Walls): string[] {
  const found = text(block.cidr);
  if (dnsAddresses.includes(found)) return [];
  const range = cidr(found);
  if (!range) return [`has the range "${found}", want a CIDR`];
  if (range.prefix < SHORTEST[range.bits]) return [`opens ${found}, want /${SHORTEST[range.bits]} or longer`];
  return shut
    .filter((it) => overlaps(found, it) && !list(block.except).some((hole) => holds(text(hole), it)))
    .map(
      (it) =>
        `opens ${found}, want an except for the ${METADATA.includes(it) ? "metadata services in" : "cluster's own"} ${it}`,
    );
}

/** `walls` says where DNS is, for a rule that opens nothing but port 53. */
function selectorFaults(
  { namespaceSelector, podSelector }: Fields,
  tenant: string,
  way: "ingress" | "egress",
  walls: Walls | undefined,
): string[] {
  if (namespaceSelector === undefined) return [];
  const { matchLabels, matchExpressions } = fields(namespaceSelector);
  const labels = fields(matchLabels);
  if (tenant !== "" && labels[LABEL.tenant] === tenant) return [];
  const target = text(labels[LABEL.namespaceName]);
  const only = Object.keys(labels).length === 1 && !says(matchExpressions);
  const pods = fields(fields(podSelector).matchLabels);
  const dns =
    target === walls?.dnsNamespace && Object.entries(walls.dnsLabels).every(([key, value]) => pods[key] === value);
  const allowed = isOwn(target, tenant) || (way === "ingress" ? target === NAME.gateway : dns);
  if (only && allowed) return [];
  return [
    `selects ${target === "" ? "namespaces by label" : `namespace "${target}"`} in ${way}, want own spaces, the gateway or DNS`,
  ];
}

const isOwn = (namespace: string, tenant: string): boolean =>
  tenant !== "" && /^.+-[^-]+$/.test(namespace) && tenantOf(namespace) === tenant;
