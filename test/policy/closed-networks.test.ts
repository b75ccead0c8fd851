import { expect, test } from "vitest";
import { ruleConfig } from "../../policy/admission.ts";
import { closedNetworks } from "../../policy/rules/closed-networks.ts";
import { violations } from "../support/violations.ts";

const ranges = { nodes: ["192.168.0.0/16"], pods: ["10.244.0.0/16"], services: ["10.96.0.0/16", "fd00:96::/108"] };
const dns = { namespace: "dns", labels: { app: "resolver", tier: "system" }, addresses: ["169.254.20.10", "fd00::53"] };
const config = ruleConfig({ platformGroups: [], registries: [], runner: "direct", ranges, network: { dns } })[
  "closed-networks"
];

const judge = async (spec: object) => {
  const props = { metadata: { name: "it", namespace: "acme-api" }, spec };
  const found = await violations(closedNetworks.rule, {
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    props,
    config,
  });
  return found.map((it) => it.replace('network policy "it" ', ""));
};
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const out = (peer: object, ...ports: object[]) => judge({ egress: [{ to: [peer], ports }] });
const into = (peer: object, ...ports: object[]) => judge({ ingress: [{ from: [peer], ports }] });
const own = (cidr: string, range: string) => `opens ${cidr}, want an except for the cluster's own ${range}`;

test.each([
  ["10.244.3.0/24", "10.244.0.0/16"],
  ["10.96.0.1/32", "10.96.0.0/16"],
  ["192.168.7.9/32", "192.168.0.0/16"],
  ["fd00:96::/110", "fd00:96::/108"],
])("the cluster's own addresses stay shut, both ways: %s", async (cidr, range) => {
  expect(await out(block(cidr))).toEqual([own(cidr, range)]);
  expect(await into(block(cidr))).toEqual([own(cidr, range)]);
});

test("a range around the cluster's is admitted with the whole of it left out, and not with less", async () => {
  expect(await out(block("192.160.0.0/12", "192.168.0.0/16"))).toEqual([]);
  expect(await out(block("192.160.0.0/12", "192.168.0.0/15"))).toEqual([]);
  const less = own("192.160.0.0/12", "192.168.0.0/16");
  expect(await out(block("192.160.0.0/12", "192.168.0.0/17"))).toEqual([less]);
  expect(await out(block("192.160.0.0/12"))).toEqual([less]);
});

const pods = (labels: Record<string, string>, namespace = "dns") => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  podSelector: { matchLabels: labels },
});
const refused = 'selects namespace "dns" in egress, want own spaces, the gateway or DNS';

test("DNS is the pods that the settings name, on port 53 alone", async () => {
  const [udp, tcp] = [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ];
  expect(await out(pods(dns.labels), udp, tcp)).toEqual([]);
  expect(await out(pods({ ...dns.labels, pod: "a" }), udp)).toEqual([]);
  expect(await out(pods(dns.labels))).toEqual([refused]);
  expect(await out(pods(dns.labels), udp, { port: 9153 })).toEqual([refused]);
  expect(await out(pods(dns.labels), { port: 53, endPort: 9153 })).toEqual([refused]);
  expect(await out(pods({ app: "resolver" }), udp)).toEqual([refused]);
  expect(await out(pods({ "k8s-app": "kube-dns" }, "kube-system"), udp)).toEqual([
    'selects namespace "kube-system" in egress, want own spaces, the gateway or DNS',
  ]);
});

test("a resolver on the nodes is reached on port 53, and reaches nobody", async () => {
  const link = "opens 169.254.20.10/32, want an except for the metadata services in 169.254.0.0/16";
  expect(await out(block("169.254.20.10/32"), { port: 53, protocol: "UDP" })).toEqual([]);
  expect(await out(block("fd00::53/128"), { port: 53, protocol: "UDP" })).toEqual([]);
  expect(await out(block("169.254.20.10/32"), { port: 443 })).toEqual([link]);
  expect(await out(block("169.254.20.10/32"))).toEqual([link]);
  expect(await into(block("169.254.20.10/32"), { port: 53 })).toEqual([link]);
});

test("metadata services stay shut whatever the configuration says", async () => {
  const judged = await violations(closedNetworks.rule, {
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    props: {
      metadata: { name: "it", namespace: "acme-api" },
      spec: { egress: [{ to: [block("169.254.169.254/32")] }] },
    },
    config: { shut: [], dnsLabels: {}, dnsAddresses: "169.254.169.254/32" },
  });
  expect(judged).toHaveLength(1);
});
