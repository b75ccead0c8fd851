import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { connect } from "../../engine/cluster/connection.ts";
import { waitGone } from "../../engine/cluster/deletion.ts";
import { HeldError, holdLease, NamespaceMissingError } from "../../engine/cluster/lease.ts";
import { ConflictError, ForbiddenError, InvalidError, isStale } from "../../engine/cluster/status.ts";

const namespace = "cluster-client-test";
let cluster: Cluster;

beforeAll(async () => {
  cluster = await connect({ kubeconfig: inject("kubeconfig"), context: inject("context") });
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});
afterAll(async () => {
  await cluster.remove({ apiVersion: "v1", kind: "Namespace", name: namespace });
  await cluster.close();
});

const map = (name: string, data: Record<string, unknown> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, labels: { test: "cluster" } },
  data,
});
const at = (name: string, kind = "ConfigMap") => ({ apiVersion: "v1", kind, namespace, name });
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

test("an apply returns the live object, and the same again writes nothing", async () => {
  const first = await cluster.apply(map("same", { a: "1" }));
  const second = await cluster.apply(map("same", { a: "1" }));
  expect(first.metadata.managedFields?.[0]).toMatchObject({ manager: "tenantry", operation: "Apply" });
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  const dry = await cluster.apply(map("same", { a: "2" }), { dryRun: true });
  expect(dry).toMatchObject({ data: { a: "2" } });
  expect(await cluster.get(at("same"))).toMatchObject({ data: { a: "1" } });
});

test("fields of another manager are a conflict that names it, until forced", async () => {
  await cluster.apply(map("contested", { a: "1", b: "1" }), { manager: "somebody" });
  const error = await failure(cluster.apply(map("contested", { a: "2", b: "1" })));
  expect(error).toBeInstanceOf(ConflictError);
  expect((error as ConflictError).conflicts).toEqual([{ manager: "somebody", field: ".data.a" }]);
  expect(await cluster.apply(map("contested", { a: "2" }), { force: true })).toMatchObject({ data: { a: "2" } });
});

test("an unknown field and a bad value are refused, and a Secret's value is quoted by neither", async () => {
  await expect(cluster.apply({ ...map("typo"), dta: {} })).rejects.toThrow(/dta/);
  expect(await failure(cluster.apply(map("Bad_Name")))).toBeInstanceOf(InvalidError);
  const canary = "hunter2-canary";
  const secret = { ...map("hidden"), kind: "Secret", type: "kubernetes.io/dockerconfigjson" };
  const texts = await Promise.all(
    [
      { ...secret, stringData: { ".dockerconfigjson": canary } },
      { ...secret, data: { ".dockerconfigjson": { [canary]: 1 } } },
      { ...secret, data: { ".dockerconfigjson": `%${canary}` } },
    ].map(async (object) => String(await failure(cluster.apply(object)))),
  );
  expect(texts.map((text) => /: (4\d\d|500) /.test(text) && !text.includes(canary))).toEqual([true, true, true]);
});

test("lists all pages of a label, metadata only where asked", async () => {
  await Promise.all(Array.from({ length: 25 }, (_, i) => cluster.apply(map(`page-${i}`, { big: "x".repeat(100) }))));
  const query = { apiVersion: "v1", kind: "ConfigMap", namespace, labelSelector: "test=cluster", limit: 10 };
  const names = (await cluster.listAll(query)).map(({ metadata }) => metadata.name);
  expect(names.filter((name) => name.startsWith("page-")).sort()).toHaveLength(25);
  const slim = await cluster.listAll({ ...query, metadataOnly: true });
  expect(slim.map(({ metadata }) => metadata.name)).toEqual(names);
  expect(slim[0]).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
  expect(slim.some((object) => "data" in object)).toBe(false);
});

test("creates, patches, replaces and removes by version and uid", async () => {
  const made = await cluster.create(map("one", { a: "1" }));
  const patched = await cluster.patch(at("one"), { data: { b: "2" } });
  expect(patched).toMatchObject({ data: { a: "1", b: "2" } });
  expect(isStale(await failure(cluster.replace(made)))).toBe(true);
  expect(isStale(await failure(cluster.remove(at("one"), { uid: crypto.randomUUID() })))).toBe(true);
  expect(await cluster.remove(at("one"), { uid: String(made.metadata.uid) })).toBe(true);
  expect(await cluster.remove(at("one"))).toBe(false);
});

test("sees a kind that a CRD has just brought", async () => {
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const names = { kind: "ClientProbe", plural: "clientprobes", singular: "clientprobe" };
  const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const name = "clientprobes.test.tenantry.dev";
  const spec = { group: "test.tenantry.dev", names, scope: "Namespaced", versions };
  await cluster.apply({ ...crd, metadata: { name }, spec });
  const waiting = { deadlineMs: 30_000, clock: cluster.clock };
  const found = await cluster.discovery.awaited("test.tenantry.dev/v1", "ClientProbe", waiting);
  expect(found).toMatchObject({ plural: "clientprobes", namespaced: true });
  await cluster.remove({ ...crd, name });
});

test("a user that is impersonated is refused what it may not, and the admin beside it is not", async () => {
  const nobody = cluster.withImpersonation({ user: "nobody@acme.example", groups: ["acme-users"] });
  const error = await failure(nobody.get(at("same")));
  expect(error).toBeInstanceOf(ForbiddenError);
  expect((error as Error).message).toContain('User "nobody@acme.example" cannot get');
  expect(await cluster.get(at("kube-root-ca.crt"))).toMatchObject({ kind: "ConfigMap" });
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} };
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const who = await nobody.request("POST", path, { body: review });
  expect(who).toMatchObject({ status: { userInfo: { groups: ["acme-users", "system:authenticated"] } } });
});

test("of ten contenders for a lease one wins, and after its release the next may", async () => {
  const lease = { namespace, name: "race" };
  const settled = await Promise.allSettled(Array.from({ length: 10 }, () => holdLease(cluster, lease)));
  const winners = settled.filter((it) => it.status === "fulfilled").map(({ value }) => value);
  const losers = settled.filter((it) => it.status === "rejected").map(({ reason }) => reason as unknown);
  expect(winners).toHaveLength(1);
  expect(losers.every((error) => error instanceof HeldError)).toBe(true);
  await winners[0]?.release();
  await (await holdLease(cluster, lease)).release();
  expect(await failure(holdLease(cluster, { ...lease, namespace: "not-there" }))).toBeInstanceOf(NamespaceMissingError);
});

test("a namespace is gone after its deletion, and one that is stuck says on what", async () => {
  const [free, stuck] = ["client-test-free", "client-test-stuck"];
  const space = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });
  for (const name of [free, stuck]) await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const held = { ...map("held"), metadata: { name: "held", namespace: stuck, finalizers: ["test.tenantry.dev/hold"] } };
  await cluster.apply(held);
  for (const name of [free, stuck]) await cluster.remove(space(name));
  expect(await waitGone(cluster, [space(free)], { deadlineMs: 60_000 })).toEqual([]);
  const [left] = await waitGone(cluster, [space(stuck)], { deadlineMs: 15_000 });
  expect(left).toMatchObject({ ref: space(stuck), finalizers: ["test.tenantry.dev/hold"] });
  await cluster.patch({ ...at("held"), namespace: stuck }, { metadata: { finalizers: null } });
  expect(await waitGone(cluster, [space(stuck)], { deadlineMs: 60_000 })).toEqual([]);
});
