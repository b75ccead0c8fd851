import { afterEach, beforeEach, expect, test } from "vitest";
import { emptyInventory, type Entry, readInventories } from "../../../engine/apply/inventory.ts";
import { printOf } from "../../../engine/apply/print.ts";
import { prune } from "../../../engine/apply/prune.ts";
import { applyUnit } from "../../../engine/apply/transaction.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { refOf } from "../../../engine/cluster/object.ts";
import type { PlannedObject } from "../../../engine/plan/objects.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";
import { planned, spaceOf } from "../../support/planned.ts";

let api: FakeApi;
let fake: FakeApply;
let cluster: Cluster;

beforeEach(async () => {
  api = await FakeApi.start();
  fake = new FakeApply(api);
  cluster = await api.connect();
  api.store.namespaces.add("tenantry-system").add("n");
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

/** Applies an object and gives its line in an inventory. */
async function entryOf({ object, key }: PlannedObject): Promise<[string, Entry]> {
  const live = await cluster.apply(object);
  return [key, { ...refOf(object), uid: live.metadata.uid ?? "", print: printOf(live.metadata) }];
}
const map = (name: string) => planned(`ConfigMap n/${name}`, { data: { a: "1" } });
const at = (name: string) => `/api/v1/namespaces/n/configmaps/${name}`;

test("what is ours and planned no more goes, and what is gone already counts as gone", async () => {
  const [one, two] = [await entryOf(map("one")), await entryOf(map("two"))];
  api.store.objects.delete(at("two"));
  expect(await prune(cluster, "test", [one, two])).toEqual({ gone: [one[0], two[0]], released: [], kept: [] });
  expect(fake.live(at("one"))).toBeUndefined();
});

const foreign: Record<string, (path: string) => void> = {
  "another fleet's label": (path) =>
    fake.edit(path, "x", ({ metadata }) => Object.assign(metadata.labels ?? {}, { "tenantry.dev/fleet": "other" })),
  "no fleet's label": (path) => fake.edit(path, "x", ({ metadata }) => void (metadata.labels = {})),
  "no field of ours left": (path) => {
    const live = fake.live(path);
    if (live) live.metadata.managedFields = [];
  },
  "an owner that cleans up itself": (path) => {
    const live = fake.live(path);
    if (live) live.metadata.ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u" }];
  },
};

test.each(Object.entries(foreign))("kept: an object with %s", async (_, change) => {
  const entry = await entryOf(map("one"));
  change(at("one"));
  const { gone, released, kept } = await prune(cluster, "test", [entry]);
  expect([gone, released, kept]).toEqual([
    [],
    ["core/ConfigMap/n/one"],
    ["core/ConfigMap/n/one is planned no more, but is not ours alone: left as it is"],
  ]);
  expect(fake.live(at("one"))).toBeDefined();
});

test("kept: a claim, which holds data", async () => {
  const entry = await entryOf(planned("PersistentVolumeClaim n/web-data"));
  const { gone, kept } = await prune(cluster, "test", [entry]);
  expect(gone).toEqual([]);
  expect(kept).toEqual([expect.stringContaining("web-data is planned no more, but holds data: delete it by hand")]);
});

const run = async (objects: PlannedObject[]) => {
  const unit = { tenant: "acme" };
  const before = (await readInventories(cluster, "test")).get("tenant.acme") ?? emptyInventory(unit);
  return applyUnit(cluster, "test", before, { unit, objects, inputs: "i", summary: {} });
};

test("a namespace that holds claims stays with every one of its guards, until the claims are gone", async () => {
  const [space, other] = [spaceOf("acme-old"), spaceOf("acme-api")];
  await run([...space, ...other]);
  // The tenant's own claim: in no inventory.
  const claim = "/api/v1/namespaces/acme-old/persistentvolumeclaims/mine";
  const metadata = { name: "mine", namespace: "acme-old" };
  fake.plant(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata }, "kubectl");
  const { pruned, kept } = await run(other);
  expect(pruned).toEqual([]);
  expect(kept).toEqual([
    "core/Namespace//acme-old is planned no more, but holds data (mine): put the space back, or delete the claims first",
  ]);
  const guards = ["resourcequotas/quota", "configmaps/settings"].map((it) => `/api/v1/namespaces/acme-old/${it}`);
  guards.push("/apis/networking.k8s.io/v1/namespaces/acme-old/networkpolicies/closed");
  for (const path of guards) expect([path, fake.live(path) !== undefined]).toEqual([path, true]);

  api.store.objects.delete(claim);
  expect((await run(other)).pruned.toSorted()).toEqual(space.map((it) => it.key).toSorted());
  expect(fake.live("/api/v1/namespaces/acme-old")).toBeUndefined();
});

test("a namespace goes whole: its guards are never deleted one by one before it", async () => {
  await run([...spaceOf("acme-old"), ...spaceOf("acme-api")]);
  api.calls.length = 0;
  await run(spaceOf("acme-api"));
  expect(api.calls.filter((it) => it.method === "DELETE").map((it) => it.path)).toEqual([
    "/api/v1/namespaces/acme-old",
  ]);
});

test("only this very object is deleted, not one of its name made since", async () => {
  const entry = await entryOf(map("one"));
  await prune(cluster, "test", [entry]);
  const [call] = api.calls.filter((it) => it.method === "DELETE");
  expect(call?.body.preconditions).toEqual({ uid: entry[1].uid });
});
