import { afterEach, beforeEach, expect, test } from "vitest";
import { findDrift } from "../../../engine/apply/drift.ts";
import { emptyInventory, type Inventory, readInventories } from "../../../engine/apply/inventory.ts";
import { applyUnit, UnitError } from "../../../engine/apply/transaction.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import type { PlannedObject } from "../../../engine/plan/objects.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";
import { JumpingClock } from "../../support/fake-clock.ts";
import { planned, spaceOf } from "../../support/planned.ts";

const UNIT = { tenant: "acme" };
let api: FakeApi;
let fake: FakeApply;
let cluster: Cluster;

beforeEach(async () => {
  api = await FakeApi.start();
  fake = new FakeApply(api);
  cluster = await api.connect({ clock: new JumpingClock() });
  api.store.namespaces.add("tenantry-system");
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const kept = async (): Promise<Inventory> =>
  (await readInventories(cluster, "test")).get("tenant.acme") ?? emptyInventory(UNIT);
const run = async (objects: PlannedObject[]) =>
  applyUnit(cluster, "test", await kept(), { unit: UNIT, objects, inputs: "i1", summary: {} });

test("an edit of what is no guard does not shield the edit of a guard beside it", async () => {
  const web = (replicas: number, hostNetwork: boolean) => ({ spec: { replicas, template: { spec: { hostNetwork } } } });
  const objects = [...spaceOf("acme-api"), planned("Deployment acme-api/web", web(1, false))];
  await run(objects);
  const path = "/apis/apps/v1/namespaces/acme-api/deployments/web";
  fake.edit(path, "mallory", (it) => Object.assign(it, web(9, true)));
  const quota = "/api/v1/namespaces/acme-api/resourcequotas/quota";
  fake.edit(quota, "mallory", (it) => Object.assign(it["spec"] as object, { hard: { pods: "500" } }));
  const error: unknown = await run(objects).catch((it: unknown) => it);
  expect(error).toBeInstanceOf(UnitError);
  expect(error).toMatchObject({
    message:
      'apply apps/Deployment/acme-api/web: 409 Conflict: "mallory" owns .spec.replicas (the guards beside it were taken back)',
    result: { changed: ["core/ResourceQuota/acme-api/quota"], created: [] },
  });
  expect(fake.live(path)).toMatchObject(web(9, false));
  // What was taken back is noted, although the unit did not end.
  expect((await kept()).inputs).toBe("");
  const drifts = await findDrift(cluster, "test", new Map([["tenant.acme", await kept()]]));
  expect(drifts.get("tenant.acme")?.map((it) => it.entry.name)).toEqual(["web"]);
});

test("a field that somebody holds in an early step does not keep the guards of later steps from being taken back", async () => {
  const labelled = (object: PlannedObject): PlannedObject =>
    object.object.kind === "Namespace"
      ? { ...object, object: { ...object.object, metadata: { ...object.object.metadata, labels: { team: "ours" } } } }
      : object;
  const objects = spaceOf("acme-api").map(labelled);
  await run(objects);
  fake.edit("/api/v1/namespaces/acme-api", "mallory", (it) =>
    Object.assign(it.metadata.labels ?? {}, { team: "mine" }),
  );
  const quota = "/api/v1/namespaces/acme-api/resourcequotas/quota";
  fake.edit(quota, "mallory", (it) => Object.assign(it["spec"] as object, { hard: { pods: "500" } }));
  const settings = "/api/v1/namespaces/acme-api/configmaps/settings";
  fake.edit(settings, "trudy", (it) => Object.assign(it["data"] as object, { a: "theirs" }));
  await expect(run(objects)).rejects.toThrow(
    /^apply Namespace\/acme-api: 409 Conflict: "mallory" owns \.metadata\.labels\.team; apply ConfigMap\/acme-api\/settings: 409 Conflict: "trudy" owns \.data\.a$/,
  );
  expect(fake.live(quota)?.["spec"]).toEqual({ hard: { pods: "5" } });
  expect((await kept()).inputs).toBe("");
});
