import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { fleetPlane } from "../support/fleet.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

const plane = fleetPlane();

/** Of a random value's own letters, so that the program takes each for one. */
const CANARIES = {
  generated: "Canary1generatedXq7Vb2Lw9Zt4Rk6",
  theirs: "Canary2theirsPm3Hs8Ny5Dc1Gf0Jx",
  token: "Canary3tokenWe6Ua2Ko9Ib4Tq7Ml",
};

/** As it is, and as base64 writes it wherever in a longer text it begins. */
const FORMS = Object.values(CANARIES).flatMap((canary) => [
  canary,
  ...[0, 1, 2].map((offset) =>
    Buffer.from("x".repeat(offset) + canary)
      .toString("base64")
      .slice(offset === 0 ? 0 : 4, -4),
  ),
]);
const leaks = (text: string): boolean => FORMS.some((it) => text.includes(it));

/** All that any command has said, by its command line. */
const said: { what: string; text: string }[] = [];
async function says(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const ended = await plane.run(...args);
  said.push({ what: args.join(" "), text: ended.stdout + ended.stderr });
  return ended;
}

const secret = { apiVersion: "v1", kind: "Secret" };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const dataOf = (it: KubeObject | undefined) => (it?.["data"] ?? {}) as Record<string, string>;
const asMallory = (path: string, body: object) =>
  plane.cluster.request("PATCH", path, {
    ...{ body, contentType: "application/merge-patch+json", query: { fieldManager: "mallory" } },
  });

let args: string[];
let own: KubeObject;

beforeAll(async () => {
  const folder = plane.folder("tenants", {
    "keeper.yaml": tenantFile("keeper", { a: { app: app({ secrets: { TOKEN: {}, OTHER: {} } }) } }),
  });
  args = ["--tenants", folder, "--only", "keeper"];
  await plane.ok("up", "--wait", "0", ...args);
  const values = { ...secret, namespace: "tenantry-system", name: "values.keeper" };
  const planted = Object.entries(dataOf(await plane.cluster.get(values))).map(([key, text]) => {
    const kept = JSON.parse(Buffer.from(text, "base64").toString()) as object;
    return [key, base64(JSON.stringify({ ...kept, value: CANARIES.generated }))];
  });
  await plane.cluster.patch(values, { data: Object.fromEntries(planted) });
  const metadata = { name: "theirs", namespace: "keeper-a" };
  await plane.cluster.create({ ...secret, metadata, stringData: { password: CANARIES.theirs } });
}, 180_000);

test("the values that a fleet is made of are the planted ones", async () => {
  const moved = ["--set", "baseDomain=moved.example.com", ...args];
  expect((await says("diff", "--json", ...moved)).stdout).toContain("core/Secret/keeper-a/");
  expect((await says("up", "--json", "--wait", "0", ...moved)).code).toBe(0);
  const found = await plane.cluster.listAll({ ...secret, namespace: "keeper-a", labelSelector: "tenantry.dev/tenant" });
  const [first] = found;
  expect(first).toBeDefined();
  own = first ?? own;
  expect(Object.values(dataOf(own)).join()).toContain(base64(CANARIES.generated));
});

test("commands that read, judge and write go over all of them", async () => {
  const path = `/api/v1/namespaces/keeper-a/secrets/${own.metadata.name}`;
  const [key = ""] = Object.keys(dataOf(own));
  // Somebody holds a value, then the whole object: every refusal that is about a Secret.
  await asMallory(path, { data: { [key]: base64(CANARIES.theirs) } });
  expect((await says("diff", "--json", ...args)).stdout).toContain("conflict");
  expect((await says("diff", ...args)).stdout).toContain("Secret");
  expect((await says("up", "--wait", "0", ...args)).code).toBe(3);
  await plane.cluster.remove({ ...secret, namespace: "keeper-a", name: own.metadata.name });
  const metadata = { name: own.metadata.name, namespace: "keeper-a" };
  await plane.cluster.create({ ...secret, metadata, immutable: true, stringData: { [key]: CANARIES.theirs } });
  expect((await says("up", "--wait", "0", ...args)).stderr).toMatch(/Secret/);
  expect((await says("adopt", "keeper", "--yes", "--tenants", args[1] ?? "")).code).not.toBe(2);
  await plane.cluster.remove({ ...secret, namespace: "keeper-a", name: own.metadata.name });
  await says("up", "--wait", "0", ...args);
  await says("status", "--json", ...args);

  const reports = plane.folder("reports");
  const files = ["--junit", join(reports, "verify.xml"), "--sarif", join(reports, "verify.sarif")];
  expect((await says("verify", "keeper", "--network", ...files, "--tenants", args[1] ?? "")).stdout).toContain(
    "checks, ",
  );
  await says("verify", "--namespace", "keeper-a", "--json");
  expect(readdirSync(reports)).toEqual(["verify.sarif", "verify.xml"]);
});

