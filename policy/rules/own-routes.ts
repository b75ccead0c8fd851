import { ANNOTATION, NAME } from "../../components/contract.ts";
import { fields, list, says, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { tenantRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "own-routes";
const GROUP = "gateway.networking.k8s.io";
const VERSIONS = ["v1", "v1beta1", "v1alpha2", "v1alpha3"];
/** Routes that are told apart by host name. The others take a whole port of the gateway. */
const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute"];
const REFUSED = ["TCPRoute", "UDPRoute", "Gateway", "ReferenceGrant", "ListenerSet"];
const HOST = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+$";
const PUBLISHES = "external-dns";
const plural = (kind: string) => `${kind.toLowerCase()}s`;

/** CEL: whether a reference to a service leaves the namespace. */
const foreign = (reference: string) => `${reference}.?namespace.orValue(request.namespace) != request.namespace`;
/** CEL: whether a rule or a backend sends copies of requests out of the namespace. */
const mirrors = (it: string) => `${it}.?filters.orValue([]).exists(f, ${foreign("f.?requestMirror.?backendRef")})`;

/**
 * A route may name backends and gateways of other namespaces, and a ReferenceGrant lets others' routes in: a tenant would serve
 * another's host, or another's pods. A Gateway of its own would be a way in beside the platform's.
 */
export const ownRoutes: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description:
        "Routes of the Gateway API lead from the platform's gateway, by the tenant's own hosts, to its own services.",
      remediationSteps: `Name each host in full, ${NAME.gateway} as the parent's namespace and no namespace on backends; drop Gateway, ReferenceGrant, TCPRoute and UDPRoute.`,
    },
    (object) => (object.group === GROUP ? faults(object).map((it) => `${object.kind} "${object.name}" ${it}`) : []),
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: [GROUP], apiVersions: VERSIONS, resources: [...ROUTES, ...REFUSED].map(plural) }],
      conditions: {
        changed:
          'request.operation == "CREATE" || object.?spec != oldObject.?spec || object.metadata.?annotations != oldObject.metadata.?annotations',
      },
      variables: {
        isRoute: `object.kind in ${cel(ROUTES)}`,
        domains: `namespaceObject.metadata.?annotations[?${cel(ANNOTATION.domains)}].orValue("").split(",").map(d, d.trim()).filter(d, d != "")`,
        hosts: 'size(object.?spec.?hostnames.orValue([])) == 0 ? [""] : object.spec.hostnames',
        rules: "object.?spec.?rules.orValue([])",
        notes: "object.metadata.?annotations.orValue({})",
      },
      verdicts: [
        { found: "variables.isRoute ? [] : [object.kind]", wanted: `one of ${ROUTES.join(", ")}` },
        {
          found: `variables.isRoute ? variables.hosts.filter(n, !n.matches(${cel(HOST)}) || !variables.domains.exists(d, n == d || n.endsWith("." + d))).map(n, "host " + n) : []`,
          wanted: "host names within the domains listed on the namespace",
        },
        {
          found:
            `variables.isRoute ? object.?spec.?parentRefs.orValue([]).filter(p, p.?namespace.orValue("") != ${cel(NAME.gateway)} || p.?kind.orValue("Gateway") != "Gateway").map(p, "parent " + p.?name.orValue("")) + ` +
            `variables.rules.map(r, r.?backendRefs.orValue([]).filter(b, ${foreign("b")} || ${mirrors("b")}).map(b, "backend " + b.?name.orValue(""))).filter(l, size(l) > 0).map(l, l.join(", ")) + ` +
            `variables.rules.filter(r, ${mirrors("r")}).map(r, "mirror") : []`,
          wanted: `parents in ${NAME.gateway} and backends in the own namespace`,
        },
        {
          found: `variables.notes.map(k, k).filter(k, k.contains(${cel(PUBLISHES)}))`,
          wanted: "no annotation that publishes a name",
        },
      ],
    }),
};

function faults({ kind, spec, namespace, annotations }: KubeObject): string[] {
  if (REFUSED.includes(kind)) return [`is the platform's to make, want one of ${ROUTES.join(", ")}`];
  if (!ROUTES.includes(kind)) return [];
  const hosts = says(spec.hostnames) ? list(spec.hostnames).map(text) : [""];
  return [
    ...hosts
      .filter((it) => !new RegExp(HOST).test(it))
      .map((it) => `has host "${it}", want a full name without wildcard`),
    ...list(spec.parentRefs)
      .map(fields)
      .filter((it) => it.namespace !== NAME.gateway || (text(it.kind) || "Gateway") !== "Gateway")
      .map((it) => `hangs on "${text(it.name)}", want a Gateway in ${NAME.gateway}`),
    ...list(spec.rules)
      .map(fields)
      .flatMap(backendsOf)
      .filter((it) => says(it.namespace) && it.namespace !== namespace)
      .map((it) => `leads to "${text(it.name)}" in namespace "${text(it.namespace)}", want the own one`),
    ...Object.keys(annotations)
      .filter((key) => key.includes(PUBLISHES))
      .map((key) => `has annotation ${key}, want no name published but by its hosts`),
  ];
}

function backendsOf(rule: Fields): Fields[] {
  const own = list(rule.backendRefs).map(fields);
  const filters = [...list(rule.filters), ...own.flatMap((it) => list(it.filters))].map(fields);
  return [...own, ...filters.map((it) => fields(fields(it.requestMirror).backendRef))];
}
