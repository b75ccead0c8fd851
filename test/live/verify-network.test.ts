import { beforeAll, expect, test } from "vitest";
import { LABEL } from "../../components/contract.ts";
import { verifyNetwork } from "../../engine/verify/network.ts";
import { clientPod, PROBE, probeNamespace, serverPod } from "../../engine/verify/network-pods.ts";
import type { VerifyReport } from "../../engine/verify/report.ts";
import { fleetPlane } from "../support/fleet.ts";

const IMAGE =
  "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85";
const plane = fleetPlane();

const namespace = (name: string, tenant: string) =>
  plane.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { [LABEL.tenant]: tenant } } });
const policy = (name: string, spec: object) =>
  plane.cluster.create({
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "alpha-web" } },
    spec: { podSelector: {}, ...spec },
  });

// Before the platform stands: its admission policies would refuse every one of these.
beforeAll(async () => {
  await namespace("alpha-web", "alpha");
  await namespace("beta-web", "beta");
});

const judged = async () => {
  const { results } = await verifyNetwork({
    ...{ cluster: plane.cluster, targets: [{ tenant: "alpha", namespace: "alpha-web" }] },
    agree: () => Promise.resolve(false),
  });
  return results.filter((it) => it.outcome === "fail").map((it) => `${it.id}: ${it.message}`);
};

test("policies that tenants added are found by what they open in this very cluster, and closed ones are not", async () => {
  await policy("closed", { policyTypes: ["Ingress", "Egress"] });
  expect(await judged()).toEqual([]);
  await policy("hostile", {
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { [LABEL.tenant]: "beta" } } }] }],
    egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: [{ port: 443 }] }],
  });
  const found = await judged();
  expect(found[0]).toMatch(/^network\.foreign: network policy "hostile" opens ingress to beta-web: /);
  expect(found[1]).toMatch(
    /^network\.ranges: network policy "hostile" opens egress to 192\.0\.2\.0\/24, in which lies node general-/,
  );
  expect(found).toHaveLength(2);
});

test("the two pods are what Pod Security lets in, and a privileged one beside them is not", async () => {
  await plane.cluster.create(probeNamespace());
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: PROBE, name: "default" };
  await expect.poll(() => plane.cluster.get(account), { timeout: 30_000 }).toBeDefined();
  const tried = (body: object) =>
    plane.cluster.request("POST", `/api/v1/namespaces/${PROBE}/pods`, { body, query: { dryRun: "All" } });
  const client = clientPod("client-1", IMAGE, "192.0.2.1");
  for (const pod of [serverPod(IMAGE), client]) expect(await tried(pod)).toMatchObject({ kind: "Pod" });
  const spec = { ...(client["spec"] as object), hostNetwork: true };
  await expect(tried({ ...client, spec })).rejects.toThrow(/violates PodSecurity "restricted/);
  await plane.cluster.remove({ apiVersion: "v1", kind: "Namespace", name: PROBE });
  await plane.gone(PROBE);
});

test("verify --network passes for the shipped fleet, says that nodes are simulated, and writes nothing", async () => {
  await plane.ok("up", "--wait", "0");
  const writes = await plane.writesDuring(async () => {
    const args = ["verify", "acme", "u1042", "--network", "--network-image", IMAGE];
    const { results } = await plane.json<VerifyReport>(0, ...args);
    const network = results.filter((it) => it.id.startsWith("network."));
    expect(network.filter((it) => it.outcome === "pass")).toHaveLength(16);
    expect(network.at(-1)).toMatchObject({
      ...{ id: "network.enforced", namespace: PROBE, outcome: "skipped" },
      message: "not enforceable here: nodes are simulated",
    });
  });
  expect(writes).toEqual([]);
});
