import { expect, test } from "vitest";
import type { Difference } from "../../engine/run/diff.ts";
import type { UpReport } from "../../engine/run/up.ts";
import { fleetPlane } from "../support/fleet.ts";

const ONLY = ["--only", "acme", "--only", "u1042"];
const plane = fleetPlane((it) => it.ok("up", "--wait", "0", ...ONLY));

/** Changes an object as somebody else does: by another field manager. */
const meddle = (path: string, body: object) =>
  plane.cluster.request("PATCH", path, {
    ...{ body, contentType: "application/merge-patch+json", query: { fieldManager: "mallory" } },
  });

const QUOTA = "core/ResourceQuota/acme-api/quota";
const BINDING = "rbac.authorization.k8s.io/RoleBinding/acme-jobs/tenant-viewer";
const SPACE = "core/Namespace//acme-jobs";
const WEB = "apps/Deployment/u1042-p7/web";
const PLAN = "tenantry.dev/plan";
const MANAGED_BY = "app.kubernetes.io/managed-by";
const live = async (path: string) => (await plane.cluster.request("GET", path)) as Record<string, never>;

/** What was changed or removed by hand: two guards whole, a guard beside a field that is none, and one that is none. */
async function drift(): Promise<void> {
  await meddle("/api/v1/namespaces/acme-api/resourcequotas/quota", { spec: { hard: { pods: "500" } } });
  await plane.cluster.remove({
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
    ...{ namespace: "acme-jobs", name: "tenant-viewer" },
  });
  await meddle("/api/v1/namespaces/acme-jobs", {
    metadata: { labels: { [PLAN]: "enterprise", [MANAGED_BY]: "mallory" } },
  });
  await meddle("/apis/apps/v1/namespaces/u1042-p7/deployments/web", { spec: { replicas: 0 } });
}

test("diff says what drifted, what others hold, by name, and how long it looked", async () => {
  await drift();
  const { code, stdout, stderr } = await plane.run("diff", "--exit-code", "--json", ...ONLY);
  expect(code).toBe(4);
  const found = JSON.parse(stdout) as Difference[];
  expect(found.map((it) => [it.object, it.change, it.drifted])).toEqual([
    [SPACE, "conflict", true],
    [QUOTA, "change", true],
    [BINDING, "create", true],
    [WEB, "conflict", true],
  ]);
  expect(found[0]?.note).toMatch(
    /"mallory" owns .*managed-by.*; up takes back the guards among these and leaves the rest$/,
  );
  expect(found[3]?.note).toMatch(/"mallory" owns \.spec\.replicas$/);
  expect(stderr).toMatch(/^4 differences: 4 drifted, 2 held by others, which up reports and leaves \(\d+\.\d s\)$/m);

  const text = await plane.run("diff", ...ONLY);
  expect(text.stdout).toContain(`~ acme: ${QUOTA} (drift)\n`);
  expect(text.stdout).toMatch(/^4 differences: .* \(\d+\.\d s\)$/m);
});

test("up takes every guard back, reports the rest with its holder, and says how long each took", async () => {
  const { code, stdout, stderr } = await plane.run("up", "--json", "--wait", "0", ...ONLY);
  expect(code).toBe(3);
  const done = JSON.parse(stdout) as UpReport;
  expect(done.healed).toEqual([
    { unit: "acme", object: QUOTA, was: "changed" },
    { unit: "acme", object: BINDING, was: "missing" },
  ]);
  expect(done.detectSeconds).toBeGreaterThan(0);
  expect(done.healSeconds).toBeGreaterThan(0);
  expect(stderr).toMatch(
    /^acme: .*"mallory" owns \.metadata\.labels\.app\.kubernetes\.io\/managed-by \(the guards beside it/m,
  );
  expect(stderr).toMatch(/^u1042: .*"mallory" owns \.spec\.replicas/m);

  const labels = (await live("/api/v1/namespaces/acme-jobs")) as { metadata?: { labels?: Record<string, string> } };
  expect(labels.metadata?.labels).toMatchObject({ [PLAN]: "team", [MANAGED_BY]: "mallory" });
  const web = (await live("/apis/apps/v1/namespaces/u1042-p7/deployments/web")) as { spec?: { replicas?: number } };
  expect(web.spec?.replicas).toBe(0);
});

test("what was taken back does not count again, and once its holder lets go all is as applied", async () => {
  const again = await plane.run("up", "--json", "--wait", "0", ...ONLY);
  expect(again.code).toBe(3);
  expect((JSON.parse(again.stdout) as UpReport).healed).toEqual([]);

  await meddle("/api/v1/namespaces/acme-jobs", { metadata: { labels: { [MANAGED_BY]: "tenantry" } } });
  await meddle("/apis/apps/v1/namespaces/u1042-p7/deployments/web", { spec: { replicas: 1 } });
  const { stdout } = await plane.ok("up", "--wait", "0", ...ONLY);
  expect(stdout).toMatch(/^\d drifted objects? taken back \(found in \d+\.\d s, repaired in \d+\.\d s\):\n {2}acme: /m);
  const { stdout: rest } = await plane.ok("diff", "--exit-code", ...ONLY);
  expect(rest).toMatch(/^no differences \(\d+\.\d s\)$/m);
});
