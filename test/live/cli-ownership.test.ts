import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStack } from "../../cli/stack.ts";
import { Vault } from "../../engine/random/vault.ts";
import type { Difference } from "../../engine/run/diff.ts";
import type { ImportFile } from "../../engine/run/handover.ts";
import type { TenantStatus } from "../../engine/run/status.ts";
import { fleetPlane } from "../support/fleet.ts";
import { plannedObjects } from "../support/fleet-canonical.ts";
import { labelled, versions } from "../support/fleet-objects.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

/** Everything any command printed, for the search after secret values. */
const printed: string[] = [];
const plane = fleetPlane(async (it) => {
  it.folder("data", {
    "keeper.yaml": tenantFile("keeper", { web: { app: app({ secrets: { TOKEN: { length: 40 }, SALT: {} } }) } }),
  });
  await it.ok("up", "--tenants", join(it.base, "folders/data"));
});

const data = (): string[] => ["--tenants", join(plane.base, "folders/data")];
const SECRET = { apiVersion: "v1", kind: "Secret", namespace: "keeper-web", name: "web-generated" };
const values = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(((await plane.cluster.get(SECRET))?.["data"] ?? {}) as Record<string, string>).map(([key, text]) => [
      key,
      Buffer.from(text, "base64").toString(),
    ]),
  );

async function run(code: number, ...args: string[]): Promise<string> {
  const ended = await plane.run(...args);
  const text = ended.stdout + ended.stderr;
  printed.push(text);
  expect(ended.code, text).toBe(code);
  return text;
}

/** Runs that must end like this and change nothing in the whole cluster. */
async function refused(code: number, ...args: string[]): Promise<string> {
  const before = await versions(plane.cluster);
  let said = "";
  const writes = await plane.writesDuring(async () => (said = await run(code, ...args)));
  expect(writes).toEqual([]);
  expect(await versions(plane.cluster)).toEqual(before);
  return said;
}

test("random values are kept over runs and come back after the tenant's Secret was deleted", async () => {
  const first = await values();
  expect(Object.keys(first).toSorted()).toEqual(["SALT", "TOKEN"]);
  expect([first["TOKEN"]?.length, first["SALT"]?.length]).toEqual([40, 32]);
  await plane.cluster.remove(SECRET);
  expect(await plane.json<Difference[]>(0, "diff", ...data())).toMatchObject([
    { object: "core/Secret/keeper-web/web-generated", change: "create", fields: [] },
  ]);
  await run(0, "up", ...data());
  expect(await values()).toEqual(first);
  // Another input of the tenant plans it anew: still the same values.
  await run(0, "up", "--only", "keeper", "--set", "baseDomain=other.example", ...data());
  expect(await values()).toEqual(first);
  await run(0, "up", "--only", "keeper", ...data());
  expect(await values()).toEqual(first);
});

test("a random value changes by its keepers and by nothing else", async () => {
  const ask = async (inputs: object) => {
    const source = await new Vault(plane.cluster, "local").source(["keeper"]);
    const name = "keeper-web-web-generated-TOKEN";
    return source({
      type: "random:index/randomPassword:RandomPassword",
      name,
      inputs: { special: false, ...inputs },
      tenant: "keeper",
    });
  };
  const { TOKEN } = await values();
  expect(await ask({ length: 40 })).toBe(TOKEN);
  expect(await ask({ length: 64, special: true })).toBe(TOKEN);
  expect(await ask({ length: 40, keepers: { turn: "2" } })).not.toBe(TOKEN);
});

test("a namespace of somebody else is refused with its manager's name and taken over by adopt", async () => {
  const path = "/api/v1/namespaces";
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: "found-main", labels: { team: "old" } } };
  await plane.cluster.request("POST", path, { body, query: { fieldManager: "old-tool" } });
  const note = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "note" }, data: { kept: "yes" } };
  await plane.cluster.request("POST", `${path}/found-main/configmaps`, { body: note });
  const dir = plane.folder("found", { "found.yaml": tenantFile("found", { main: { app: app() } }) });
  const namespace = async () =>
    (await plane.cluster.get({ apiVersion: "v1", kind: "Namespace", name: "found-main" }))?.metadata;
  const before = await namespace();
  const said = await run(3, "up", "--tenants", dir);
  expect(said).toMatch(
    /^found: .*core\/Namespace\/\/found-main exists already and was made by old-tool: .*tenantry -- adopt found(?!-)/m,
  );
  expect(await namespace()).toEqual(before);

  // Nobody can answer the question here, so it is shown and nothing more.
  const shown = await refused(2, "adopt", "found", "--tenants", dir);
  expect(shown).toMatch(/~ found: core\/Namespace\/\/found-main/);
  expect(shown).toMatch(/\+ found: apps\/Deployment\/found-main\/web/);
  await run(0, "adopt", "found", "--yes", "--tenants", dir);
  expect((await namespace())?.labels).toMatchObject({ team: "old", "tenantry.dev/tenant": "found" });
  expect(
    await plane.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "found-main", name: "note" }),
  ).toMatchObject({ data: note.data });
  expect(await run(0, "up", "--tenants", dir)).toContain("no changes");
  expect(await run(1, "adopt", "found", "--yes", "--tenants", dir)).toContain("is run by this fleet already");
});

