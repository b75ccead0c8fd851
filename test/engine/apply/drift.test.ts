import { afterEach, beforeEach, expect, test } from "vitest";
import { findDrift } from "../../../engine/apply/drift.ts";
import { emptyInventory, readInventories } from "../../../engine/apply/inventory.ts";
import { applyUnit } from "../../../engine/apply/transaction.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";
import { spaceOf } from "../../support/planned.ts";

let api: FakeApi;
let fake: FakeApply;
let cluster: Cluster;

beforeEach(async () => {
  api = await FakeApi.start();
  fake = new FakeApply(api);
  api.store.namespaces.add("tenantry-system");
  cluster = await api.connect();
  for (const tenant of ["acme", "globex"]) {
    const unit = { tenant };
    const change = { unit, objects: spaceOf(`${tenant}-api`), inputs: "i", summary: {} };
    await applyUnit(cluster, "test", emptyInventory(unit), change);
  }
  api.calls.length = 0;
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const drift = async () => {
  const found = await findDrift(cluster, "test", await readInventories(cluster, "test"));
  return [...found].flatMap(([unit, all]) => all.map((it) => `${unit}: ${it.entry.name} ${it.what}`));
};
const QUOTA = "/api/v1/namespaces/acme-api/resourcequotas/quota";

test("nothing drifts after an apply, and one metadata-only list a kind tells so", async () => {
  expect(await drift()).toEqual([]);
  const lists = api.calls.slice(1);
  expect(lists.map((it) => it.path).toSorted()).toEqual([
    "/api/v1/configmaps",
    "/api/v1/namespaces",
    "/api/v1/resourcequotas",
    "/apis/networking.k8s.io/v1/networkpolicies",
  ]);
  for (const it of lists) {
    expect(it.headers.accept).toContain("PartialObjectMetadataList");
    expect(it.query.get("labelSelector")).toBe("tenantry.dev/fleet=test");
  }
});

const changes: Record<string, { change: () => void; found: string[] }> = {
  "deleted: missing": {
    change: () => api.store.objects.delete(QUOTA),
    found: ["tenant.acme: quota missing"],
  },
  "changed in a field of ours: changed": {
    change: () => fake.edit(QUOTA, "kubectl", (it) => Object.assign(it["spec"] as object, { hard: { pods: "99" } })),
    found: ["tenant.acme: quota changed"],
  },
  "robbed of the fleet's label: missing from its lists": {
    change: () => fake.edit(QUOTA, "kubectl", (it) => void (it.metadata.labels = {})),
    found: ["tenant.acme: quota missing"],
  },
  "made anew by somebody: ours is missing": {
    change: () => {
      const live = fake.live(QUOTA);
      api.store.objects.delete(QUOTA);
      if (live) fake.plant(QUOTA, { ...live, metadata: { ...live.metadata, uid: "", resourceVersion: "" } }, "x");
    },
    found: ["tenant.acme: quota missing"],
  },
  "made anew and marked like ours: ours is missing": {
    change: () => Object.assign(fake.live(QUOTA)?.metadata ?? {}, { uid: "another" }),
    found: ["tenant.acme: quota missing"],
  },
  "on its way out: changed": {
    change: () => Object.assign(fake.live(QUOTA)?.metadata ?? {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    found: ["tenant.acme: quota changed"],
  },
  "written to where we own nothing (status, a label of theirs): no drift": {
    change: () =>
      fake.edit(QUOTA, "controller", (it) => {
        it["status"] = { used: { pods: "1" } };
        Object.assign(it.metadata.labels ?? {}, { theirs: "yes" });
      }),
    found: [],
  },
};

test.each(Object.entries(changes))("an object that is %s", async (_, { change, found }) => {
  change();
  expect(await drift()).toEqual(found);
});

test("a noted object that was never made is missing", async () => {
  const unit = { tenant: "new" };
  const inventory = emptyInventory(unit);
  inventory.entries.set("core/ConfigMap/n/x", {
    ...{ apiVersion: "v1", kind: "ConfigMap", namespace: "n", name: "x", uid: "", print: "" },
  });
  const found = await findDrift(cluster, "test", new Map([["tenant.new", inventory]]));
  expect(found.get("tenant.new")?.map((it) => it.what)).toEqual(["missing"]);
});

test("Secrets are looked for by name, and what is in one namespace is looked for there", async () => {
  const inventory = emptyInventory({ tenant: "new" });
  for (const place of ["a/web-generated", "b/web-generated", "b/other"]) {
    const [namespace = "", name = ""] = place.split("/");
    inventory.entries.set(place, { ...{ apiVersion: "v1", kind: "Secret", namespace, name, uid: "", print: "" } });
  }
  inventory.entries.set("x", {
    ...{ apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "x", uid: "", print: "" },
  });
  const found = await findDrift(cluster, "test", new Map([["tenant.new", inventory]]));
  expect(found.get("tenant.new")).toHaveLength(4);
  expect(api.calls.map((it) => `${it.path} ${it.query.get("fieldSelector") ?? "all"}`).toSorted()).toEqual([
    "/api/v1/namespaces/a/configmaps all",
    "/api/v1/namespaces/b/secrets metadata.name=other",
    "/api/v1/secrets metadata.name=web-generated",
  ]);
});
