import { expect, test } from "vitest";
import type { HostNames } from "../../../components/tenancy/fqdn-egress.ts";
import { NetworkBoundary } from "../../../components/tenancy/network-boundary.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const names = [
  { name: "api.partner.example", ports: [443] },
  { name: "hooks.partner.example", ports: [443, 8443] },
];
const shut = [
  { cidr: "10.244.0.0/16", except: [] },
  { cidr: "169.254.0.0/16", except: ["169.254.20.10/32"] },
];

async function boundary(byName: HostNames, addresses: string[] = []) {
  const resolvers = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, addresses };
  const traffic = { gatewayPorts: [], from: [], to: [], egress: [], resolvers, byName };
  const args = { namespace: "acme-api", labels: { team: "acme" }, traffic };
  const { resources, one } = await deploy(() => new NetworkBoundary("acme-api", args, providers()));
  const declared = one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "acme-api-declared").inputs["spec"];
  return { resources, one, declared };
}

const metadata = { name: "host-names", namespace: "acme-api", labels: { team: "acme" } };
const dnsPorts = [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }];
const toPorts = (...ports: string[]) => [{ ports: ports.map((port) => ({ port, protocol: "TCP" })) }];

test("for Cilium, names are opened by port, answers go through its proxy, and what is shut stays shut whatever a name points to", async () => {
  const { one, declared, resources } = await boundary({ form: "cilium", names, shut }, ["169.254.20.10/32"]);
  const policy = one("kubernetes:cilium.io/v2:CiliumNetworkPolicy");
  expect(policy.inputs).toMatchObject({ apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata });
  expect(policy.inputs["spec"]).toEqual({
    endpointSelector: {},
    egress: [
      {
        toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system", "k8s:k8s-app": "kube-dns" } }],
        toPorts: dnsPorts,
      },
      { toCIDR: ["169.254.20.10/32"], toPorts: dnsPorts },
      { toFQDNs: [{ matchName: "api.partner.example" }], toPorts: toPorts("443") },
      { toFQDNs: [{ matchName: "hooks.partner.example" }], toPorts: toPorts("443", "8443") },
    ],
    egressDeny: [{ toCIDRSet: [{ cidr: "10.244.0.0/16" }, { cidr: "169.254.0.0/16", except: ["169.254.20.10/32"] }] }],
  });
  // DNS is opened in one place only, the one that reads the answers.
  expect(declared.egress).toEqual([]);
  expect(policy.provider).toContain("pulumi:providers:kubernetes::cluster");
  expect(listed(resources)).toContain("FqdnEgress acme-api-names");
});

test("for EKS, names are opened by port beside the standard policies", async () => {
  const { one, declared } = await boundary({ form: "eks", names, shut });
  const policy = one("kubernetes:networking.k8s.aws/v1alpha1:ApplicationNetworkPolicy");
  expect(policy.inputs).toMatchObject({
    apiVersion: "networking.k8s.aws/v1alpha1",
    kind: "ApplicationNetworkPolicy",
    metadata,
  });
  expect(policy.inputs["spec"]).toEqual({
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      { to: [{ domainNames: ["api.partner.example"] }], ports: [{ protocol: "TCP", port: 443 }] },
      {
        to: [{ domainNames: ["hooks.partner.example"] }],
        ports: [
          { protocol: "TCP", port: 443 },
          { protocol: "TCP", port: 8443 },
        ],
      },
    ],
  });
  expect(declared.egress).toHaveLength(1);
});

test("without host names no cluster needs a kind of its network plug-in", async () => {
  const resolvers = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, addresses: [] };
  const traffic = { gatewayPorts: [], from: [], to: [], egress: [], resolvers };
  const args = { namespace: "acme-api", labels: {}, traffic };
  const { resources } = await deploy(() => new NetworkBoundary("acme-api", args, providers()));
  expect(listed(resources)).toEqual([
    "NetworkBoundary acme-api",
    "NetworkPolicy acme-api-closed",
    "NetworkPolicy acme-api-declared",
    "kubernetes cluster",
    "random random",
  ]);
});
