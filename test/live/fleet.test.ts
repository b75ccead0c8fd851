import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { openStack } from "../../cli/stack.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import type { Difference } from "../../engine/run/diff.ts";
import type { TenantStatus } from "../../engine/run/status.ts";
import { fleetPlane } from "../support/fleet.ts";
import { applied, hashOf, planned, plannedObjects, rendered } from "../support/fleet-canonical.ts";
import { versions } from "../support/fleet-objects.ts";

const plane = fleetPlane();

const TENANTS = {
  acme: ["team", "namespace", "acme-api", "acme-jobs"],
  "corner-shop": ["micro", "namespace", "corner-shop-shop"],
  globex: ["enterprise", "pool", "globex-portal", "globex-ledger"],
  "mcce-g1": ["business", "namespace", "mcce-g1-prod", "mcce-g1-test"],
  "my-shop": ["store", "namespace", "my-shop-shop"],
  u1042: ["free", "namespace", "u1042-p7", "u1042-p8"],
};

test("a fleet comes up with every tenant ready, and a table says so", async () => {
  const { stdout } = await plane.ok("up");
  for (const [tenant, [plan]] of Object.entries(TENANTS))
    expect(stdout).toMatch(new RegExp(`^${tenant} +${plan} .* ready `, "m"));
  expect(stdout).toMatch(/objects created, 0 changed, 0 removed/);
});

test("status --json has plan, tier, spaces, ready pods, used and hard quota of each tenant", async () => {
  const rows = await plane.json<TenantStatus[]>(0, "status");
  expect(
    Object.fromEntries(rows.map((it) => [it.tenant, [it.plan, it.tier, ...it.spaces.map((space) => space.namespace)]])),
  ).toEqual(TENANTS);
  for (const { tenant, state, spaces } of rows) {
    expect(state).toBe("ready");
    for (const { name, pods, quota } of spaces) {
      expect(pods.wanted, name).toBe(tenant === "globex" || name === "api" || name === "prod" ? 2 : 1);
      expect(pods.ready).toBe(pods.wanted);
      expect(Object.keys(quota.used).toSorted()).toEqual(Object.keys(quota.hard).toSorted());
      expect(quota.hard).toMatchObject({ "services.loadbalancers": "0", "limits.cpu": expect.any(String) });
      expect(Number(quota.used["pods"])).toBe(pods.ready);
    }
  }
});

test("a second up says no changes and writes nothing, not even a Lease", async () => {
  const before = await versions(plane.cluster);
  expect(before).toHaveProperty("coordination.k8s.io/v1/Lease/tenantry-system/fleet");
  const writes = await plane.writesDuring(async () => {
    const { stdout } = await plane.ok("up");
    expect(stdout).toContain("no changes");
  });
  expect(writes).toEqual([]);
  expect(await versions(plane.cluster)).toEqual(before);
  expect(await plane.json(0, "diff", "--exit-code")).toEqual([]);
});

test("planned, rendered and applied are the same objects with the same fields", async () => {
  const { stack } = await openStack({ stack: "local" });
  const objects = await plannedObjects(stack, "direct");
  const plan = planned(objects);
  const live = await applied(plane.cluster, objects);
  expect(Object.fromEntries(live)).toEqual(Object.fromEntries(plan));
  expect(hashOf(live)).toBe(hashOf(plan));

  const folder = plane.folder("rendered");
  await plane.renders(folder);
  const byGitops = planned(await plannedObjects(stack, "gitops"));
  expect(Object.fromEntries(rendered(folder))).toEqual(Object.fromEntries(byGitops));
  expect(hashOf(rendered(folder))).toBe(hashOf(byGitops));
  // The two ways differ in who owns the fleet, and in nothing else.
  const differing = [...plan].filter(([key, text]) => byGitops.get(key) !== text).map(([key]) => key);
  expect(differing.toSorted()).toEqual([
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy//tenantry-owned-fleet",
    "core/ConfigMap/tenantry-system/fleet",
  ]);
  expect(byGitops.size).toBe(plan.size);
});

const noPulumi = spawnSync("pulumi", ["version"]).status !== 0;

