import { afterAll, describe, expect, test } from "vitest";
import type { TenantStatus } from "../../engine/run/status.ts";
import { AdmissionClient } from "../support/admission-client.ts";
import type { Json } from "../support/control-plane-client.ts";
import { fleetPlane } from "../support/fleet.ts";
import { tenantFile } from "../support/fleet-tenants.ts";
import { tierConfig } from "../support/tiers.ts";
import { admin, makeJob, makePod, readPod, tryPod, user } from "../support/tier-pods.ts";

const RUNTIME = {
  apiVersion: "node.k8s.io/v1",
  kind: "RuntimeClass",
  metadata: { name: "gvisor-of-this-cluster" },
  handler: "runsc",
  overhead: { podFixed: { cpu: "10m", memory: "20Mi" } },
};
const POOL = "tenantry.dev/pool";
const OWN = { key: POOL, operator: "Equal", value: "globex", effect: "NoSchedule" };
const PLACED = { nodeSelector: { [POOL]: "globex" }, tolerations: [OWN] };
const MUTATION = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/tenantry-kept-to-tier";

let client: AdmissionClient;
let dir = "";
const plane = fleetPlane(async (it) => {
  dir = it.folder("tenants", { "boxed.yaml": tenantFile("boxed", { run: {} }, { plan: "sandbox" }) });
  client = new AdmissionClient(it.plane.kubeconfig);
  await client.ask("POST", "/apis/node.k8s.io/v1/runtimeclasses", RUNTIME);
  await it.ok(...up());
});
afterAll(() => client.close());
const up = (...more: string[]) => [
  "up",
  "--tenants",
  dir,
  "--set",
  `sandboxes.gvisor=${RUNTIME.metadata.name}`,
  ...more,
];

const policyVersion = async (): Promise<string> =>
  (await client.read<Json>(MUTATION.replace("policybindings", "policies"))).metadata.resourceVersion;

/** Waits until the scheduler has placed a pod. */
async function nodeOf(namespace: string, name: string): Promise<string> {
  const look = async () => String((await readPod(client, namespace, name)).spec?.nodeName ?? "");
  await expect.poll(look, { timeout: 60_000, interval: 100 }).not.toBe("");
  return look();
}

describe("a tenant with nodes of its own", () => {
  test("a plain pod gets selector and toleration, and runs on them", async () => {
    expect(await makePod(client, "globex-portal", "plain", admin("globex"))).toMatchObject({ status: 201 });
    const { spec } = await readPod(client, "globex-portal", "plain");
    expect(spec.nodeSelector).toEqual({ [POOL]: "globex" });
    expect(spec.tolerations).toContainEqual(OWN);
    expect(await nodeOf("globex-portal", "plain")).toMatch(/^globex-[12]$/);
  });

  test("so does the pod of a job that a user made", async () => {
    expect(await makeJob(client, "globex-ledger", "once", user("globex"))).toMatchObject({ status: 201 });
    const path = "/api/v1/namespaces/globex-ledger/pods?labelSelector=job-name%3Donce";
    const pods = async () => ((await client.read<Json>(path)).items as Json[]).map((it) => it.metadata.name as string);
    await expect.poll(pods, { timeout: 60_000 }).toHaveLength(1);
    expect(await nodeOf("globex-ledger", (await pods())[0] ?? "")).toMatch(/^globex-[12]$/);
  });

  test.each<[string, object, string]>([
    ["tolerates every taint", { tolerations: [{ operator: "Exists" }] }, "placed-by-platform"],
    ["tolerates another pool", { tolerations: [{ ...OWN, value: "acme" }] }, "placed-by-platform"],
    [
      "tolerates the control plane",
      { tolerations: [{ key: "node-role.kubernetes.io/control-plane" }] },
      "placed-by-platform",
    ],
    ["selects another pool", { nodeSelector: { [POOL]: "acme" } }, "(kept-to-tier|placed-by-platform)"],
    ["selects no pool", { nodeSelector: { [POOL]: "" } }, "(kept-to-tier|placed-by-platform)"],
    ["names its node", { nodeName: "general-1" }, "placed-by-platform"],
    ["brings a runtime", { runtimeClassName: RUNTIME.metadata.name }, "kept-to-tier"],
  ])("is refused a pod that %s", async (_title, more, rule) => {
    expect(await tryPod(client, "globex-portal", more, admin("globex"))).toMatchObject({
      status: 422,
      message: expect.stringMatching(`'tenantry-${rule}'`) as unknown,
    });
    expect(await tryPod(client, "globex-portal", {}, admin("globex"))).toMatchObject({ status: 201 });
  });
});

