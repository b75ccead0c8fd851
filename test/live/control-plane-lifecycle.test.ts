import { execFileSync, spawn } from "node:child_process";
import { existsSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { reset, start, status, stop } from "../../local/control-plane.ts";
import { client, create, read } from "../support/control-plane-client.ts";

/** Beside the control plane of the run, so that it is swept with it. */
const dir = join(realpathSync(join(dirname(inject("kubeconfig")), "..")), "lifecycle");
const everything = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];
const up = () => start({ dir, tests: true });
const pids = async () => (await status(dir)).pids;

/** Programs whose command line names the directory, seen without the pid files. */
function alive(): string[] {
  const lines = execFileSync("ps", ["-ww", "-eo", "args="], { encoding: "utf8" }).split("\n");
  const programs = lines.map((line) => line.split(" ")).filter(([, ...args]) => args.join(" ").includes(`${dir}/`));
  return programs.map(([program]) => program?.split("/").at(-1) ?? "").filter((it) => everything.includes(it));
}

beforeAll(up);
afterAll(async () => {
  await reset(dir);
  rmSync(dir, { recursive: true, force: true });
});

test("a second start finds the first", async () => {
  const before = await pids();
  await up();
  expect(await pids()).toEqual(before);
});

test("keys and database are for their owner only", () => {
  const modes = ["", "etcd", "pki", "pki/admin.key", "kubeconfig", "audit.log"].map((name) => {
    return `${name} ${(statSync(join(dir, name)).mode & 0o777).toString(8)}`;
  });
  expect(modes).toEqual([" 700", "etcd 700", "pki 700", "pki/admin.key 600", "kubeconfig 600", "audit.log 600"]);
});

test("a start launches what was killed and leaves the rest alone", async () => {
  const before = await pids();
  for (const name of ["kwok", "kube-scheduler"] as const) process.kill(before[name] ?? 0, "SIGKILL");
  await expect.poll(async () => (await status(dir)).state).toBe("partial");
  await up();
  const after = await pids();
  expect(everything.filter((name) => after[name as "kwok"] === before[name as "kwok"])).toEqual([
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
  ]);
  expect((await status(dir)).state).toBe("running");
});

test("a start after the database was killed serves the same data at the same address", async () => {
  const { kubeconfig, server } = await up();
  const admin = client(kubeconfig);
  await create(admin, "/api/v1/namespaces", { metadata: { name: "kept" } });
  process.kill((await pids()).etcd ?? 0, "SIGKILL");
  const again = await up();
  const kept = await read(admin, "/api/v1/namespaces/kept");
  admin.close();
  expect([again.server, kept?.metadata.name]).toEqual([server, "kept"]);
});

test("stop leaves no process, and a second stop finds nothing to end", async () => {
  expect(alive().sort()).toEqual(everything);
  expect(await stop(dir)).toBe(5);
  expect(alive()).toEqual([]);
  expect(await stop(dir)).toBe(0);
  expect((await status(dir)).state).toBe("stopped");
});

test("a start that is killed on its way leaves nothing that stop does not end", async () => {
  const module = join(import.meta.dirname, "../../local/control-plane.ts");
  const script = `import { start } from ${JSON.stringify(module)}; await start({ dir: ${JSON.stringify(dir)}, tests: true });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
  await expect.poll(alive, { timeout: 20_000 }).toContain("kube-apiserver");
  child.kill("SIGKILL");
  await stop(dir);
  expect(alive()).toEqual([]);
});

test("two starts at once make one control plane", async () => {
  const [one, other] = await Promise.all([up(), up()]);
  expect(one.server).toBe(other.server);
  expect(alive().sort()).toEqual(everything);
});

test("a pid that now belongs to a stranger is never ended", async () => {
  await stop(dir);
  const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
  writeFileSync(join(dir, "run", "etcd.pid"), String(stranger.pid));
  expect(await stop(dir)).toBe(0);
  expect(() => process.kill(stranger.pid ?? 0, 0)).not.toThrow();
  stranger.kill();
});

test("reset deletes the data and leaves other files of the directory alone", async () => {
  writeFileSync(join(dir, "notes.txt"), "mine");
  await reset(dir);
  const left = ["etcd", "pki", "kubeconfig", "state.json", "lock", "notes.txt"].filter((it) =>
    existsSync(join(dir, it)),
  );
  expect(left).toEqual(["notes.txt"]);
});
