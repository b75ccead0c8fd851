import { afterEach, beforeEach, expect, test } from "vitest";
import { findDrift } from "../../../engine/apply/drift.ts";
import { emptyInventory, readInventories } from "../../../engine/apply/inventory.ts";
import { applyUnit } from "../../../engine/apply/transaction.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import type { PlannedObject } from "../../../engine/plan/objects.ts";
import type { Held } from "../../../engine/run/gate.ts";
import { demandBuilder, isSettled, noteSettled } from "../../../engine/run/settled.ts";
import type { Survey } from "../../../engine/run/survey.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";
import { planned } from "../../support/planned.ts";

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const CONFIG = "/api/v1/namespaces/tenantry-system/configmaps/settings";
const platform = (value: string): PlannedObject[] => [
  planned("ConfigMap tenantry-system/settings", { data: { value } }, { tenant: undefined }),
];
const held = (objects: PlannedObject[]): Held => ({ unit: "platform", kinds: [], unpack: () => objects });

let api: FakeApi;
let fake: FakeApply;
let cluster: Cluster;
beforeEach(async () => {
  api = await FakeApi.start();
  fake = new FakeApply(api);
  api.store.namespaces.add("tenantry-system");
  cluster = await api.connect();
  const change = { unit: "platform" as const, objects: platform("1"), inputs: "old", summary: {} };
  await applyUnit(cluster, "test", emptyInventory("platform"), change);
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

/** What a run sees whose program is newer than what was applied. */
async function look(): Promise<Survey> {
  const inventories = await readInventories(cluster, "test");
  const drifts = await findDrift(cluster, "test", inventories);
  return { inventories, drifts, inputs: () => "new" } as unknown as Survey;
}
function mayBuild(allowed: boolean): void {
  const served = api.fault;
  api.fault = (call) => (call.path === REVIEWS ? { status: 201, body: { status: { allowed } } } : served(call));
}

test("a newer program that plans the same platform writes nothing of it but a note", async () => {
  mayBuild(false);
  const before = await look();
  const same = held(platform("1"));
  expect(isSettled(before, same)).toBe(true);
  await demandBuilder(cluster, before, [same]);
  api.calls.length = 0;
  expect(await noteSettled(cluster, "test", before, same)).toMatchObject({ created: [], changed: [], unchanged: 1 });
  expect(api.calls.map((it) => `${it.method} ${it.path}`)).toEqual([
    "PATCH /api/v1/namespaces/tenantry-system/configmaps/inventory.platform",
  ]);
  expect((await readInventories(cluster, "test")).get("platform")).toMatchObject({
    ...{ inputs: "new", objects: before.inventories.get("platform")?.objects },
    entries: before.inventories.get("platform")?.entries,
  });
});

test("who may not write a changed platform is told who may, before anything is written", async () => {
  const before = await look();
  mayBuild(false);
  api.calls.length = 0;
  await expect(demandBuilder(cluster, before, [held(platform("2"))])).rejects.toThrow(
    /has to be written, which this user may not.*\n.*--set part=platform\n.*--set part=tenants/,
  );
  expect(api.calls.map((it) => it.path)).toEqual([REVIEWS]);
});

test("an administrator may", async () => {
  mayBuild(true);
  await expect(demandBuilder(cluster, await look(), [held(platform("2"))])).resolves.toBeUndefined();
});

test("a wall that drifted is an administrator's to mend, also for who leaves the platform out", async () => {
  mayBuild(false);
  fake.edit(CONFIG, "kubectl", (it) => Object.assign(it["data"] as object, { value: "9" }));
  const before = await look();
  expect(isSettled(before, held(platform("1")))).toBe(false);
  for (const run of [[held(platform("1"))], []])
    await expect(demandBuilder(cluster, before, run)).rejects.toThrow(
      /ConfigMap settings is changed(?![^]*part=tenants)/,
    );
});

test("tenants alone need a platform that was applied to its end", async () => {
  const before = await look();
  await expect(demandBuilder(cluster, before, [])).resolves.toBeUndefined();
  const known = before.inventories.get("platform");
  if (known) known.inputs = "";
  await expect(demandBuilder(cluster, before, [])).rejects.toThrow(/which this run leaves out/);
  before.inventories.delete("platform");
  await expect(demandBuilder(cluster, before, [])).rejects.toThrow(/which this run leaves out/);
});
