import { expect, test } from "vitest";
import { closedNetworks } from "../../policy/rules/closed-networks.ts";
import { internalServices } from "../../policy/rules/internal-services.ts";
import { ownHosts } from "../../policy/rules/own-hosts.ts";
import { violations } from "../support/violations.ts";

const metadata = { name: "it", namespace: "guardtest-api" };
const judgePolicy = (spec: object) =>
  violations(closedNetworks.rule, { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", props: { metadata, spec } });
const judgeService = (spec: object) =>
  violations(internalServices.rule, { type: "kubernetes:core/v1:Service", props: { metadata, spec } });
const judgeIngress = (spec: object, annotations = {}) =>
  violations(ownHosts.rule, {
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    props: { metadata: { ...metadata, annotations }, spec },
  });

const to = (peer: object) => ({ egress: [{ to: [peer] }] });
const from = (peer: object) => ({ ingress: [{ from: [peer] }] });
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const dns = { podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };
const METADATA = "want an except for the metadata services in 169.254.0.0/16";

test.each([
  ["every address", to(block("0.0.0.0/0")), "opens 0.0.0.0/0, want /12 or longer"],
  ["half of all addresses", to(block("128.0.0.0/1")), "opens 128.0.0.0/1, want /12 or longer"],
  ["every IPv6 address", to(block("::/0")), "opens ::/0, want /32 or longer"],
  ["no address", to(block("here")), 'has the range "here", want a CIDR'],
  ["the metadata service", to(block("169.254.169.254/32")), `opens 169.254.169.254/32, ${METADATA}`],
  ["the credentials of pods on EKS", to(block("169.254.170.23/32")), `opens 169.254.170.23/32, ${METADATA}`],
  ["a range around it", to(block("169.240.0.0/12", "169.250.0.0/16")), `opens 169.240.0.0/12, ${METADATA}`],
  ["nobody in particular, inwards", { ingress: [{}] }, "has an empty from in ingress, want each peer named"],
  ["a port to everybody", { egress: [{ ports: [{ port: 53 }] }] }, "has an empty to in egress, want each peer named"],
  [
    "all namespaces",
    from({ namespaceSelector: {} }),
    "selects namespaces by label in ingress, want own spaces, the gateway or DNS",
  ],
  [
    "a label anybody may set",
    from({ namespaceSelector: { matchLabels: { team: "acme" } } }),
    "selects namespaces by label in ingress, want own spaces, the gateway or DNS",
  ],
  [
    "another tenant",
    from({ namespaceSelector: { matchLabels: { "tenantry.dev/tenant": "globex" } } }),
    "selects namespaces by label in ingress, want own spaces, the gateway or DNS",
  ],
  [
    "another tenant whose name begins alike",
    from(named("guardtest-more-api")),
    'selects namespace "guardtest-more-api" in ingress, want own spaces, the gateway or DNS',
  ],
  [
    "the gateway, outwards",
    to(named("tenantry-gateway")),
    'selects namespace "tenantry-gateway" in egress, want own spaces, the gateway or DNS',
  ],
  [
    "all of kube-system",
    to(named("kube-system")),
    'selects namespace "kube-system" in egress, want own spaces, the gateway or DNS',
  ],
])("closed-networks refuses a policy for %s", async (_, spec, fault) =>
  expect(await judgePolicy(spec)).toEqual([`network policy "it" ${fault}`]),
);

test.each([
  ["nobody", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }],
  ["the same space", from({ podSelector: {} })],
  ["another space of the tenant", from(named("guardtest-jobs"))],
  ["all spaces of the tenant", from({ namespaceSelector: { matchLabels: { "tenantry.dev/tenant": "guardtest" } } })],
  ["the gateway", from(named("tenantry-gateway"))],
  ["DNS", { egress: [{ to: [{ ...named("kube-system"), ...dns }], ports: [{ port: 53, protocol: "UDP" }] }] }],
  ["a narrow range", to(block("198.51.100.0/24"))],
  ["a range around the metadata service, without it", to(block("169.240.0.0/12", "169.254.0.0/16"))],
])("closed-networks admits a policy for %s", async (_, spec) => expect(await judgePolicy(spec)).toEqual([]));

test.each([
  [{ type: "NodePort" }, ['has type "NodePort", want ClusterIP']],
  [{ type: "LoadBalancer" }, ['has type "LoadBalancer", want ClusterIP']],
  [
    { type: "ExternalName", externalName: "db.globex-api.svc" },
    ['has type "ExternalName", want ClusterIP', "sets externalName, want it unset"],
  ],
  [{ externalIPs: ["198.51.100.1"] }, ["sets externalIPs, want it unset"]],
  [{ loadBalancerIP: "198.51.100.1" }, ["sets loadBalancerIP, want it unset"]],
  [{ ports: [{ port: 80, nodePort: 30080 }] }, ["sets a nodePort, want it unset"]],
  [{ type: "ClusterIP", clusterIP: "None", ports: [{ port: 80 }] }, []],
  [{ ports: [{ port: 80 }] }, []],
])("internal-services judges %j", async (spec, wanted) =>
  expect(await judgeService(spec)).toEqual(wanted.map((it) => `service "it" ${it}`)),
);

test.each([
  ["*.guardtest.example", 'has host "*.guardtest.example", want a full name without wildcard'],
  ["", 'has host "", want a full name without wildcard'],
  ["Shop.guardtest.example", 'has host "Shop.guardtest.example", want a full name without wildcard'],
  ["shop.guardtest.example.", 'has host "shop.guardtest.example.", want a full name without wildcard'],
  ["single", 'has host "single", want a full name without wildcard'],
])("own-hosts refuses the host %j", async (host, fault) => {
  expect(await judgeIngress({ rules: [{ host }] })).toEqual([`ingress "it" ${fault}`]);
  expect(await judgeIngress({ rules: [], tls: [{ hosts: [host] }] })).toEqual([`ingress "it" ${fault}`]);
});

test("own-hosts publishes no name by a service's annotation", async () => {
  const key = "external-dns.alpha.kubernetes.io/hostname";
  const judge = (annotations: object) =>
    violations(ownHosts.rule, {
      type: "kubernetes:core/v1:Service",
      props: { metadata: { ...metadata, annotations } },
    });
  expect(await judge({ [key]: "globex.example" })).toEqual([
    `service "it" has annotation ${key}, want no name published but by an ingress`,
  ]);
  expect(await judge({ "acme.example/team": "a" })).toEqual([]);
});

test.each([
  ["traefik.ingress.kubernetes.io/router.middlewares", false],
  ["alb.ingress.kubernetes.io/group.name", false],
  ["nginx.ingress.kubernetes.io/rewrite-target", false],
  ["cert-manager.io/alt-names", false],
  ["kubernetes.io/ingress.class", false],
  ["cert-manager.io/cluster-issuer", true],
  ["kubectl.kubernetes.io/last-applied-configuration", true],
  ["team", true],
])("own-hosts on the annotation %s of an ingress", async (key, admitted) => {
  const fault = `ingress "it" has annotation ${key}, want nothing that configures the gateway`;
  const spec = { rules: [{ host: "shop.guardtest.example" }] };
  expect(await judgeIngress(spec, { [key]: "x" })).toEqual(admitted ? [] : [fault]);
});

test("own-hosts refuses rules without host, default backends and snippets", async () => {
  expect(await judgeIngress({ rules: [{}], defaultBackend: { service: { name: "it" } } })).toEqual([
    'ingress "it" has host "", want a full name without wildcard',
    'ingress "it" has a default backend, want none',
  ]);
  const snippet = "nginx.ingress.kubernetes.io/server-snippet";
  expect(await judgeIngress({ rules: [{ host: "shop.guardtest.example" }] }, { [snippet]: "x" })).toEqual([
    `ingress "it" has annotation ${snippet}, want nothing that configures the gateway`,
  ]);
  expect(await judgeIngress({ rules: [{ host: "shop.guardtest.example" }] })).toEqual([]);
});
