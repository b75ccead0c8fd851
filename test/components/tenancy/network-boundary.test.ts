import { expect, test } from "vitest";
import { NetworkBoundary, type DeclaredTraffic } from "../../../components/tenancy/network-boundary.ts";
import { deploy } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const resolvers = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, addresses: [] };
const nothing: DeclaredTraffic = { gatewayPorts: [], from: [], to: [], egress: [], resolvers };

async function specs(traffic: Partial<DeclaredTraffic> = {}) {
  const args = { namespace: "acme-api", labels: {}, traffic: { ...nothing, ...traffic } };
  const { one } = await deploy(() => new NetworkBoundary("acme-api", args, providers()));
  const spec = (name: string) => one("kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"];
  return { closed: spec("acme-api-closed"), declared: spec("acme-api-declared") };
}

const by = (namespace: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
});
const dns = {
  to: [{ ...by("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

test("every pod is closed both ways", async () => {
  const { closed } = await specs();
  expect(closed).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] });
});

test("a tenant that declares nothing reaches the cluster's resolvers only, and nobody reaches it", async () => {
  const { declared } = await specs();
  expect(declared).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [dns] });
});

test("what is declared is open by namespace name and port, nothing wider", async () => {
  const { declared } = await specs({
    gatewayPorts: [8080],
    from: [{ namespace: "acme-jobs", port: 8081 }],
    to: [{ namespace: "acme-db", port: 5432 }],
    egress: [{ cidr: "203.0.112.0/20", except: ["203.0.113.0/24"], ports: [443, 8443] }],
  });
  const tcp = (port: number) => ({ protocol: "TCP", port });
  expect(declared.ingress).toEqual([
    { from: [by("tenantry-gateway")], ports: [tcp(8080)] },
    { from: [by("acme-jobs")], ports: [tcp(8081)] },
  ]);
  expect(declared.egress).toEqual([
    dns,
    { to: [by("acme-db")], ports: [tcp(5432)] },
    {
      to: [{ ipBlock: { cidr: "203.0.112.0/20", except: ["203.0.113.0/24"] } }],
      ports: [tcp(443), tcp(8443)],
    },
  ]);
});

test("where resolvers are is the cluster's matter: other pods, and addresses on the nodes", async () => {
  const own = { namespace: "dns", labels: { app: "resolver" }, addresses: ["169.254.20.10/32"] };
  const { declared } = await specs({ resolvers: own });
  const pods = { ...by("dns"), podSelector: { matchLabels: { app: "resolver" } } };
  expect(declared.egress).toEqual([{ to: [pods, { ipBlock: { cidr: "169.254.20.10/32" } }], ports: dns.ports }]);
});
