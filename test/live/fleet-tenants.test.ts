import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { TenantStatus } from "../../engine/run/status.ts";
import { fleetPlane } from "../support/fleet.ts";
import { labelled, versions } from "../support/fleet-objects.ts";
import { app, BROKEN, tenantFile } from "../support/fleet-tenants.ts";

const plane = fleetPlane((it) => it.ok("up"));

const NEWCO = { web: { app: app({ volume: { size: "1Gi", mountPath: "/data" } }) }, spare: {} };
const stateOf = async (tenant: string, ...flags: string[]) =>
  (await plane.json<TenantStatus[]>(0, "status", ...flags)).find((it) => it.tenant === tenant);

/** Runs that must end like this and change nothing in the whole cluster. */
async function refused(code: number, ...args: string[]): Promise<string> {
  const before = await versions(plane.cluster);
  let said = "";
  const writes = await plane.writesDuring(async () => {
    const ended = await plane.run(...args);
    said = ended.stderr;
    expect(ended.code, said).toBe(code);
  });
  expect(writes).toEqual([]);
  expect(await versions(plane.cluster)).toEqual(before);
  return said;
}

test("a good data file adds exactly its tenant", async () => {
  const dir = plane.folder("good", { "newco.yaml": tenantFile("newco", NEWCO) });
  const before = await versions(plane.cluster);
  const writes = await plane.writesDuring(() => plane.ok("up", "--tenants", dir));
  const tenants = await labelled(plane.cluster, "tenantry.dev/tenant=newco,app.kubernetes.io/managed-by=tenantry");
  const ours = [...tenants.values()].filter((it) => it.managedFields?.some(({ manager }) => manager === "tenantry"));
  // The inventory is written before and after; everything else once.
  const objects = writes.map((it) => it.object);
  expect(objects.filter((it) => it === "tenantry-system/configmaps/inventory.tenant.newco")).toHaveLength(2);
  const rest = objects.filter((it) => !it.startsWith("tenantry-system/"));
  expect(new Set(rest).size).toBe(rest.length);
  expect(
    rest.every((it) => /^(namespaces\/)?newco-(web|spare)(\/|$)/.test(it) || it.startsWith("newco-")),
    rest.join(),
  ).toBe(true);
  expect(rest).toHaveLength(ours.length);
  expect(writes.every((it) => it.code === 200 || it.code === 201)).toBe(true);
  // All else is as it was, but for the Lease and the quota that counts the new inventory.
  const after = await versions(plane.cluster);
  const changed = Object.keys(before).filter((key) => after[key] !== before[key]);
  expect(changed.toSorted()).toEqual([
    "coordination.k8s.io/v1/Lease/tenantry-system/fleet",
    "v1/ResourceQuota/tenantry-system/quota",
  ]);
  expect(await stateOf("newco", "--tenants", dir)).toMatchObject({ state: "ready", plan: "team", tier: "namespace" });
});

test("a broken file beside a good one: every fault with file, line and path, and nothing changed", async () => {
  const good = tenantFile("newco", { web: {} });
  const dir = plane.folder("mixed", { "newco.yaml": good, "broken.yaml": BROKEN });
  const said = await refused(1, "up", "--tenants", dir);
  expect(said).toContain(`${join(dir, "broken.yaml")}:3 owner.email: found "nobody"`);
  expect(said).toMatch(/broken\.yaml:4 plan: found "gold", allowed: .*"free".*"enterprise"/);
  expect(said).toMatch(/broken\.yaml:6 spaces\.a-b: found/);
  expect(said).toMatch(/Nothing was changed\. .*--keep-going/);
});

test("fifty broken files: each is named, and not one write", async () => {
  const names = Array.from({ length: 50 }, (_, index) => `t${index}`);
  const files = names.map((id, index): [string, string] => [
    `${id}.yaml`,
    [
      BROKEN.replace("broken", id),
      "{",
      "",
      "[]",
      `id: ${id}\n\tplan: x`,
      "a: &a [*a]",
      tenantFile(id, { kube: {} }, { plan: "none" }),
    ][index % 7] ?? "",
  ]);
  const said = await refused(1, "up", "--tenants", plane.folder("fifty", Object.fromEntries(files)));
  const missing = names.filter((id) => !new RegExp(`/${id}\\.yaml:\\d+[: ]`).test(said));
  expect(missing).toEqual([]);
});

