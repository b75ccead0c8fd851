import { describe, expect, test } from "vitest";
import { atRest } from "../../../components/tenancy/suspension.ts";
import { Tenant } from "../../../components/tenancy/tenant.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { acme, argsOf, image, providers } from "../../support/fixtures.ts";

const app = { ...acme.spaces.api.app, replicas: { min: 1, max: 1 }, volume: { size: "1Gi", mountPath: "/data" } };
const kept = { ...acme, spaces: { ...acme.spaces, store: { app: { ...app, kind: "web" as const, image } } } };
const active = argsOf(kept);
const rest = atRest(active, "suspended");

const make = (args = rest) => deploy(() => new Tenant("acme", args, providers()));

describe("a tenant at rest", async () => {
  const { resources, one, all } = await make();

  test("keeps every claim, Secret and generated value, and loses autoscalers and hosts alone", async () => {
    const before = listed((await make(active)).resources);
    const gone = before.filter((it) => !listed(resources).includes(it));
    expect(gone).toEqual([
      "HorizontalPodAutoscaler acme-api-web-scaler",
      "Ingress acme-api-web-ingress",
      "Ingress acme-store-web-ingress",
      "RoleBinding acme-api-tenant-admin",
      "RoleBinding acme-jobs-tenant-admin",
      "RoleBinding acme-store-tenant-admin",
    ]);
    expect(before).toEqual(expect.arrayContaining(listed(resources)));
    expect(listed(resources)).toEqual(
      expect.arrayContaining(["PersistentVolumeClaim acme-store-web-data", "Secret acme-api-web-generated"]),
    );
  });

  test("runs nothing: workloads at zero whoever scaled them, and a quota that admits no pod and no Job", () => {
    const deployments = all("kubernetes:apps/v1:Deployment");
    expect(deployments.map((it) => it.inputs["spec"].replicas)).toEqual([0, 0]);
    for (const { inputs } of deployments)
      expect(inputs["metadata"].annotations).toEqual({ "pulumi.com/patchForce": "true" });
    const quotas = all("kubernetes:core/v1:ResourceQuota")
      .filter((it) => it.inputs["metadata"].name === "quota")
      .map((it) => it.inputs["spec"].hard);
    expect(quotas).toHaveLength(3);
    for (const hard of quotas) expect(hard).toMatchObject({ pods: "0", "count/pods": "0", "count/jobs.batch": "0" });
    expect(quotas[0]["requests.storage"]).toBe(active.spaces[0]?.quota["requests.storage"]);
  });

  test("is read by all its groups and written by none", () => {
    const bindings = all("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding");
    expect(new Set(bindings.map((it) => it.inputs["roleRef"].name))).toEqual(new Set(["tenantry-tenant-viewer"]));
    expect(bindings[0]?.inputs["subjects"].map((it: { name: string }) => it.name)).toEqual([
      "acme-admins",
      "acme-viewers",
    ]);
  });

  test("is reached by nobody and reaches nothing but DNS", () => {
    const { ingress, egress } = one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "acme-api-declared").inputs[
      "spec"
    ];
    expect(ingress).toEqual([]);
    expect(egress).toHaveLength(1);
    expect(egress[0].ports).toEqual([
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ]);
  });

  test("says so on its namespaces, where an active tenant says nothing, and its namespaces stay protected", async () => {
    const labelsOf = (it: Awaited<ReturnType<typeof make>>) =>
      it
        .all("kubernetes:core/v1:Namespace")
        .map(({ inputs }) => inputs["metadata"].labels["tenantry.dev/rest"] as unknown);
    expect(all("kubernetes:core/v1:Namespace").map((it) => it.protect)).toEqual([true, true, true]);
    expect(labelsOf(await make(atRest(active, "offboarding")))).toEqual(["offboarding", "offboarding", "offboarding"]);
    expect(labelsOf(await make(active))).toEqual([undefined, undefined, undefined]);
  });

  test("went through no change of its own arguments: going back is the same tenant", () => {
    expect(argsOf(kept)).toEqual(active);
    expect(active.rest).toBeUndefined();
  });
});
