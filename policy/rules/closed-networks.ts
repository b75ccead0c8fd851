import { LABEL, NAME } from "../../components/contract.ts";
import { cidr, holds, METADATA, overlaps } from "../judging/address-range.ts";
import { fields, list, says, tenantOf, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "closed-networks";
/** Two /1 are the whole internet: narrower than this a range may mean somebody. */
const SHORTEST = { 32: 12, 128: 32 } as const;
const SYSTEM = "kube-system";
const DNS = { "k8s-app": "kube-dns" };

const IP_FAULT =
  "!isCIDR(p.ipBlock.cidr) || cidr(p.ipBlock.cidr).prefixLength() < (p.ipBlock.cidr.contains(':') ? " +
  `${SHORTEST[128]} : ${SHORTEST[32]}) || ${cel(METADATA)}.exists(m, ` +
  "(cidr(p.ipBlock.cidr).containsIP(cidr(m).ip()) || cidr(m).containsIP(cidr(p.ipBlock.cidr).ip())) && " +
  "!p.ipBlock.?except.orValue([]).exists(e, isCIDR(e) && cidr(e).containsCIDR(m)))";
const OWN_NAME =
  '(n.startsWith(variables.tenant + "-") && !n.substring(size(variables.tenant) + 1).contains("-") && size(n) > size(variables.tenant) + 1)';

/** CEL: whether peer `p` is no peer of a tenant's; `outwards` for egress. */
const peerFault = (outwards: boolean) =>
  `has(p.ipBlock) ? (${IP_FAULT}) : has(p.namespaceSelector) && !(` +
  `p.namespaceSelector.?matchLabels[?${cel(LABEL.tenant)}].orValue("") == variables.tenant || ` +
  `(size(p.namespaceSelector.?matchLabels.orValue({})) == 1 && size(p.namespaceSelector.?matchExpressions.orValue([])) == 0 && ` +
  `[p.namespaceSelector.?matchLabels[?${cel(LABEL.namespaceName)}].orValue("")].exists(n, ${OWN_NAME} || ` +
  (outwards
    ? `n == "${SYSTEM}" && p.?podSelector.?matchLabels[?"k8s-app"].orValue("") == "${DNS["k8s-app"]}"))`
    : `n == "${NAME.gateway}"))`) +
  ")";

/**
 * Network policies only add: one that lets everybody in undoes the default-deny, and one that lets a pod out to
 * 169.254.169.254 hands it the node's cloud credentials. A selector of free labels matches whoever copies them.
 */
export const closedNetworks: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "critical",
      description: "Network policies open a tenant to its own spaces, the gateway, DNS and narrow outside ranges only.",
      remediationSteps: "Declare edges and egress in the tenant file; name the peers: no empty from, to or selector.",
    },
    (object) =>
      object.group === "networking.k8s.io" && object.kind === "NetworkPolicy"
        ? [...faults(object, "ingress", "from"), ...faults(object, "egress", "to")].map(
            (fault) => `network policy "${object.name}" ${fault}`,
          )
        : [],
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"] }],
      conditions: CHANGED,
      variables: {
        tenant: `namespaceObject.metadata.?labels[?${cel(LABEL.tenant)}].orValue("")`,
        inwards: "object.?spec.?ingress.orValue([])",
        outwards: "object.?spec.?egress.orValue([])",
      },
      verdicts: (["inwards", "outwards"] as const).map((way) => {
        const peers = way === "inwards" ? "from" : "to";
        return {
          found:
            `variables.${way}.filter(r, size(r.?${peers}.orValue([])) == 0).map(r, "empty ${peers}") + ` +
            `variables.${way}.map(r, r.?${peers}.orValue([]).filter(p, ${peerFault(way === "outwards")})` +
            `.map(p, has(p.ipBlock) ? p.ipBlock.cidr : "namespaceSelector")).filter(found, size(found) > 0).map(found, "${peers} " + found.join(", "))`,
          wanted: `own spaces, ${way === "inwards" ? "the gateway" : "DNS"} or ranges of /${SHORTEST[32]} (IPv6 /${SHORTEST[128]}) and longer, without metadata services`,
        };
      }),
    }),
};

function faults({ spec, namespace }: KubeObject, way: "ingress" | "egress", peers: "from" | "to"): string[] {
  return list(spec[way]).flatMap((value) => {
    const found = list(fields(value)[peers]).map(fields);
    if (found.length === 0) return [`has an empty ${peers} in ${way}, want each peer named`];
    return found.flatMap((peer) =>
      "ipBlock" in peer ? rangeFaults(fields(peer.ipBlock)) : selectorFaults(peer, tenantOf(namespace), way),
    );
  });
}

function rangeFaults(block: Fields): string[] {
  const found = text(block.cidr);
  const range = cidr(found);
  if (!range) return [`has the range "${found}", want a CIDR`];
  if (range.prefix < SHORTEST[range.bits]) return [`opens ${found}, want /${SHORTEST[range.bits]} or longer`];
  return METADATA.filter((it) => overlaps(found, it) && !list(block.except).some((hole) => holds(text(hole), it))).map(
    (it) => `opens ${found}, want an except for the metadata services in ${it}`,
  );
}

function selectorFaults(
  { namespaceSelector, podSelector }: Fields,
  tenant: string,
  way: "ingress" | "egress",
): string[] {
  if (namespaceSelector === undefined) return [];
  const { matchLabels, matchExpressions } = fields(namespaceSelector);
  const labels = fields(matchLabels);
  if (tenant !== "" && labels[LABEL.tenant] === tenant) return [];
  const target = text(labels[LABEL.namespaceName]);
  const only = Object.keys(labels).length === 1 && !says(matchExpressions);
  const dns = target === SYSTEM && fields(fields(podSelector).matchLabels)["k8s-app"] === DNS["k8s-app"];
  const allowed = isOwn(target, tenant) || (way === "ingress" ? target === NAME.gateway : dns);
  if (only && allowed) return [];
  return [
    `selects ${target === "" ? "namespaces by label" : `namespace "${target}"`} in ${way}, want own spaces, the gateway or DNS`,
  ];
}

const isOwn = (namespace: string, tenant: string): boolean =>
  tenant !== "" && /^.+-[^-]+$/.test(namespace) && tenantOf(namespace) === tenant;
