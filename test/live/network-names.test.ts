import { expect, test } from "vitest";
import { AdmissionClient } from "../support/admission-client.ts";
import { fleetPlane } from "../support/fleet.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

const plane = fleetPlane();
const CILIUM = ["--set", 'network={"cni":"cilium"}'];
const POLICY = {
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  namespace: "partner-web",
  name: "host-names",
};
/** As much of Cilium as the API server sees of it. */
const DEFINITION = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "ciliumnetworkpolicies.cilium.io" },
  spec: {
    group: "cilium.io",
    names: { kind: "CiliumNetworkPolicy", plural: "ciliumnetworkpolicies", singular: "ciliumnetworkpolicy" },
    scope: "Namespaced",
    versions: [
      {
        ...{ name: "v2", served: true, storage: true },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

const folder = () => {
  const egress = [{ fqdn: "api.partner.example", reason: "partner" }];
  return plane.folder("names", { "partner.yaml": tenantFile("partner", { web: { app: app() } }, { egress }) });
};
const up = (...flags: string[]) => ["up", "--tenants", folder(), "--only", "partner", ...flags];

/** What a run says that ends with nothing written. */
async function refused(...args: string[]): Promise<string> {
  let said = "";
  const writes = await plane.writesDuring(async () => {
    const { code, stderr } = await plane.run(...args);
    said = stderr;
    expect(code, said).toBe(1);
  });
  expect(writes).toEqual([]);
  return said;
}

test("a host name is refused with its line where the network plug-in opens none", async () => {
  expect(await refused(...up())).toMatch(
    /partner\.yaml:\d+ egress\[0\]\.fqdn: found "api\.partner\.example", allowed: a cidr, or cidrs beside the fqdn: .*cilium and eks do/,
  );
});

test("a cluster without the kind that its settings promise is told so before anything is written", async () => {
  expect(await refused(...up(...CILIUM))).toContain(
    "the cluster does not serve cilium.io/v2 CiliumNetworkPolicy: install its CustomResourceDefinition first (for partner)",
  );
});

test("with the kind the name is opened, the cluster stays shut behind it, and a second run finds nothing to do", async () => {
  await plane.cluster.apply(DEFINITION);
  await plane.ok(...up(...CILIUM));
  const live = await plane.cluster.get(POLICY);
  const { egress, egressDeny } = live?.["spec"] as { egress: object[]; egressDeny: { toCIDRSet: object[] }[] };
  expect(egress).toContainEqual({
    toFQDNs: [{ matchName: "api.partner.example" }],
    toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }],
  });
  expect(egressDeny[0]?.toCIDRSet).toEqual(
    expect.arrayContaining(["10.244.0.0/16", "169.254.0.0/16", "fd00:ec2::/32"].map((cidr) => ({ cidr }))),
  );
  const writes = await plane.writesDuring(() => plane.ok(...up(...CILIUM)));
  expect(writes.filter((it) => it.object.includes("partner-web"))).toEqual([]);
});

test("nobody of the tenant widens it", async () => {
  const client = new AdmissionClient(plane.plane.kubeconfig);
  const path = "/apis/cilium.io/v2/namespaces/partner-web/ciliumnetworkpolicies/host-names?dryRun=All";
  const as = { user: "mallory", groups: ["partner-admins"] };
  const merge = "application/merge-patch+json";
  const { status } = await client.ask("PATCH", path, { spec: { egressDeny: null } }, as, merge);
  expect([status, (await client.ask("PATCH", path, { metadata: { labels: {} } }, undefined, merge)).status]).toEqual([
    403, 200,
  ]);
  await client.close();
});
