import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { AlreadyExistsError, isStale } from "../../../engine/cluster/status.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { refusal } from "../../support/fake-store.ts";

let api: FakeApi;
let cluster: Cluster;

beforeEach(async () => {
  api = await FakeApi.start();
  cluster = await api.connect();
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const map = (name: string, data = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});
const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name });
const only = () => {
  const [call, ...more] = api.calls;
  if (!call || more.length > 0) throw new Error(`expected one call, saw ${api.calls.length}`);
  return call;
};

test("applies on the server, strictly, as tenantry, and returns the live object", async () => {
  const live = await cluster.apply(map("a", { k: "v" }));
  const call = only();
  expect(`${call.method} ${call.path}`).toBe("PATCH /api/v1/namespaces/default/configmaps/a");
  expect(Object.fromEntries(call.query)).toEqual({ fieldManager: "tenantry", fieldValidation: "Strict" });
  expect(call.headers["content-type"]).toBe("application/apply-patch+yaml");
  expect(call.body).toEqual(map("a", { k: "v" }));
  expect(live.metadata.resourceVersion).toBe("101");
});

test("forces, dry-runs and speaks for another manager only when asked", async () => {
  await cluster.apply(map("a"), { force: true, dryRun: true, manager: "other" });
  const asked = { fieldManager: "other", fieldValidation: "Strict", force: "true", dryRun: "All" };
  expect(Object.fromEntries(only().query)).toEqual(asked);
});

test("gets undefined where nothing is", async () => {
  expect(await cluster.get(at("none"))).toBeUndefined();
});

test("refuses to address a namespaced object without its namespace, or any without a name", async () => {
  await expect(cluster.remove({ apiVersion: "v1", kind: "ConfigMap", name: "a" })).rejects.toThrow("needs a namespace");
  await expect(cluster.remove({ ...at("a"), name: "" })).rejects.toThrow("needs a name");
  expect(api.calls).toEqual([]);
});

