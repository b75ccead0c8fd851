import {
  admitted,
  apply,
  type Attempt,
  by,
  cannot,
  inside,
  INSIDE,
  LOOSE,
  merge,
  NETWORKING,
  post,
  put,
  refused,
} from "./vector.ts";

const policies = inside(NETWORKING, "networkpolicies");
const policy = (spec: object) =>
  post(policies, { metadata: { name: "try" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec } });
const block = (cidr: string) => ({ to: [{ ipBlock: { cidr } }] });
const OPENINGS: [string, object][] = [
  ["everybody, inwards", { ingress: [{}] }],
  ["everybody, outwards", { egress: [{}] }],
  ["every namespace", { ingress: [{ from: [{ namespaceSelector: {} }] }] }],
  ["a label anybody may copy", { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "acme" } } }] }] }],
  ["all addresses", { egress: [block("0.0.0.0/0")] }],
  ["all addresses in halves", { egress: [block("0.0.0.0/1"), block("128.0.0.0/1")] }],
  ["the metadata service", { egress: [block("169.254.169.254/32")] }],
  ["the credentials of pods on EKS", { egress: [block("169.254.170.23/32")] }],
  ["DNS anywhere", { egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] }],
];
const NETWORKS: Attempt[] = [
  ...OPENINGS.flatMap(([what, spec]) => [
    refused(16, `a policy for ${what}`, INSIDE, policy(spec), cannot("create", "networkpolicies")),
    refused(16, `a policy for ${what}`, LOOSE, policy(spec), by("closed-networks")),
  ]),
  refused(
    16,
    "to open the default-deny",
    INSIDE,
    merge(`${policies}/closed`, { spec: { ingress: [{}] } }),
    cannot("patch", "networkpolicies"),
  ),
  refused(
    16,
    "to open the default-deny",
    LOOSE,
    merge(`${policies}/closed`, { spec: { ingress: [{ from: [{ podSelector: {} }] }] } }),
    by("kept-guards"),
  ),
  admitted(16, "a policy for its own pods", LOOSE, policy({ ingress: [{ from: [{ podSelector: {} }] }] })),
];

const services = inside("v1", "services");
const service = (spec: object, annotations = {}) =>
  post(services, {
    metadata: { name: "try", annotations },
    spec: { ports: [{ port: 80 }], selector: { app: "try" }, ...spec },
  });
const web = (spec: object) => merge(`${services}/web`, { spec });
const internal = by("internal-services");
/** The plug-in speaks before the guardrail. */
const external = /^403 .*Use of external IPs is denied by admission control|'tenantry-internal-services'/;
const taken = { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } };
const seen = {
  conditions: [{ type: "Seen", status: "True", reason: "It", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" }],
};
const SERVICES: Attempt[] = [
  ...["NodePort", "LoadBalancer"].flatMap((type) => [
    refused(21, `a Service of type ${type}`, INSIDE, service({ type }), internal),
    refused(21, `to turn a Service into a ${type}`, INSIDE, web({ type }), internal),
    refused(
      21,
      `to apply a Service of type ${type}`,
      INSIDE,
      apply(`${services}/web`, { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type } }),
      internal,
    ),
  ]),
  admitted(21, "a Service inside", INSIDE, service({})),
  admitted(21, "to change a port's target", INSIDE, merge(`${services}/web`, { metadata: { labels: { team: "a" } } })),
  refused(22, "an external address", INSIDE, service({ externalIPs: ["198.51.100.7"] }), external),
  refused(22, "an external address added", INSIDE, web({ externalIPs: ["198.51.100.7"] }), external),
  refused(
    22,
    "a load balancer's address",
    INSIDE,
    service({ type: "LoadBalancer", loadBalancerIP: "198.51.100.7" }),
    internal,
  ),
  refused(
    22,
    "an address in the status",
    INSIDE,
    merge(`${services}/web/status`, { status: taken }),
    cannot("patch", "services/status"),
  ),
  refused(
    22,
    "an address in the status",
    LOOSE,
    merge(`${services}/web/status`, { status: taken }),
    /^422 .*status\.loadBalancer\.ingress: Forbidden/,
  ),
  refused(
    22,
    "a name in public DNS",
    INSIDE,
    service({}, { "external-dns.alpha.kubernetes.io/hostname": "globex.example" }),
    by("own-hosts"),
  ),
  admitted(22, "a note on a Service", INSIDE, service({}, { "acme.example/team": "a" })),
  admitted(22, "another status", LOOSE, merge(`${services}/web/status`, { status: seen })),
];

const endpoints = inside("v1", "endpoints");
const slices = inside("discovery.k8s.io/v1", "endpointslices");
const aim = { subsets: [{ addresses: [{ ip: "10.244.0.9" }], ports: [{ port: 80 }] }] };
const slice = {
  metadata: { name: "try", labels: { "kubernetes.io/service-name": "web" } },
  ...{ addressType: "IPv4", endpoints: [{ addresses: ["10.244.0.9"] }], ports: [{ port: 80 }] },
};
const derived = by("derived-endpoints");
const ENDPOINTS: Attempt[] = [
  refused(
    23,
    "a name of another tenant",
    INSIDE,
    service({ type: "ExternalName", externalName: "web.globex-portal.svc" }),
    internal,
  ),
  refused(
    23,
    "to turn a Service into a name",
    INSIDE,
    web({ type: "ExternalName", externalName: "web.globex-portal.svc" }),
    internal,
  ),
  refused(
    23,
    "Endpoints",
    INSIDE,
    post(endpoints, { metadata: { name: "try" }, ...aim }),
    cannot("create", "endpoints"),
  ),
  refused(23, "an EndpointSlice", INSIDE, post(slices, slice), cannot("create", "endpointslices")),
  refused(23, "Endpoints", LOOSE, post(endpoints, { metadata: { name: "try" }, ...aim }), derived),
  refused(23, "other Endpoints", LOOSE, put(`${endpoints}/web`, { metadata: { name: "web" }, ...aim }), derived),
  refused(23, "an EndpointSlice", LOOSE, post(slices, slice), derived),
  admitted(23, "to see where its Service leads", INSIDE, { method: "GET", path: slices }),
  admitted(23, "a Service with a selector", LOOSE, service({})),
];

export const TRAFFIC: Attempt[] = [...NETWORKS, ...SERVICES, ...ENDPOINTS];