test("handover pulumi writes the import file for its owner alone and prints no value", async () => {
  const out = join(plane.base, "import.json");
  await refused(2, "handover", "pulumi", "--out", out, ...data());
  expect(() => statSync(out)).toThrow("ENOENT");
  await run(0, "handover", "pulumi", "--yes", "--out", out, ...data());
  expect((statSync(out).mode & 0o777).toString(8)).toBe("600");

  const { resources, nameTable } = JSON.parse(readFileSync(out, "utf8")) as ImportFile;
  const { stack } = await openStack({ stack: "local", tenants: join(plane.base, "folders/data") });
  const objects = await plannedObjects(stack, "direct");
  // The default ServiceAccounts are the cluster's own and only patched: there is nothing to import.
  const wanted = objects
    .filter((it) => !(it.kind === "ServiceAccount" && it.metadata.name === "default"))
    .map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`);
  const found = resources
    .filter((it) => it.type.startsWith("kubernetes:"))
    .map((it) => `${it.type.split(":").at(-1) ?? ""} ${it.id ?? ""}`);
  expect(found.toSorted()).toEqual(wanted.toSorted());
  const random = resources.filter((it) => it.type.startsWith("random:")).map((it) => it.id);
  expect(random.toSorted()).toEqual(Object.values(await values()).toSorted());
  const handles = resources.flatMap((it) => [it.parent, it.provider]).filter((it) => it !== undefined);
  const named = new Set(resources.map((it) => it.name));
  expect(named.size).toBe(resources.length);
  expect(handles.filter((it) => !named.has(it) && !nameTable[it]?.startsWith("urn:pulumi:local::"))).toEqual([]);
});

test("whoever does not run the fleet is refused with the owner's name until it is given back", async () => {
  expect(await refused(1, "up", ...data())).toMatch(/run by "cli".*tenantry -- handover direct/);
  expect(await refused(1, "diff", ...data())).toContain('run by "cli"');
  expect(await refused(1, "down", "--yes")).toContain('run by "cli"');
  await run(0, "handover", "direct", "--yes", ...data());
  // Nothing but that the tenant adopted above has no file here.
  const rows = await plane.json<object[]>(4, "diff", "--exit-code", ...data());
  expect(rows).toEqual([expect.objectContaining({ unit: "found", change: "absent" })]);
  await run(0, "up", ...data());
  expect(await refused(1, "handover", "direct", "--yes", ...data())).toContain('run by "direct" already');
});

test("down serves the local stack only", async () => {
  expect(await refused(1, "down", "--yes", "--stack", "dev")).toMatch(/local stack only; "dev" has cloud "existing"/);
  expect(await refused(2, "down")).toContain("--yes");
});

test("down deletes the whole fleet and nothing else", async () => {
  const others = async () => Object.keys(await versions(plane.cluster)).filter((it) => it.startsWith("v1/Namespace/"));
  await plane.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "bystander" } });
  expect(await run(0, "down", "--yes")).toMatch(/removed: .*keeper/);
  expect((await others()).toSorted()).toEqual(
    ["bystander", "default", "kube-node-lease", "kube-public", "kube-system"].map((it) => `v1/Namespace//${it}`),
  );
  expect([...(await labelled(plane.cluster, "tenantry.dev/fleet=local")).keys()]).toEqual([]);
  const rows = await plane.json<TenantStatus[]>(0, "status");
  expect(new Set(rows.map((it) => it.state))).toEqual(new Set(["missing"]));
});

test("no command printed a secret value, and none was rendered", async () => {
  const out = join(plane.base, "import.json");
  const secret = (JSON.parse(readFileSync(out, "utf8")) as ImportFile).resources.flatMap((it) =>
    it.type.startsWith("random:") ? [it.id ?? ""] : [],
  );
  rmSync(out);
  const folder = plane.folder("rendered");
  await plane.renders(folder, ...data());
  const texts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((it) => /\.(yaml|json)$/.test(it));
  const haystack = [...printed, ...texts.map((it) => readFileSync(join(folder, it), "utf8"))].join("\n");
  const leaked = secret.filter((it) => haystack.includes(it) || haystack.includes(Buffer.from(it).toString("base64")));
  expect(secret).toHaveLength(2);
  expect(haystack).toContain("web-generated");
  expect(leaked).toEqual([]);
});
