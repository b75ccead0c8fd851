import { expect, test } from "vitest";
import { holdLease } from "../../engine/cluster/lease.ts";
import type { TenantStatus } from "../../engine/run/status.ts";
import { status as planeStatus } from "../../local/control-plane.ts";
import { after, demandWhole, orphans, seeded } from "../support/fault-bar.ts";
import { type Ended, fleetPlane } from "../support/fleet.ts";
import { versions } from "../support/fleet-objects.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

const plane = fleetPlane();

const WIDE = { a: { app: app({ secrets: { TOKEN: {} } }) }, b: { app: app() }, c: {} };
const NARROW = { a: {}, b: { app: app() } };
const folder = (name: string, spaces: object): string =>
  plane.folder(name, { "wide.yaml": tenantFile("wide", spaces), "next.yaml": tenantFile("next", spaces) });

async function converged(...flags: string[]): Promise<void> {
  await plane.ok("up", ...flags);
  expect(await plane.json(0, "diff", "--exit-code", ...flags)).toEqual([]);
  await demandWhole(plane);
  const rows = await plane.json<TenantStatus[]>(0, "status", ...flags);
  expect(new Set(rows.map((it) => it.state))).toEqual(new Set(["ready"]));
}

/** More of them, by comma, try more points. */
const SEEDS = (process.env["TENANTRY_FAULT_SEEDS"] ?? "1042").split(",").map(Number);

test.each(SEEDS)(
  "killed at any point (seed %d), a run leaves nothing unknown behind and the next one converges",
  { timeout: 600_000 },
  async (seed) => {
    const next = seeded(seed);
    const dir = folder("wide", WIDE);
    const points: number[] = [];
    // From an empty cluster to the whole fleet, then through a run that prunes.
    for (const [most, ...flags] of [
      [60, "--tenants", dir],
      [40, "--tenants", dir],
      [120, "--tenants", dir],
      [50, "--tenants", dir],
      [60, "--tenants", folder("narrow", NARROW)],
      [30, "--tenants", dir],
      [40, "--set", "baseDomain=moved.example"],
      [80, "--tenants", folder("narrow", NARROW)],
      [100, "--tenants", dir, "--set", "baseDomain=moved.example"],
      [50, "--tenants", dir],
    ] as [number, ...string[]][]) {
      const run = plane.begin("up", "--wait", "0", ...flags);
      const writes = 1 + Math.floor(next.next().value * most);
      await after(plane, run, writes);
      process.kill(run.pid, "SIGKILL");
      const { code } = await run.ended;
      if (code === null) points.push(writes);
      expect(await orphans(plane.cluster), `killed after ${writes} writes`).toEqual([]);
    }
    expect(points.length).toBeGreaterThanOrEqual(8);
    await converged("--tenants", dir);
  },
);

test("of two runs at once one wins, and the other names it or follows", async () => {
  const flags = ["--tenants", folder("race", { ...WIDE, d: { app: app() } })];
  const runs = [plane.begin("up", ...flags), plane.begin("up", ...flags)];
  const ended = await Promise.all(runs.map((it) => it.ended));
  const codes = ended.map((it) => it.code);
  expect(codes, ended.map((it) => it.stderr).join("\n---\n")).toContain(0);
  for (const [index, { code, stderr }] of ended.entries()) {
    if (code === 0) continue;
    expect(code).toBe(1);
    const other = runs[1 - index]?.pid ?? 0;
    expect(stderr).toMatch(
      new RegExp(`is held by .*, pid ${other},|another run changed .* meanwhile: nothing was applied`),
    );
  }
  await converged(...flags);
});

test("a run that finds the Lease taken says by whom, and changes nothing", async () => {
  const lease = await holdLease(plane.cluster, { namespace: "tenantry-system", name: "fleet" });
  try {
    const before = await versions(plane.cluster);
    const ended = await plane.run("up", "--set", "baseDomain=other.example");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      `lease tenantry-system/fleet is held by ${lease.holder.user} on ${lease.holder.host}, pid ${process.pid}, since`,
    );
    const after = await versions(plane.cluster);
    // The holder renews it meanwhile.
    delete before["coordination.k8s.io/v1/Lease/tenantry-system/fleet"];
    delete after["coordination.k8s.io/v1/Lease/tenantry-system/fleet"];
    expect(after).toEqual(before);
  } finally {
    await lease.release();
  }
});

async function server(): Promise<number> {
  const pid = (await planeStatus(plane.dir)).pids["kube-apiserver"];
  if (pid === undefined) throw new Error("the API server does not run");
  return pid;
}

const cannotReach = (ended: Ended, why: RegExp): void => {
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^cannot reach the API server of context tenantry-local at https:\S+: /);
  expect(ended.stderr).toMatch(why);
  expect(ended.stderr).toMatch(/start it with `npm run -s tenantry -- local start` or name another --context$/m);
};

test("an API server that does not answer is an error after the engine's own ten seconds", async () => {
  const pid = await server();
  process.kill(pid, "SIGSTOP");
  try {
    cannotReach(await plane.run("up"), /: no answer in 10 s; /);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await plane.ok("status");
});

test("an API server killed in mid-run ends the run with an error, and the next one converges", async () => {
  const flags = ["--tenants", folder("killed", { ...NARROW, e: { app: app() } })];
  const run = plane.begin("up", ...flags);
  await after(plane, run, 5);
  process.kill(await server(), "SIGKILL");
  const ended = await run.ended;
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET/);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  cannotReach(await plane.run("up", ...flags), /ECONNREFUSED/);
  await plane.start();
  await converged(...flags);
});
