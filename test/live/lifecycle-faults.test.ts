import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { refKey } from "../../engine/cluster/object.ts";
import { holds } from "../../engine/lifecycle/finalizers.ts";
import { recordBackup } from "../../engine/run/record-backup.ts";
import { fleetPlane } from "../support/fleet.ts";
import { sizeOf, writesSince } from "../support/fleet-audit.ts";
import { labelled } from "../support/fleet-objects.ts";
import { app } from "../support/fleet-tenants.ts";
import { DATE, Files, written } from "../support/lifecycle.ts";

const plane = fleetPlane();
let files: Files;
const SPACES = { web: { app: app({ volume: { size: "1Gi", mountPath: "/data" }, secrets: { KEY: {} } }) }, jobs: {} };
const CLAIM = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "oldco-web", name: "web-data" };
const HELD = { apiVersion: "v1", kind: "ConfigMap", namespace: "oldco-jobs", name: "held" };
const FINALIZER = "example.com/audit";
const MINUTE = 60_000;
const WAIT = { timeout: 90_000, interval: 500 };
const cordon = (unschedulable: boolean) =>
  Promise.all(
    ["general-1", "general-2", "general-3"].map((name) =>
      plane.cluster.patch({ apiVersion: "v1", kind: "Node", name }, { spec: { unschedulable } }),
    ),
  );
/** A finalizer that no controller of this cluster takes away. */
const hold = async (ref: typeof CLAIM, finalizers: string[]) =>
  plane.cluster.request("PATCH", await plane.cluster.pathOf(ref), {
    query: { fieldManager: "auditor" },
    body: { metadata: { finalizers } },
    contentType: "application/merge-patch+json",
  });

beforeAll(async () => {
  files = new Files(plane, "fleet");
  files.write("oldco", {}, SPACES);
  files.write("peer", {}, { main: {} });
  await files.tryUp("oldco", "peer");
}, 240_000);

test("an app that does not start is named, its neighbour comes up, and the next run finds it well", async () => {
  await cordon(true);
  files.write("sick", {}, { main: { app: app() } });
  files.write("well", {}, { main: {} });
  const run = await plane.run("up", "--tenants", files.dir, "--only", "sick", "--only", "well", "--wait", "3");
  expect([run.code, run.stderr]).toEqual([3, expect.stringMatching(/sick-main: 0 of 1 pods ready/)]);
  expect(await files.get("v1", "ResourceQuota", "well-main", "quota")).toBeDefined();
  await cordon(false);
  await files.up("sick");
  expect((await files.pods("sick-main")).length).toBe(1);
});

test("a namespace that lost half of what was made is made whole, and its data was never touched", async () => {
  const claim = await files.uid("v1", "PersistentVolumeClaim", "oldco-web", "web-data");
  const lost = [
    ["apps/v1", "Deployment", "web"],
    ["v1", "ResourceQuota", "quota"],
    ["networking.k8s.io/v1", "NetworkPolicy", "closed"],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "tenant-admin"],
  ] as const;
  for (const [apiVersion, kind, name] of lost)
    await plane.cluster.remove({ apiVersion, kind, namespace: "oldco-web", name });
  const keys = lost.map(([apiVersion, kind, name]) => refKey({ apiVersion, kind, namespace: "oldco-web", name }));
  const made = written(await files.up("oldco"));
  expect(made).toEqual(expect.arrayContaining(keys.filter((it) => !it.includes("/NetworkPolicy/"))));
  for (const [apiVersion, kind, name] of lost)
    expect(await files.get(apiVersion, kind, "oldco-web", name)).toBeDefined();
  expect(await files.uid("v1", "PersistentVolumeClaim", "oldco-web", "web-data")).toBe(claim);
  expect(written(await files.up("oldco"))).toEqual([]);
});

