import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { Vault } from "../../../engine/random/vault.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { FakeApply } from "../../support/fake-apply.ts";

const TYPE = "random:index/randomPassword:RandomPassword";
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

/** A value as one run gets it. */
async function value(tenant: string, name: string, inputs: Record<string, unknown> = { length: 24 }, save = true) {
  const vault = new Vault(cluster, "test");
  const source = await vault.source([tenant]);
  const made = source({ type: TYPE, name, inputs, tenant });
  if (save) await vault.save(tenant, cluster);
  return made;
}
const writes = () => api.calls.filter((it) => it.method === "PATCH");

test("a value is made once, stored in the platform's namespace, and read ever after", async () => {
  const first = await value("acme", "pw");
  expect(first).toHaveLength(24);
  expect(await value("acme", "pw")).toBe(first);
  expect(writes()).toHaveLength(1);
  const secret = api.store.objects.get("/api/v1/namespaces/tenantry-system/secrets/values.acme");
  const text = Buffer.from(Object.values((secret?.["data"] ?? {}) as Record<string, string>)[0] ?? "", "base64");
  expect(JSON.parse(text.toString())).toMatchObject({ value: first });
  expect(secret?.metadata.labels).toMatchObject({ "tenantry.dev/fleet": "test", "tenantry.dev/part": "values" });
});

test("a look that is not saved leaves nothing", async () => {
  const looked = await value("acme", "pw", { length: 24 }, false);
  expect(api.store.objects.size).toBe(0);
  expect(await value("acme", "pw")).not.toBe(looked);
});

test("keepers change a value, and nothing else does", async () => {
  const first = await value("acme", "pw", { length: 24, keepers: { round: "1" } });
  expect(await value("acme", "pw", { length: 40, special: false, keepers: { round: "1" } })).toBe(first);
  const second = await value("acme", "pw", { length: 24, keepers: { round: "2" } });
  expect(second).not.toBe(first);
  expect(await value("acme", "pw", { length: 24, keepers: { round: "2" } })).toBe(second);
});

test("a new value beside old ones leaves the old ones as they are", async () => {
  const first = await value("acme", "a");
  const second = await value("acme", "b");
  expect([await value("acme", "a"), await value("acme", "b")]).toEqual([first, second]);
});

test("tenants whose names could be read into one another never share a value", async () => {
  const pairs = [
    ["acme", "eu-web-KEY"],
    ["acme-eu", "web-KEY"],
    ["acme-eu", "eu-web-KEY"],
    ["acme", "acme-eu-web-KEY"],
    ["acme-eu", "acme-eu-web-KEY"],
  ] as const;
  const made: string[] = [];
  for (const [tenant, name] of pairs) made.push(await value(tenant, name));
  expect(new Set(made).size).toBe(pairs.length);
  const again: string[] = [];
  for (const [tenant, name] of pairs) again.push(await value(tenant, name));
  expect(again).toEqual(made);
});

test("types do not mix either", async () => {
  const vault = new Vault(cluster, "test");
  const source = await vault.source(["acme"]);
  const ask = (type: string) => source({ type, name: "x", inputs: { length: 24 }, tenant: "acme" });
  expect(ask("random:index/randomString:RandomString")).not.toBe(ask(TYPE));
});

test("a value that belongs to no tenant of the run is refused", async () => {
  const source = await new Vault(cluster, "test").source(["acme"]);
  for (const tenant of [undefined, "globex"])
    expect(() => source({ type: TYPE, name: "pw", inputs: { length: 8 }, tenant })).toThrow(
      "the random value pw belongs to no tenant of this run",
    );
});

test("a save that fails is tried again by the next one", async () => {
  const vault = new Vault(cluster, "test");
  const source = await vault.source(["acme"]);
  const made = source({ type: TYPE, name: "pw", inputs: { length: 24 }, tenant: "acme" });
  api.store.namespaces.delete("tenantry-system");
  await expect(vault.save("acme", cluster)).rejects.toThrow("404");
  api.store.namespaces.add("tenantry-system");
  await vault.save("acme", cluster);
  expect(await value("acme", "pw")).toBe(made);
});