test("lists page by page, and gives the items their kind back", async () => {
  for (let i = 0; i < 5; i++) api.store.put(`/api/v1/namespaces/default/configmaps/m${i}`, map(`m${i}`));
  const items = await cluster.listAll({ apiVersion: "v1", kind: "ConfigMap", limit: 2, labelSelector: "x=y" });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(["m0", "m1", "m2", "m3", "m4"]);
  expect(items[4]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
  expect(api.calls.map(({ query }) => query.get("continue"))).toEqual([null, "2", "4"]);
  expect(api.calls.every(({ query }) => query.get("labelSelector") === "x=y")).toBe(true);
});

test("asks for metadata only by the Accept header", async () => {
  await cluster.listAll({ apiVersion: "apps/v1", kind: "Deployment", namespace: "default", metadataOnly: true });
  expect(only().path).toBe("/apis/apps/v1/namespaces/default/deployments");
  expect(only().headers.accept).toContain("as=PartialObjectMetadataList");
});

test("goes on from where it was when the snapshot expires between two pages", async () => {
  for (let i = 0; i < 4; i++) api.store.put(`/api/v1/namespaces/default/configmaps/m${i}`, map(`m${i}`));
  api.fault = ({ query }) => {
    if (query.get("continue") !== "2" || api.calls.length > 2) return undefined;
    const gone = refusal(410, "Expired", "the continue token is too old");
    return { ...gone, body: { ...(gone.body as object), metadata: { continue: "02" } } };
  };
  const items = await cluster.listAll({ apiVersion: "v1", kind: "ConfigMap", limit: 2 });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(["m0", "m1", "m2", "m3"]);
  expect(api.calls.map(({ query }) => query.get("continue"))).toEqual([null, "2", "02"]);
});

test("deletes this very object and no other of its name", async () => {
  const { metadata } = await cluster.create(map("a"));
  const wrong = await cluster.remove(at("a"), { uid: "of-another" }).catch((error: unknown) => error);
  expect(isStale(wrong)).toBe(true);
  expect(await cluster.remove(at("a"), { uid: String(metadata.uid), propagation: "Foreground" })).toBe(true);
  expect(await cluster.remove(at("a"))).toBe(false);
  const sent = api.calls.filter(({ method }) => method === "DELETE").map(({ body }) => body);
  expect(sent[1]).toMatchObject({ propagationPolicy: "Foreground", preconditions: { uid: metadata.uid } });
  expect(sent[2].preconditions).toBeUndefined();
});

test("replaces only over the version it names", async () => {
  const live = await cluster.create(map("a"));
  await cluster.replace({ ...live, data: { n: "1" } });
  const late = await cluster.replace({ ...live, data: { n: "2" } }).catch((error: unknown) => error);
  expect(isStale(late)).toBe(true);
  expect(await cluster.get(at("a"))).toMatchObject({ data: { n: "1" } });
});

test("sends the patch in the type it is asked for", async () => {
  await cluster.patch(at("a"), map("a"));
  await cluster.patch(at("a"), map("a"), "json");
  const types = api.calls.map(({ headers }) => headers["content-type"]);
  expect(types).toEqual(["application/merge-patch+json", "application/json-patch+json"]);
});

test("an answer to a create that is lost is found again, not doubled", async () => {
  api.fault = ({ method }) => (method === "POST" && api.calls.length === 1 ? "lost" : undefined);
  const live = await cluster.create(map("a", { mine: "yes" }));
  expect(live).toMatchObject({ metadata: { uid: "uid-101" }, data: { mine: "yes" } });
  expect(api.store.objects.size).toBe(1);
});

test("what another made meanwhile is not taken for ours", async () => {
  api.fault = ({ method }) => {
    if (method !== "POST" || api.calls.length > 1) return undefined;
    api.store.put("/api/v1/namespaces/default/configmaps/a", map("a", { mine: "no" }));
    return "reset";
  };
  await expect(cluster.create(map("a", { mine: "yes" }))).rejects.toBeInstanceOf(AlreadyExistsError);
});

test("impersonates on every call of that view, with each group, and on no other", async () => {
  const persona = cluster.withImpersonation({ user: "anna", groups: ["acme-users", "system:authenticated"] });
  await persona.get(at("a"));
  await cluster.get(at("a"));
  const raw = api.calls.map(({ headers }) => [headers["impersonate-user"], headers["impersonate-group"]]);
  expect(raw).toEqual([
    ["anna", "acme-users, system:authenticated"],
    [undefined, undefined],
  ]);
});

test("a view's calls end with its signal's reason, and those of others go on", async () => {
  const stop = new AbortController();
  const bound = cluster.withSignal(stop.signal);
  api.fault = ({ path }) => (path.endsWith("/slow") ? "silence" : undefined);
  const pending = bound.get(at("slow"));
  while (api.calls.length === 0) await new Promise(setImmediate);
  stop.abort(new Error("the lease is lost"));
  await expect(pending).rejects.toThrow("the lease is lost");
  await expect(bound.apply(map("a"))).rejects.toThrow("the lease is lost");
  expect(await cluster.apply(map("a"))).toMatchObject({ kind: "ConfigMap" });
});

test("never has more than 32 requests in flight, on as many connections", async () => {
  let inside = 0;
  let most = 0;
  let full: () => void = () => undefined;
  const filled = new Promise<void>((done) => (full = done));
  api.fault = async () => {
    most = Math.max(most, (inside += 1));
    if (inside === 32) full();
    await filled;
    await new Promise((done) => setTimeout(done, 1));
    inside -= 1;
    return undefined;
  };
  await Promise.all(Array.from({ length: 200 }, (_, i) => cluster.apply(map(`m${i}`))));
  expect(most).toBe(32);
  expect(api.store.objects.size).toBe(200);
});
