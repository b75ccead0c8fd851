import { describe, expect, test } from "vitest";
import { LABEL } from "../../../components/contract.ts";
import type { KubeObject } from "../../../engine/cluster/object.ts";
import { allEdges, NETWORK_CHECKS } from "../../../engine/verify/network-policies.ts";
import type { Surroundings } from "../../../engine/verify/network-surroundings.ts";

const namespace = (name: string, tenant?: string, more: Record<string, string> = {}) => ({
  ...{ name, labels: { [LABEL.namespaceName]: name, ...(tenant && { [LABEL.tenant]: tenant }), ...more } },
  ...(tenant && { tenant }),
});
const AROUND: Surroundings = {
  namespaces: [
    namespace("acme-api", "acme"),
    namespace("acme-jobs", "acme"),
    namespace("globex-portal", "globex", { team: "web" }),
    namespace("tenantry-gateway"),
    namespace("kube-system"),
    namespace("monitoring", undefined, { team: "ops" }),
  ],
  inside: [
    { range: "192.0.2.7", what: "node n1" },
    { range: "10.244.3.0/24", what: "pods of node n1" },
    { range: "fd00:10::7", what: "node n2" },
    { range: "10.96.0.1", what: "the API server" },
  ],
  dns: { namespace: "kube-system", pods: { matchLabels: { "k8s-app": "kube-dns" } } },
  simulated: false,
};

const policy = (spec: object): KubeObject => ({
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace: "acme-api" } },
  spec: { podSelector: {}, ...spec },
});
const out = (peer: object, ports?: object[]) => policy({ egress: [{ to: [peer], ...(ports && { ports }) }] });
const into = (peer: object) => policy({ ingress: [{ from: [peer], ports: [{ port: 8080 }] }] });
const https = [{ protocol: "TCP", port: 443 }];
const named = (name: string) => ({ namespaceSelector: { matchLabels: { [LABEL.namespaceName]: name } } });
const labelled = (labels: object) => ({ namespaceSelector: { matchLabels: labels } });
const range = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } });
const dns = { ...named("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };
const port53 = [{ protocol: "UDP", port: 53 }];

/** Ids of the checks that fail for these policies of acme's. */
const failing = (policies: KubeObject[], tenant: string | undefined = "acme") =>
  NETWORK_CHECKS.filter(
    (it) =>
      it.judge({ ...(tenant && { tenant }), namespace: "acme-api" }, allEdges(policies), AROUND).outcome === "fail",
  ).map((it) => it.id.replace("network.", ""));

describe("what the platform itself makes passes", () => {
  test.each<[string, KubeObject]>([
    ["closed", policy({ policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] })],
    ["from the gateway", into(named("tenantry-gateway"))],
    ["from an own space", into(named("acme-jobs"))],
    ["from own spaces by the tenant's label", into(labelled({ [LABEL.tenant]: "acme" }))],
    ["to an own space", out(named("acme-jobs"), https)],
    ["within the namespace", out({ podSelector: {} })],
    ["to the cluster DNS", out(dns, port53)],
    ["to a cache of the cluster DNS on the node", out(range("169.254.20.10/32"), port53)],
    ["to a narrow range", out(range("198.51.100.0/24"), https)],
    ["to a range without what is inside", out(range("10.0.0.0/12", "10.0.0.0/16"), https)],
    ["to an IPv6 range", out(range("2001:db8::/48"), https)],
    ["to a space that is not there yet", out(named("acme-later"), https)],
  ])("%s", (_, it) => expect(failing([it])).toEqual([]));
});

describe("each hole is found by its check and no other", () => {
  test.each<[string, KubeObject, string[]]>([
    ["from another tenant", into(named("globex-portal")), ["foreign"]],
    ["from whoever has a label that is free", into(labelled({ team: "none-yet" })), ["foreign"]],
    ["from a label that another tenant has", into(labelled({ team: "web" })), ["foreign"]],
    ["from every namespace", into({ namespaceSelector: {} }), ["foreign"]],
    ["from another tenant by its tenant label", into(labelled({ [LABEL.tenant]: "globex" })), ["foreign"]],
    ["to another tenant", out(named("globex-portal"), https), ["foreign"]],
    ["to all pods beside the cluster DNS", out(named("kube-system"), https), ["foreign"]],
    ["to the gateway, which takes only what comes in", out(named("tenantry-gateway"), https), ["foreign"]],
    [
      "from all but one, by an expression",
      into({
        namespaceSelector: { matchExpressions: [{ key: LABEL.namespaceName, operator: "NotIn", values: ["x"] }] },
      }),
      ["foreign"],
    ],
    ["from everybody", policy({ ingress: [{}] }), ["foreign"]],
    ["to everybody", policy({ egress: [{}] }), ["foreign", "ranges", "metadata", "resolvers"]],
    ["to the internet", out(range("0.0.0.0/0"), https), ["ranges", "metadata"]],
    ["to half of the internet", out(range("128.0.0.0/1", "169.254.0.0/16", "168.63.129.16/32"), https), ["ranges"]],
    ["from the internet", into(range("0.0.0.0/0")), ["ranges"]],
    ["to a node", out(range("192.0.2.0/24"), https), ["ranges"]],
    ["to a node's IPv6 address", out(range("fd00:10::/64"), https), ["ranges"]],
    ["to pods by address", out(range("10.244.0.0/16"), https), ["ranges"]],
    ["to a part of a node's pods", out(range("10.244.3.128/25"), https), ["ranges"]],
    ["to the API server by address", out(range("10.96.0.0/24", "10.96.0.2/32"), https), ["ranges"]],
    ["to the metadata service", out(range("169.254.169.254/32"), https), ["metadata"]],
    ["to a range with it inside", out(range("169.254.0.0/16"), https), ["metadata"]],
    ["to AWS's by IPv6", out(range("fd00:ec2::/48"), https), ["metadata"]],
    ["to Azure's", out(range("168.63.129.0/24"), https), ["metadata"]],
    ["to another resolver", out(range("198.51.100.53/32"), port53), ["resolvers"]],
    [
      "to another resolver, by a range of ports",
      out(range("198.51.100.53/32"), [{ port: 1, endPort: 100 }]),
      ["resolvers"],
    ],
    ["to another resolver, all ports open", out(range("198.51.100.53/32")), ["resolvers"]],
    ["to another resolver, by a named port", out(range("198.51.100.53/32"), [{ port: "dns" }]), ["resolvers"]],
    ["to a resolver in another namespace", out(named("monitoring"), port53), ["foreign", "resolvers"]],
  ])("%s", (_, it, found) => expect(failing([it])).toEqual(found));
});

test("policies only add: one hole among many closed policies is found, and named", () => {
  const hole = { ...into(named("globex-portal")), metadata: { name: "hole" } };
  const policies = [policy({ ingress: [], egress: [] }), into(named("acme-jobs")), hole];
  const verdict = NETWORK_CHECKS[0]?.judge({ tenant: "acme", namespace: "acme-api" }, allEdges(policies), AROUND);
  expect(verdict?.message).toBe(
    'network policy "hole" opens ingress to globex-portal: name own namespaces by kubernetes.io/metadata.name',
  );
});

test("where no tenant is known no namespace is foreign, and the rest is judged all the same", () => {
  const check = NETWORK_CHECKS[0];
  expect(check?.judge({ namespace: "legacy" }, allEdges([into(named("monitoring"))]), AROUND).outcome).toBe("skipped");
  expect(failing([policy({ egress: [{}] })], "")).toEqual(["ranges", "metadata", "resolvers"]);
});
