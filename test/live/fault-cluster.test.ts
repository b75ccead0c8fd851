import { expect, test } from "vitest";
import { after, bystander, demandConverged, holderOf } from "../support/fault-bar.ts";
import { fleetPlane } from "../support/fleet.ts";
import { sizeOf, writesSince } from "../support/fleet-audit.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

const plane = fleetPlane(async (it) => {
  await it.ok("up", "--only", "calm", "--tenants", it.folder("calm", { "calm.yaml": tenantFile("calm", { a: {} }) }));
});

const WEB = { a: { app: app() }, b: {} };
/** Flags for tenants that the cluster does not know yet. */
const fresh = (...ids: string[]): string[] => {
  const files = Object.fromEntries(ids.map((id) => [`${id}.yaml`, tenantFile(id, WEB)]));
  return [...ids.flatMap((id) => ["--only", id]), "--tenants", plane.folder(ids.join("-"), files)];
};

test.each(["SIGINT", "SIGTERM"] as const)("%s ends the writing, says so and leaves no lock", async (signal) => {
  const untouched = await bystander(plane, "calm");
  const ids = ["a", "b", "c", "d", "e", "f"].map((it) => `${signal.toLowerCase()}-${it}`);
  const flags = fresh(...ids);
  const run = plane.begin("up", "--wait", "0", ...flags);
  await after(plane, run, 12);
  process.kill(run.pid, signal);
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(new RegExp(`^sig\\w+-\\w: .*interrupted by ${signal}: what was written stands`, "m"));
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(await holderOf(plane)).toBeUndefined();
  await demandConverged(plane, ...flags);
  await untouched();
});

test("a webhook that is out is named, guards stand all the same, and other tenants come up", async () => {
  const untouched = await bystander(plane, "calm");
  const webhook = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "somebodys" },
    webhooks: [
      {
        name: "outage.nobody.example",
        clientConfig: { url: "https://127.0.0.1:1/" },
        rules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["*"], resources: ["deployments"] }],
        namespaceSelector: { matchLabels: { "tenantry.dev/tenant": "hooked" } },
        failurePolicy: "Fail",
        sideEffects: "None",
        timeoutSeconds: 1,
        admissionReviewVersions: ["v1"],
      },
    ],
  };
  await plane.cluster.create(webhook);
  const flags = fresh("hooked", "beside");
  const { code, stderr } = await plane.run("up", "--wait", "0", ...flags);
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(
    /^hooked: .*Deployment.*"outage\.nobody\.example".* Next: npm run -s tenantry -- diff --only hooked$/m,
  );
  expect(stderr).not.toMatch(/^beside: /m);
  for (const [apiVersion, kind, name] of [
    ["v1", "ResourceQuota", "quota"],
    ["networking.k8s.io/v1", "NetworkPolicy", "closed"],
  ] as const)
    expect(await plane.cluster.get({ apiVersion, kind, namespace: "hooked-a", name }), kind).toBeDefined();
  await plane.cluster.remove({ apiVersion: webhook.apiVersion, kind: webhook.kind, name: "somebodys" });
  await demandConverged(plane, ...flags);
  await untouched();
});

test("a namespace deleted by hand comes back with every guard before any workload", async () => {
  const untouched = await bystander(plane, "calm");
  const flags = fresh("razed");
  await plane.ok("up", "--wait", "0", ...flags);
  await plane.cluster.remove({ apiVersion: "v1", kind: "Namespace", name: "razed-a" });
  await plane.gone("razed-a");
  const from = sizeOf(plane.plane.auditLog);
  await plane.ok("up", "--wait", "0", ...flags);
  const writes = writesSince(plane.plane.auditLog, from)
    .filter((it) => it.code < 300 && it.object.startsWith("razed-a/"))
    .map((it) => it.object.split("/")[1] ?? "");
  const guards = ["resourcequotas", "limitranges", "networkpolicies", "rolebindings", "serviceaccounts"];
  const workloads = ["deployments", "services", "secrets", "persistentvolumeclaims"];
  for (const it of guards) expect(writes).toContain(it);
  expect(writes).toContain("deployments");
  const last = Math.max(...guards.map((it) => writes.lastIndexOf(it)));
  expect(writes.slice(0, last).filter((it) => workloads.includes(it))).toEqual([]);
  await demandConverged(plane, ...flags);
  await untouched();
});

test("an app its quota would refuse is refused before a single write, with both figures", async () => {
  const small = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };
  const tight = (max: number) =>
    tenantFile("tight", { a: { app: app({ replicas: { min: 1, max }, resources: small }) } }, { plan: "micro" });
  const flags = (max: number) => [
    ...["--only", "tight"],
    ...["--tenants", plane.folder("tight", { "tight.yaml": tight(max) })],
  ];
  let said = { code: null as number | null, stderr: "" };
  const writes = await plane.writesDuring(async () => (said = await plane.run("up", ...flags(8))));
  expect(said.code).toBe(1);
  expect(said.stderr).toMatch(/tight\.yaml.* spaces\.a\.app.*scratch space of 2304Mi .*at most 2Gi/);
  expect(writes).toEqual([]);
  await demandConverged(plane, ...flags(7));
});