test("rendered files, checks and a change of owner do as well", async () => {
  await plane.renders(plane.folder("rendered"), ...args);
  const flags = plane.flags;
  plane.flags = [];
  await says("check", "--json", "--tenants", args[1] ?? "");
  plane.flags = flags;
  const file = join(plane.folder("handover"), "import.json");
  await says("handover", "pulumi", "--yes", "--out", file, "--tenants", args[1] ?? "");
  // The one file that is made to hold them: for its owner alone.
  expect(readFileSync(file, "utf8")).toContain(CANARIES.generated);
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
});

test("a token that the server does not know is not told to anybody", async () => {
  const { clusters } = JSON.parse(readFileSync(plane.plane.kubeconfig, "utf8")) as { clusters: { name: string }[] };
  const user = { name: "u", user: { token: CANARIES.token } };
  const context = { name: "bad", context: { cluster: clusters[0]?.name, user: "u" } };
  const file = join(plane.folder("bad"), "kubeconfig");
  const config = { apiVersion: "v1", kind: "Config", clusters, users: [user], contexts: [context] };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const flags = plane.flags;
  plane.flags = ["--kubeconfig", file, "--context", "bad"];
  for (const command of ["up", "verify"]) {
    const { code, stderr } = await says(command);
    expect([code, stderr]).toEqual([1, expect.stringContaining("does not accept the credentials")]);
  }
  plane.flags = flags;
});

const below = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((it) =>
    it.isDirectory() ? below(join(path, it.name)) : it.isFile() ? [join(path, it.name)] : [],
  );

test("no planted value is in anything that was said, written, logged or stored outside Secrets", async () => {
  // The search finds what it looks for, in every form.
  expect([`a ${CANARIES.token}`, base64(`ab${CANARIES.theirs}cd`), base64(`a${CANARIES.theirs}`)].map(leaks)).toEqual([
    true,
    true,
    true,
  ]);
  expect(leaks(base64("nothing of the kind"))).toBe(false);

  expect(said.length).toBeGreaterThanOrEqual(15);
  expect(said.filter((it) => leaks(it.text)).map((it) => it.what)).toEqual([]);

  const folders = ["rendered", "reports"].map((it) => join(plane.base, "folders", it));
  // Of the control plane's own files all but its database and credentials.
  const logs = [join(plane.dir, "logs"), plane.plane.auditLog];
  const files = [...folders, ...logs].flatMap((it) => (statSync(it).isDirectory() ? below(it) : [it]));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((it) => leaks(readFileSync(it, "utf8")))).toEqual([]);

  const kinds = (await plane.cluster.discovery.resources()).filter(
    (it) => it.kind !== "Secret" && /^(v1|[a-z.0-9]+\/v1)$/.test(it.apiVersion),
  );
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { apiVersion, kind } of kinds) {
    // Kinds that answer questions cannot be listed.
    for (const it of await plane.cluster.listAll({ apiVersion, kind }).catch(() => [])) {
      seen.add(kind);
      if (leaks(JSON.stringify(it))) found.push(`${kind} ${it.metadata.namespace ?? ""}/${it.metadata.name}`);
    }
  }
  expect([...seen]).toEqual(expect.arrayContaining(["Event", "ConfigMap", "Pod", "Deployment", "Lease"]));
  expect(found).toEqual([]);
});
