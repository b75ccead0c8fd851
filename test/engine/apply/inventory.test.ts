import { afterEach, beforeEach, expect, test } from "vitest";
import {
  emptyInventory,
  type Inventory,
  nameOfUnit,
  readInventories,
  removeInventory,
  titleOf,
  type Unit,
  writeInventory,
} from "../../../engine/apply/inventory.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";

let api: FakeApi;
let cluster: Cluster;

beforeEach(async () => {
  api = await FakeApi.start();
  new FakeApply(api);
  api.store.namespaces.add("tenantry-system");
  cluster = await api.connect();
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const full = (unit: Unit): Inventory => ({
  unit,
  inputs: "in",
  objects: "ob",
  summary: { plan: "team", spaces: "api jobs" },
  entries: new Map([
    ["core/Namespace//n", { apiVersion: "v1", kind: "Namespace", name: "n", uid: "u1", print: "p1" }],
    [
      "apps/Deployment/n/web",
      { apiVersion: "apps/v1", kind: "Deployment", namespace: "n", name: "web", uid: "u2", print: "p2" },
    ],
    // Noted, but perhaps never made.
    ["core/Secret/n/s", { apiVersion: "v1", kind: "Secret", namespace: "n", name: "s", uid: "", print: "" }],
  ]),
});

test.each<{ unit: Unit }>([{ unit: "platform" }, { unit: { tenant: "acme" } }, { unit: { tenant: "platform" } }])(
  "what is written of $unit is what is read",
  async ({ unit }) => {
    await writeInventory(cluster, "test", full(unit));
    const found = await readInventories(cluster, "test");
    expect([...found.keys()]).toEqual([nameOfUnit(unit)]);
    expect(found.get(nameOfUnit(unit))).toEqual(full(unit));
  },
);

test("the platform and a tenant of that name are two units", async () => {
  await writeInventory(cluster, "test", full("platform"));
  await writeInventory(cluster, "test", emptyInventory({ tenant: "platform" }));
  const found = await readInventories(cluster, "test");
  expect([...found].map(([name, it]) => [name, titleOf(it.unit), it.entries.size])).toEqual([
    ["platform", "platform", 3],
    ["tenant.platform", "platform", 0],
  ]);
});

test("another fleet's inventories, and config maps that only look like one, are not read", async () => {
  await writeInventory(cluster, "other", full({ tenant: "acme" }));
  const labels = { "tenantry.dev/part": "inventory", "tenantry.dev/fleet": "test" };
  const metadata = { name: "inventory.evil", namespace: "tenantry-system", labels };
  await cluster.apply({ apiVersion: "v1", kind: "ConfigMap", metadata });
  expect(await readInventories(cluster, "test")).toEqual(new Map());
});

test("an inventory that is removed is gone", async () => {
  await writeInventory(cluster, "test", full({ tenant: "acme" }));
  await removeInventory(cluster, { tenant: "acme" });
  expect((await readInventories(cluster, "test")).size).toBe(0);
});

test.each([
  ["cut in the middle of an entry", { entries: "v1 Namespace  n u1 p1\nv1 Secret" }, "entry 2"],
  ["an entry of one part too many", { entries: "v1 Namespace  n u1 p1 v1" }, "entry 1"],
  ["an entry without a kind", { entries: "v1   n u1 p1" }, "entry 1"],
  ["a summary cut short", { summary: '{"plan":"te' }, "its summary"],
  ["a summary that is no map of texts", { summary: '{"plan":{}}' }, "its summary"],
  ["a summary of nothing", { summary: "null" }, "its summary"],
])("a damaged inventory ends a run before it wrote, and is named: %s", async (_, data, what) => {
  await writeInventory(cluster, "test", full({ tenant: "acme" }));
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "tenantry-system", name: "inventory.tenant.acme" };
  const live = await cluster.get(ref);
  if (!live) throw new Error("no inventory");
  await cluster.replace({ ...live, data: { ...(live["data"] as object), ...data } });
  await expect(readInventories(cluster, "test")).rejects.toThrow(
    `ConfigMap tenantry-system/inventory.tenant.acme is damaged (${what}): nothing was changed.`,
  );
});