describe("everybody else", () => {
  test("runs on shared nodes, with nothing added", async () => {
    expect(await makePod(client, "acme-api", "plain", admin("acme"))).toMatchObject({ status: 201 });
    const { spec } = await readPod(client, "acme-api", "plain");
    expect([spec.nodeSelector, spec.runtimeClassName]).toEqual([undefined, undefined]);
    expect(await nodeOf("acme-api", "plain")).toMatch(/^general-[123]$/);
  });

  test.each<[string, object]>([
    ["toleration and selector of the pool", PLACED],
    ["toleration alone", { tolerations: [OWN] }],
    ["selector alone", { nodeSelector: { [POOL]: "globex" } }],
    [
      "affinity for it",
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: POOL, operator: "In", values: ["globex"] }] }],
            },
          },
        },
      },
    ],
  ])("is refused the %s", async (_title, more) => {
    const answer = await tryPod(client, "acme-api", more, admin("acme"));
    expect(answer).toMatchObject({
      status: 422,
      message: expect.stringContaining("tenantry-placed-by-platform") as unknown,
    });
  });

  test("is on none of the pool's nodes", async () => {
    const there = async () =>
      ((await client.read<Json>("/api/v1/pods")).items as Json[])
        .filter((it) => /^globex-/.test(it.spec.nodeName ?? ""))
        .map((it) => it.metadata.namespace as string);
    // Two pods of each of its apps, and those made above.
    await expect.poll(async () => (await there()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(6);
    expect((await there()).filter((it) => !it.startsWith("globex-"))).toEqual([]);
  });
});

describe("a tenant whose plan names a sandbox", () => {
  test("every pod runs in the cluster's class for it, with that class's overhead", async () => {
    expect(await makePod(client, "boxed-run", "plain", admin("boxed"))).toMatchObject({ status: 201 });
    const { spec } = await readPod(client, "boxed-run", "plain");
    expect([spec.runtimeClassName, spec.overhead]).toEqual([RUNTIME.metadata.name, RUNTIME.overhead.podFixed]);
  });

  test("a pod that names another is refused", async () => {
    const body = { ...RUNTIME, metadata: { name: "loose" }, overhead: undefined };
    await client.ask("POST", "/apis/node.k8s.io/v1/runtimeclasses", body);
    const answer = await tryPod(client, "boxed-run", { runtimeClassName: "loose" }, admin("boxed"));
    expect(answer).toMatchObject({ status: 422, message: expect.stringContaining("tenantry-kept-to-tier") as unknown });
  });
});

describe("without the mutation", () => {
  test("the twin refuses what does not say where it runs, and admits what does", async () => {
    expect((await client.ask("DELETE", MUTATION)).status).toBe(200);
    const plain = async () => (await tryPod(client, "globex-portal", {}, admin("globex"))).status;
    await expect.poll(plain, { timeout: 30_000, interval: 100 }).toBe(422);
    const bare = await tryPod(client, "globex-portal", {}, admin("globex"));
    expect(bare.message).toContain("kept-to-tier: no nodeSelector of its pool, no toleration of its pool");
    expect(await tryPod(client, "globex-portal", PLACED, admin("globex"))).toMatchObject({ status: 201 });
    const unboxed = await tryPod(client, "boxed-run", {}, admin("boxed"));
    expect(unboxed.message).toContain("kept-to-tier: runtimeClassName ''");
    const boxed = { runtimeClassName: RUNTIME.metadata.name };
    expect(await tryPod(client, "boxed-run", boxed, admin("boxed"))).toMatchObject({ status: 201 });
  });

  test("diff sees that it is gone and up brings it back", async () => {
    const [, , , ...flags] = up();
    const before = await policyVersion();
    const { stdout } = await plane.ok("diff", ...flags);
    expect(stdout).toContain("MutatingAdmissionPolicyBinding//tenantry-kept-to-tier");
    await plane.ok(...up());
    await expect
      .poll(async () => (await tryPod(client, "globex-portal", {}, admin("globex"))).status, { timeout: 30_000 })
      .toBe(201);
    expect(await policyVersion(), "an unchanged policy").toBe(before);
  });

  test("a fleet that stops using it has it removed", async () => {
    await plane.ok(...up("--set", "mutation=false"));
    expect((await client.ask("GET", MUTATION)).status).toBe(404);
    await plane.ok(...up());
    expect((await client.ask("GET", MUTATION)).status).toBe(200);
  });
});

test("a tenant that only the CLI can make is left to it, by name, while all others go on", async () => {
  const tenants = plane.folder("virtual", {
    "initech.yaml": tenantFile("initech", { web: {} }, { plan: "enterprise", isolation: { tier: "virtual" } }),
    "newco.yaml": tenantFile("newco", { web: {} }),
  });
  const flags = ["--tenants", tenants, "--set", `virtual=${tierConfig["tenantry:virtual"] ?? ""}`];
  const without = await plane.run("up", "--tenants", tenants);
  expect([without.code, without.stderr]).toEqual([
    1,
    expect.stringContaining('isolation.tier: found "virtual", allowed: another tier, or images and apiServer'),
  ]);
  const said = await plane.run("up", "--wait", "0", ...flags);
  expect([said.code, said.stderr]).toEqual([
    3,
    expect.stringMatching(/^initech: tier "virtual" is a Helm release .* then: pulumi up -s local$/m),
  ]);
  const rows = await plane.json<TenantStatus[]>(0, "status", ...flags);
  expect(rows.find((it) => it.tenant === "initech")?.state).toBe("missing");
  expect((await client.ask("GET", "/api/v1/namespaces/newco-web")).status).toBe(200);
  expect((await client.ask("GET", "/api/v1/namespaces/initech-web")).status).toBe(404);
});
