import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptyInventory, readInventories, type Inventory } from "../../../engine/apply/inventory.ts";
import { applyUnit, type Change, objectsDigest } from "../../../engine/apply/transaction.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import type { PlannedObject } from "../../../engine/plan/objects.ts";
import { type Call, FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";
import { JumpingClock } from "../../support/fake-clock.ts";
import { refusal } from "../../support/fake-store.ts";
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
const run = async (objects: PlannedObject[], more: Partial<Change> = {}) =>
  applyUnit(cluster, "test", await kept(), { unit: UNIT, objects, inputs: "i1", summary: {}, ...more });
const writes = (calls: Call[]) =>
  calls.filter((it) => it.method !== "GET").map((it) => `${it.method} ${it.path.split("/").slice(-2).join("/")}`);

test("notes first, then the namespace, its guards, the rest, and notes again", async () => {
  const result = await run(spaceOf("acme-api"));
  const sent = writes(api.calls);
  expect([sent[0], sent[1], sent.slice(2, 4).toSorted(), ...sent.slice(4)]).toEqual([
    "PATCH configmaps/inventory.tenant.acme",
    "PATCH namespaces/acme-api",
    ["PATCH networkpolicies/closed", "PATCH resourcequotas/quota"],
    "PATCH configmaps/settings",
    "PATCH configmaps/inventory.tenant.acme",
  ]);
  const notes = api.calls.filter((it) => it.path.endsWith("inventory.tenant.acme")).map((it) => it.body.data);
  expect(notes.map((it) => [it.inputs, it.entries.split("\n").length])).toEqual([
    ["", 4],
    ["i1", 4],
  ]);
  expect(result).toMatchObject({ changed: [], pruned: [], unchanged: 0, kept: [] });
  expect(result.created).toHaveLength(4);
});

test("a second run changes nothing, and a changed value counts as one change", async () => {
  const objects = spaceOf("acme-api");
  await run(objects);
  const before = structuredClone([...api.store.objects]);
  expect(await run(objects)).toEqual({ created: [], changed: [], pruned: [], unchanged: 4, kept: [] });
  expect([...api.store.objects].filter(([path]) => !path.includes("inventory"))).toEqual(
    before.filter(([path]) => !path.includes("inventory")),
  );
  const more = objects.map((it) =>
    it.object.kind === "ResourceQuota" ? { ...it, object: { ...it.object, spec: { hard: { pods: "9" } } } } : it,
  );
  expect(await run(more)).toMatchObject({ changed: ["core/ResourceQuota/acme-api/quota"], unchanged: 3 });
});

test("a failing object leaves the inputs empty, says how many failed, and lets nothing later begin", async () => {
  fake.fault = ({ path }) =>
    /quota$|closed$/.test(path) ? refusal(403, "Forbidden", "admission webhook denied it") : undefined;
  await expect(run(spaceOf("acme-api"))).rejects.toThrow(/403 Forbidden.*\(and 1 more\)$/);
  expect((await kept()).inputs).toBe("");
  expect((await kept()).entries.size).toBe(4);
  expect(writes(api.calls)).not.toContain("PATCH configmaps/settings");
});

/** All that stands, without versions and times. */
const standing = () =>
  [...api.store.objects]
    .map(([path, { metadata, ...rest }]) => [path, { labels: metadata.labels, ...rest }] as const)
    .filter(([path]) => !path.includes("inventory"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

describe.each(["reset", "lost"] as const)("cut off at any request (%s) and run again", (how) => {
  const first = [...spaceOf("acme-api"), ...spaceOf("acme-old")];
  const second = [...spaceOf("acme-api"), planned("ConfigMap acme-api/added", { data: { b: "2" } })];

  test("it converges: the same end, nothing left over, nothing twice", async () => {
    await run(first);
    api.calls.length = 0;
    await run(second);
    const whole = api.calls.length;
    const end = standing();
    const entries = [...(await kept()).entries.keys()].toSorted();
    expect(end.map(([path]) => path)).not.toContain("/api/v1/namespaces/acme-old");
    for (let at = 0; at < whole; at++) {
      api.store.objects.clear();
      api.store.namespaces = new Set(["tenantry-system"]);
      await run(first);
      let count = 0;
      fake.fault = () => (count++ < at ? undefined : count === at + 1 ? how : "reset");
      const cut = await kept().then(
        async (before) =>
          applyUnit(cluster, "test", before, { unit: UNIT, objects: second, inputs: "i2", summary: {} }).then(
            () => "done",
            () => "cut",
          ),
        () => "cut",
      );
      fake.fault = () => undefined;
      expect([at, cut]).toEqual([at, "cut"]);
      // Only where nothing but the answer to the very last note was lost may it call itself done.
      if ((await kept()).inputs === "i2") expect([how, at, standing()]).toEqual(["lost", whole - 1, end]);
      await run(second, { inputs: "i2" });
      expect([at, standing()]).toEqual([at, end]);
      const after = await kept();
      expect([after.inputs, [...after.entries.keys()].toSorted()]).toEqual(["i2", entries]);
      expect([...after.entries.values()].filter((it) => it.uid === "" || it.print === "")).toEqual([]);
    }
  });
});

test("an object that somebody else made is refused, with the owner's name and what to do", async () => {
  const path = "/api/v1/namespaces/acme-api";
  const metadata = { name: "acme-api", labels: { theirs: "yes" } };
  fake.plant(path, { apiVersion: "v1", kind: "Namespace", metadata }, "kubectl-create");
  await expect(run(spaceOf("acme-api"))).rejects.toThrow(
    /core\/Namespace\/\/acme-api exists already and was made by kubectl-create: .*tenantry -- adopt acme/,
  );
  expect(fake.live(path)?.metadata.labels).toEqual({ theirs: "yes" });
  expect(writes(api.calls)).toEqual(["PATCH configmaps/inventory.tenant.acme"]);
});

test("an object of another fleet is refused", async () => {
  await run(spaceOf("acme-api"));
  const mine = spaceOf("acme-api").map((it) => ({
    ...it,
    object: {
      ...it.object,
      metadata: { ...it.object.metadata, labels: { ...it.object.metadata.labels, "tenantry.dev/fleet": "other" } },
    },
  }));
  const change = { unit: UNIT, objects: mine, inputs: "", summary: {} };
  await expect(applyUnit(cluster, "other", emptyInventory(UNIT), change)).rejects.toThrow(
    'core/Namespace//acme-api belongs to the fleet "test", not to "other"',
  );
});

test("fields of a guard are taken back from whoever took them, those of a workload are not", async () => {
  await run(spaceOf("acme-api"));
  const quota = "/api/v1/namespaces/acme-api/resourcequotas/quota";
  fake.edit(quota, "kubectl-edit", (it) => Object.assign(it["spec"] as object, { hard: { pods: "500" } }));
  expect(await run(spaceOf("acme-api"))).toMatchObject({ changed: ["core/ResourceQuota/acme-api/quota"] });
  expect(fake.live(quota)?.["spec"]).toEqual({ hard: { pods: "5" } });

  const settings = "/api/v1/namespaces/acme-api/configmaps/settings";
  fake.edit(settings, "kubectl-edit", (it) => Object.assign(it["data"] as object, { a: "theirs" }));
  await expect(run(spaceOf("acme-api"))).rejects.toThrow('"kubectl-edit" owns .data.a');
  expect(fake.live(settings)?.["data"]).toEqual({ a: "theirs" });
});

test("the digest of a unit is the same for other secret values and another order, and no other", () => {
  const secret = (value: string) => planned("Secret acme-api/s", { data: { a: value } }, { secrets: [["data"]] });
  const [one, two] = [planned("ConfigMap acme-api/a", { data: { x: "1" } }), planned("ConfigMap acme-api/b")];
  expect(objectsDigest([one, secret("u"), two])).toBe(objectsDigest([two, one, secret("v")]));
  expect(objectsDigest([one, two])).not.toBe(objectsDigest([one]));
  expect(objectsDigest([planned("ConfigMap acme-api/a", { data: { x: "2" } })])).not.toBe(objectsDigest([one]));
});

test("what ends all calls at once is said once", async () => {
  const lost = AbortSignal.abort(new Error("the lock is lost"));
  const change = { unit: UNIT, objects: spaceOf("acme-api"), inputs: "", summary: {} };
  await expect(applyUnit(cluster.withSignal(lost), "test", emptyInventory(UNIT), change)).rejects.toThrow(
    /^the lock is lost$/,
  );
});
