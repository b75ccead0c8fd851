import { beforeAll, describe, expect, test } from "vitest";
import { diff } from "../../engine/run/diff.ts";
import { preparePurge } from "../../engine/run/purge.ts";
import { status } from "../../engine/run/status.ts";
import { fleetPlane } from "../support/fleet.ts";
import { versions } from "../support/fleet-objects.ts";
import { DATE, Files, written } from "../support/lifecycle.ts";

const plane = fleetPlane();
let files: Files;
const kept: Record<string, string | undefined> = {};
const uids = async () => ({
  claim: await files.uid("v1", "PersistentVolumeClaim", "oldco-web", "web-data"),
  secret: await files.uid("v1", "Secret", "oldco-web", "web-generated"),
  value: JSON.stringify((await files.get("v1", "Secret", "oldco-web", "web-generated"))?.["data"]),
});
const as = (user: string, ...groups: string[]) => plane.cluster.withImpersonation({ user, groups });
const admin = () => as("ann@oldco.example", "oldco-admins");
/** A service account that the tenant's administrator bound to its own rights: no group, no file. */
const robot = () => as("system:serviceaccount:oldco-web:default", "system:serviceaccounts", "system:authenticated");
const note = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "oldco-web" } });
const neighbour = async () =>
  Object.entries(await versions(plane.cluster)).filter(([key]) => /\/(peer-main|peer-main\/.*)$/.test(key));
const podCount = async () => (await Promise.all(["oldco-web", "oldco-api"].map((it) => files.pods(it)))).flat().length;
const WAIT = { timeout: 90_000, interval: 500 };

beforeAll(async () => {
  files = new Files(plane, "fleet");
  files.write("oldco");
  files.write("peer", {}, { main: {} });
  await files.tryUp("oldco", "peer");
  Object.assign(kept, await uids());
}, 240_000);

test("the tenant runs, its administrator works in it, and makes what no file knows", async () => {
  await expect.poll(podCount, WAIT).toBe(3);
  const web = await files.get("apps/v1", "Deployment", "oldco-api", "web");
  const { template } = web?.["spec"] as { template: { spec: object } };
  const labels = { app: "own" };
  const spec = {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: template.spec },
  };
  const body = { metadata: { name: "own", labels: web?.metadata.labels }, spec };
  await admin().request("POST", "/apis/apps/v1/namespaces/oldco-api/deployments", { body });
  const rbac = "rbac.authorization.k8s.io";
  await admin().request("POST", `/apis/${rbac}/v1/namespaces/oldco-web/rolebindings`, {
    body: {
      metadata: { name: "robot" },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "tenantry-tenant-admin" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "oldco-web" }],
    },
  });
  await expect
    .poll(
      () =>
        robot()
          .create(note("robots"))
          .then(() => true, String),
      WAIT,
    )
    .toBe(true);
  await expect.poll(podCount, WAIT).toBe(5);
});

test.each([
  [{ offboarding: DATE }, /oldco lifecycle: found "offboarding", .* records "active".*allowed next: suspended; /],
  ["purged", /oldco lifecycle: found "purged", .* records "active".*allowed next: suspended; /],
])("an active tenant goes to %j by no run, and nothing of it is purged", async (lifecycle, text) => {
  files.write("oldco", { lifecycle });
  await files.refused(text, () => (lifecycle === "purged" ? diffAll() : files.tryUp("oldco")));
  const reasons = /oldco is not purged:\n[^]*records active, want offboarding[^]*Nothing was changed/;
  await files.refused(reasons, async () => preparePurge(plane.cluster, await files.stack(), "oldco"));
});

const diffAll = async () => diff(plane.cluster, await files.stack(), undefined, () => undefined);

describe("suspended", () => {
  test("only the tenant itself is written to", async () => {
    const before = await neighbour();
    await files.up("oldco", { lifecycle: "suspended" });
    expect(before.length).toBeGreaterThan(5);
    expect(await neighbour()).toEqual(before);
  });

  test("nothing runs, the tenant's own workloads included, and no pod comes back", async () => {
    await expect.poll(podCount, WAIT).toBe(0);
    const own = await files.get("apps/v1", "Deployment", "oldco-api", "own");
    expect(own?.["spec"]).toMatchObject({ replicas: 2 });
    const { spec } = (own?.["spec"] as { template: { spec: object } }).template;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "late", namespace: "oldco-api" }, spec };
    await expect(plane.cluster.create(pod)).rejects.toThrow(/exceeded quota: quota, requested: .*pods=1/);
    expect(await files.get("autoscaling/v2", "HorizontalPodAutoscaler", "oldco-api", "web")).toBeUndefined();
    expect(await files.get("networking.k8s.io/v1", "Ingress", "oldco-api", "web")).toBeUndefined();
  });

  test("it is read and not written, neither by its groups nor by what its administrator bound", async () => {
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "oldco-web", name: "web-data" };
    expect(await admin().get(claim)).toBeDefined();
    await expect(admin().create(note("mine"))).rejects.toThrow(/403 Forbidden/);
    await expect(robot().create(note("mine"))).rejects.toThrow(/tenantry-resting-tenants.*CREATE of configmaps mine/);
    await expect(robot().remove(claim)).rejects.toThrow(/tenantry-resting-tenants.*DELETE of persistentvolumeclaims/);
  });

  test("its data is the same, and a second run changes nothing", async () => {
    expect(await uids()).toEqual(kept);
    expect(written(await files.up("oldco"))).toEqual([]);
    expect(await diff(plane.cluster, await files.stack(), ["oldco"], () => undefined)).toEqual([]);
    expect((await status(plane.cluster, await files.stack())).find((it) => it.tenant === "oldco")?.state).toBe(
      "suspended",
    );
  });

  test("back to active everything is as before: data, access, pods and what the tenant made", async () => {
    await files.up("oldco", { lifecycle: "active" });
    expect(await uids()).toEqual(kept);
    await admin().create(note("mine"));
    await robot().create(note("again"));
    await expect.poll(podCount, WAIT).toBe(5);
    expect(await files.recorded("oldco")).toBeUndefined();
    expect(await files.get("networking.k8s.io/v1", "Ingress", "oldco-api", "web")).toBeDefined();
  });
});