test.skipIf(noPulumi)("the CLI's preview registers the same objects", async () => {
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${plane.folder("state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
  };
  const pulumi = (...args: string[]) =>
    execFileSync("pulumi", [...args, "--stack", "local"], { env, encoding: "utf8" });
  pulumi("stack", "init");
  const { steps } = JSON.parse(pulumi("preview", "--json", "--config", `kubeconfig=${plane.plane.kubeconfig}`)) as {
    steps: { newState: { type: string; inputs: KubeObject } }[];
  };
  const previewed = steps.map((it) => it.newState).filter((it) => /^kubernetes:(?!helm)/.test(it.type));
  const { stack } = await openStack({ stack: "local" });
  expect(hashOf(planned(previewed.map((it) => it.inputs)))).toBe(
    hashOf(planned(await plannedObjects(stack, "direct"))),
  );
});

/** Changes an object as somebody else does: by another field manager. */
async function meddle(path: string, body: object): Promise<void> {
  const options = { body, contentType: "application/merge-patch+json", query: { fieldManager: "mallory" } };
  await plane.cluster.request("PATCH", path, options);
}

const DRIFTED = {
  "core/ResourceQuota/acme-api/quota": "create",
  "networking.k8s.io/NetworkPolicy/mcce-g1-prod/closed": "change",
  "core/Namespace//my-shop-shop": "change",
  "rbac.authorization.k8s.io/RoleBinding/acme-jobs/tenant-viewer": "change",
  "apps/Deployment/u1042-p7/web": "conflict",
};

test("diff names what was changed by hand, and nothing else", async () => {
  await plane.cluster.remove({ apiVersion: "v1", kind: "ResourceQuota", namespace: "acme-api", name: "quota" });
  await meddle("/apis/networking.k8s.io/v1/namespaces/mcce-g1-prod/networkpolicies/closed", {
    spec: { ingress: [{ from: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }] },
  });
  await meddle("/api/v1/namespaces/my-shop-shop", {
    metadata: { labels: { "tenantry.dev/plan": "enterprise" } },
  });
  await meddle("/apis/rbac.authorization.k8s.io/v1/namespaces/acme-jobs/rolebindings/tenant-viewer", {
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "acme-users" }],
  });
  await meddle("/apis/apps/v1/namespaces/u1042-p7/deployments/web", { spec: { replicas: 0 } });
  const writes = await plane.writesDuring(async () => {
    const found = await plane.json<Difference[]>(0, "diff");
    expect(Object.fromEntries(found.map((it) => [it.object, it.change]))).toEqual(DRIFTED);
    const pathsOf = (name: string) => found.find((it) => it.object.includes(name))?.fields.map((it) => it.path);
    expect(pathsOf("mcce-g1-prod")).toEqual(["spec.ingress"]);
    expect(pathsOf("my-shop-shop")).toEqual(['metadata.labels."tenantry.dev/plan"']);
    expect(pathsOf("tenant-viewer")).toEqual(["subjects"]);
    expect(found.find((it) => it.change === "conflict")?.note).toMatch(/"mallory" owns \.spec\.replicas/);
    expect(await plane.run("diff", "--exit-code")).toMatchObject({ code: 4 });
  });
  expect(writes).toEqual([]);
});

test("up takes guards back by force and reports who else holds what is no guard", async () => {
  const { code, stderr } = await plane.run("up");
  expect(code).toBe(3);
  expect(stderr).toMatch(/^u1042: .*apps\/Deployment\/u1042-p7\/web.*"mallory" owns \.spec\.replicas/m);
  const left = await plane.json<Difference[]>(0, "diff");
  expect(left.map((it) => [it.object, it.change])).toEqual([["apps/Deployment/u1042-p7/web", "conflict"]]);
  expect((await plane.json<TenantStatus[]>(0, "status")).find((it) => it.tenant === "u1042")?.state).toBe("incomplete");

  // Whoever holds the field gives it back.
  await meddle("/apis/apps/v1/namespaces/u1042-p7/deployments/web", { spec: { replicas: 1 } });
  await plane.ok("up");
  expect(await plane.json(0, "diff", "--exit-code")).toEqual([]);
  expect((await plane.json<TenantStatus[]>(0, "status")).map((it) => it.state)).toEqual(Array(6).fill("ready"));
});

test("what somebody adds to a guard, so that it no longer bites, is found and taken out", async () => {
  const policy = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/tenantry-private-claims";
  await meddle(policy, { spec: { matchConditions: [{ name: "never", expression: "false" }] } });
  const found = await plane.json<Difference[]>(0, "diff");
  expect(found.map((it) => [it.object.split("/").at(-1), it.change])).toEqual([["tenantry-private-claims", "change"]]);
  await plane.ok("up");
  const live = (await plane.cluster.request("GET", policy)) as { spec: { matchConditions?: { name: string }[] } };
  expect((live.spec.matchConditions ?? []).map((it) => it.name)).not.toContain("never");
  expect(await plane.json(0, "diff", "--exit-code")).toEqual([]);
});
