import { afterAll, beforeAll, expect, test } from "vitest";
import { status as planeStatus } from "../../local/control-plane.ts";
import { after, bystander, demandConverged, holderOf, seeded } from "../support/fault-bar.ts";
import { type Fault, FaultProxy } from "../support/fault-proxy.ts";
import { fleetPlane } from "../support/fleet.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

const plane = fleetPlane(async (it) => {
  await it.ok("up", "--only", "calm", "--tenants", it.folder("calm", { "calm.yaml": tenantFile("calm", { a: {} }) }));
});

let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await FaultProxy.start(plane);
});
afterAll(() => proxy.close());

/** Flags for one tenant that the cluster does not know yet. */
const fresh = (id: string): string[] => [
  "--only",
  id,
  "--tenants",
  plane.folder(id, { [`${id}.yaml`]: tenantFile(id, { a: { app: app({ secrets: { TOKEN: {} } }) }, b: {} }) }),
];

const FAULTS: Fault[] = [{ status: 429, retryAfter: 1 }, { status: 500 }, { status: 503 }, "reset", "lost"];

test.each([
  [0.01, 1],
  [0.1, 4],
  [0.5, 20],
])(
  "with %d of all requests failing, at most %d runs bring a tenant up, and nothing twice",
  async (rate, most) => {
    const untouched = await bystander(plane, "calm");
    const next = seeded(Math.round(rate * 1000));
    const flags = fresh(`shaky${Math.round(rate * 100)}`);
    const codes: (number | null)[] = [];
    proxy.faults = 0;
    await proxy.between(plane, async () => {
      while (codes.at(-1) !== 0 && codes.length < most) {
        proxy.fault = () =>
          next.next().value < rate ? FAULTS[Math.floor(next.next().value * FAULTS.length)] : undefined;
        const { code, stderr } = await plane.run("up", "--wait", "0", ...flags);
        codes.push(code);
        // Whoever fails says what, and what to type: to look again, or to run again.
        if (code !== 0) expect(stderr).toMatch(/npm run -s tenantry -- |run the command again|at https:\/\//);
      }
    });
    expect(codes.at(-1), JSON.stringify({ codes, faults: proxy.faults })).toBe(0);
    expect(codes.every((it) => it === 0 || it === 1 || it === 3)).toBe(true);
    if (rate > 0.05) expect(proxy.faults).toBeGreaterThan(5);
    await demandConverged(plane, ...flags);
    await untouched();
  },
  600_000,
);

test("credentials that run out in mid-run end it with what the server said; fresh ones carry on", async () => {
  const untouched = await bystander(plane, "calm");
  const flags = fresh("expired");
  const ended = await proxy.between(plane, async () => {
    let writes = 0;
    proxy.fault = (method) => {
      if (method === "PATCH") writes += 1;
      return writes > 4 ? { status: 401 } : undefined;
    };
    return plane.run("up", "--wait", "0", ...flags);
  });
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/^expired: .*401.* Next: npm run -s tenantry -- diff --only expired$/m);
  await demandConverged(plane, ...flags);
  await untouched();
}, 300_000);

test("an API server that stands still in mid-run is waited for", async () => {
  const pid = (await planeStatus(plane.dir)).pids["kube-apiserver"];
  if (pid === undefined) throw new Error("the API server does not run");
  const untouched = await bystander(plane, "calm");
  const flags = fresh("still");
  const run = plane.begin("up", "--wait", "0", ...flags);
  await after(plane, run, 3);
  process.kill(pid, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  process.kill(pid, "SIGCONT");
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  expect(await holderOf(plane)).toBeUndefined();
  await demandConverged(plane, ...flags);
  await untouched();
}, 300_000);