describe("while a tenant goes", () => {
  test("a claim that a pod uses is named with the pod", async () => {
    files.write("busy", {}, { web: { app: app({ volume: { size: "1Gi", mountPath: "/data" } }) } });
    await files.up("busy");
    const claim = { ...CLAIM, namespace: "busy-web" };
    await plane.cluster.remove(claim);
    const [pod] = await files.pods("busy-web");
    expect(await holds(plane.cluster, ["busy-web"], [])).toMatchObject([
      {
        ref: { kind: "PersistentVolumeClaim", name: "web-data" },
        finalizer: "kubernetes.io/pvc-protection",
        holder: expect.stringMatching(
          `taken away by Kubernetes' claim protection.*; used by pod ${pod?.metadata.name}$`,
        ) as string,
      },
    ]);
  });

  test("what is ready to go: offboarding, its retention over, its backup recorded", async () => {
    await files.up("oldco", { lifecycle: "suspended" }, SPACES);
    await files.up("oldco", { lifecycle: { offboarding: DATE } }, SPACES);
    await files.rewind("oldco", 31);
    const file = join(plane.folder("backup", { "all.tar": "all" }), "all.tar");
    expect(await recordBackup(plane.cluster, await files.stack(), "oldco", file)).toMatchObject({ bytes: 3 });
  });

  test("a claim that hangs is named within a minute, with finalizer, object and who set it", async () => {
    const { finalizers = [] } = (await plane.cluster.get(CLAIM))?.metadata ?? {};
    await hold(CLAIM, [...finalizers, FINALIZER]);
    const since = performance.now();
    const { done, held } = await files.purge("oldco", 20_000);
    expect(performance.now() - since).toBeLessThan(MINUTE);
    expect(done).toBe(false);
    expect(held).toEqual([
      `core/PersistentVolumeClaim/oldco-web/web-data is held by finalizer ${FINALIZER}: set by "auditor"; taken away by the controller that owns this name`,
    ]);
    await hold(CLAIM, []);
  });

  test("meanwhile the tenant is left alone, may not come back, and the others are served", async () => {
    expect((await files.recorded("oldco"))?.["state"]).toBe("purging");
    expect(written(await files.up("oldco"))).toEqual([]);
    expect(files.told.join()).toMatch(/oldco is being purged \(since .*purge oldco/);
    expect(written(await files.up("peer", {}, { main: {}, more: {} }))).toContain("core/Namespace//peer-more");
    files.write("oldco", {}, SPACES);
    await files.refused(/oldco is being purged/, () => files.tryUp("oldco"));
    files.write("oldco", { lifecycle: { offboarding: DATE } }, SPACES);
  });

  test("killed in the middle and run again it goes on, names what a namespace is held by, and ends with nothing left", async () => {
    const { apiVersion, kind, ...metadata } = HELD;
    // With something in it: the API server does not begin to note who writes to an object that was made empty.
    await plane.cluster.create({ apiVersion, kind, metadata, data: { why: "audit" } });
    await hold(HELD, [FINALIZER]);
    const from = sizeOf(plane.plane.auditLog);
    const run = plane.begin("purge", "oldco", "--tenants", files.dir, "--yes", "--confirm", "oldco");
    const deleted = () => writesSince(plane.plane.auditLog, from).filter((it) => it.verb === "delete").length;
    await expect.poll(deleted, { ...WAIT, interval: 20 }).toBeGreaterThan(0);
    process.kill(run.pid, "SIGKILL");
    expect((await run.ended).code).toBeNull();
    const stuck = await files.purge("oldco", 15_000);
    expect(stuck.held).toEqual([
      expect.stringContaining(`core/ConfigMap/oldco-jobs/held is held by finalizer ${FINALIZER}: set by "auditor"`),
    ]);
    await hold(HELD, []);
    expect(await files.purge("oldco")).toMatchObject({ done: true, held: [] });
    expect([...(await labelled(plane.cluster, "tenantry.dev/tenant=oldco")).keys()]).toEqual([]);
    expect(await files.get("v1", "Secret", "tenantry-system", "values.oldco")).toBeUndefined();
    expect((await files.recorded("oldco"))?.["state"]).toBe("purged");
  });
});