test("an image from a foreign registry is refused by name of the rule, and nothing changed", async () => {
  const image = `evil.example/miner@sha256:${"e".repeat(64)}`;
  const dir = plane.folder("evil", { "evil.yaml": tenantFile("evil", { main: { app: app({ image }) } }) });
  const said = await refused(1, "up", "--tenants", dir);
  expect(said).toMatch(/evil-main.*pinned-images: .*evil\.example/);
  expect(said).toMatch(/^ +fix: /m);
});

test("--keep-going sets the broken tenant aside, keeps what it has, and brings up the others", async () => {
  const dir = plane.folder("going", {
    "newco.yaml": tenantFile("newco", NEWCO, { plan: "gold" }),
    "other.yaml": tenantFile("other", { main: {} }),
  });
  const mine = async () =>
    Object.entries(await versions(plane.cluster)).filter(([key]) => /newco-(web|spare)/.test(key));
  const before = await mine();
  const { code, stderr } = await plane.run("up", "--keep-going", "--tenants", dir);
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/set aside: .*newco\.yaml:\d+ plan: found "gold"/);
  expect(await mine()).toEqual(before);
  expect((await stateOf("other"))?.spaces).toMatchObject([{ name: "main", namespace: "other-main" }]);
});

test("a plain up deletes nothing of tenants whose file is gone, and status says absent", async () => {
  const before = await versions(plane.cluster);
  const { stderr, stdout } = await plane.ok("up");
  expect(stdout).toContain("no changes");
  expect(stderr).toMatch(/absent .*: newco, other/);
  expect(await versions(plane.cluster)).toEqual(before);
  expect(await stateOf("newco")).toMatchObject({
    state: "absent",
    plan: "team",
    spaces: [{ name: "web", pods: { ready: 1, wanted: 1 } }, { name: "spare" }],
  });
});

test("what is taken out of a file goes; claims, and objects that only carry our labels, stay", async () => {
  const labels = (await plane.cluster.get({ apiVersion: "v1", kind: "Namespace", name: "newco-web" }))?.metadata.labels;
  const foreign = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "foreign", namespace: "newco-web", labels },
  };
  await plane.cluster.request("POST", "/api/v1/namespaces/newco-web/configmaps", {
    body: foreign,
    query: { fieldManager: "mallory" },
  });
  const dir = plane.folder("pruned", { "newco.yaml": tenantFile("newco", { web: {} }) });
  const { stderr } = await plane.ok("up", "--tenants", dir);
  expect(stderr).toMatch(/newco: core\/PersistentVolumeClaim\/newco-web\/web-data is planned no more, but holds data/);
  const left = [...(await labelled(plane.cluster, "tenantry.dev/tenant=newco")).keys()].filter(
    (it) => !/Event|EndpointSlice/.test(it),
  );
  expect(left.filter((it) => /Deployment|\/Service\/|PodDisruption/.test(it))).toEqual([]);
  expect(left).toEqual(
    expect.arrayContaining(["v1/PersistentVolumeClaim/newco-web/web-data", "v1/ConfigMap/newco-web/foreign"]),
  );
  await plane.gone("newco-spare");
});

test("a namespace with a claim stays, with its guards, and says what it holds", async () => {
  const dir = plane.folder("moved", { "newco.yaml": tenantFile("newco", { next: {} }) });
  const { stderr } = await plane.ok("up", "--tenants", dir);
  expect(stderr).toMatch(/newco: core\/Namespace\/\/newco-web is planned no more, but holds data \(web-data\)/);
  const kinds = ["ResourceQuota/newco-web/quota", "LimitRange/newco-web/limits"].map((it) => `v1/${it}`);
  const left = await versions(plane.cluster);
  expect(Object.keys(left)).toEqual(
    expect.arrayContaining([
      ...kinds,
      "networking.k8s.io/v1/NetworkPolicy/newco-web/closed",
      "v1/Namespace//newco-web",
    ]),
  );
  // It stays known: a further run says so again and is still no difference.
  writeFileSync(join(dir, "other.yaml"), tenantFile("other", { main: {} }));
  expect(await plane.json(0, "diff", "--tenants", dir)).toEqual([]);
});
