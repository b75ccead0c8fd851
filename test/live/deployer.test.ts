import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { connect } from "../../engine/cluster/connection.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { ApiError } from "../../engine/cluster/status.ts";
import type { TenantStatus } from "../../engine/run/status.ts";
import type { Try } from "../support/deployer-requests.ts";
import { TRIES } from "../support/deployer-tries.ts";
import { fleetPlane } from "../support/fleet.ts";
import { linesSince, sizeOf } from "../support/fleet-audit.ts";
import { app, tenantFile } from "../support/fleet-tenants.ts";

const ME = "tenantry:deployer";
/** An administrator makes the platform and hands out the certificate; all after that is the deployer's. */
const plane = fleetPlane(async (it) => {
  await it.ok("up", "--set", "part=platform");
  const file = join(it.base, "deployer.kubeconfig");
  await it.ok("tenants", "kubeconfig", "--persona", "deployer", "--out", file);
  it.flags = ["--kubeconfig", file];
  deployer = await connect({ kubeconfig: file, context: it.plane.context });
});
let deployer: Cluster;
afterAll(() => deployer.close());

const spaces = (more: object = {}) => ({
  web: { app: app({ secrets: { KEY: {} }, volume: { size: "1Gi", mountPath: "/data" } }) },
  spare: { app: app({ host: true }) },
  ...more,
});
const folder = (made: object) => plane.folder("newco", { "newco.yaml": tenantFile("newco", made) });
const NAMESPACE = { apiVersion: "v1", kind: "Namespace" };

/** Runs as the deployer: every write is its own, none is refused. */
async function asDeployer(...args: string[]): Promise<number> {
  const from = sizeOf(plane.plane.auditLog);
  await plane.ok(...args);
  const mine = linesSince(plane.plane.auditLog, from).filter((it) => it.user.username === ME);
  expect(mine.filter((it) => (it.responseStatus?.code ?? 0) === 403).map((it) => it.requestURI)).toEqual([]);
  return mine.filter((it) => !it.requestURI.includes("dryRun") && it.objectRef?.resource !== "leases").length;
}

describe("the deployer's own certificate", { timeout: 400_000 }, () => {
  test("is one of its group, and there is nothing but the platform", async () => {
    const self = await deployer.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: {} });
    expect(self).toMatchObject({
      status: { userInfo: { username: ME, groups: ["tenantry:deployers", "system:authenticated"] } },
    });
    const names = (await deployer.listAll(NAMESPACE)).map((it) => it.metadata.name);
    expect(names.filter((it) => !/^(kube|default|tenantry-)/.test(it))).toEqual([]);
  });

  test("brings up the whole fleet, then finds nothing to do", async () => {
    const dir = folder(spaces());
    expect(await asDeployer("up", "--tenants", dir)).toBeGreaterThan(100);
    const states = await plane.json<TenantStatus[]>(0, "status", "--tenants", dir);
    expect(states.length).toBeGreaterThan(5);
    expect(states.filter((it) => it.state !== "ready")).toEqual([]);
    expect(await asDeployer("up", "--tenants", dir)).toBe(0);
  });

  test("makes a change, and mends what drifted and what was added to a guard", async () => {
    const dir = folder(spaces({ more: {} }));
    expect(await asDeployer("up", "--tenants", dir)).toBeGreaterThan(5);
    expect(await plane.cluster.get({ ...NAMESPACE, name: "newco-more" })).toBeDefined();

    const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: "acme-api", name: "quota" };
    await plane.cluster.remove(quota);
    await plane.cluster.patch(
      { apiVersion: "apps/v1", kind: "Deployment", namespace: "newco-web", name: "web" },
      { metadata: { labels: { "tenantry.dev/tenant": null } } },
    );
    const closed = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "acme-api", name: "closed" };
    await plane.cluster.patch(closed, { spec: { ingress: [{ from: [{ podSelector: {} }] }] } });
    const found = await plane.json<{ object: string }[]>(4, "diff", "--exit-code", "--tenants", dir);
    expect(found.map((it) => it.object)).toEqual([
      "core/ResourceQuota/acme-api/quota",
      "networking.k8s.io/NetworkPolicy/acme-api/closed",
      "apps/Deployment/newco-web/web",
    ]);
    await asDeployer("up", "--tenants", dir);
    expect(await plane.json(0, "diff", "--exit-code", "--tenants", dir)).toEqual([]);
    expect(await plane.cluster.get(quota)).toBeDefined();
  });

  test("prunes a space, and what a space no longer has", async () => {
    const dir = folder({ web: spaces().web, spare: { app: app() } });
    await asDeployer("up", "--tenants", dir);
    await plane.gone("newco-more");
    const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "newco-spare", name: "web" };
    expect(await plane.cluster.get(ingress)).toBeUndefined();
  });

  test("goes on while the platform's text stays, and is told who may change it when it does not", async () => {
    const dir = folder({ web: spaces().web, spare: { app: app() } });
    // Another figure to check by; the platform's objects stay as they are.
    await asDeployer("up", "--tenants", dir, "--set", 'caps={"tenants":1999}');
    const changed = ["--tenants", dir, "--set", 'registries=["registry.k8s.io/"]'];
    const from = sizeOf(plane.plane.auditLog);
    const refused = await plane.run("up", ...changed);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/up --set part=platform\n.*up --set part=tenants/),
    });
    const writes = linesSince(plane.plane.auditLog, from).filter((it) => it.user.username === ME);
    expect(writes.filter((it) => it.objectRef?.resource !== "selfsubjectaccessreviews")).toEqual([]);
    await asDeployer("up", ...changed, "--set", "part=tenants");
  });
});

describe("whoever steals it tries to", () => {
  let live: KubeObject;
  beforeAll(async () => {
    const web = await plane.cluster.get({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "acme-api",
      name: "web",
    });
    if (!web) throw new Error("acme-api holds no app to copy");
    live = web;
    await plane.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "theirs-x" } });
    for (const [namespace, name] of [
      ["newco-web", "private"],
      ["kube-system", "theirs"],
    ] as const)
      await plane.cluster.create({ apiVersion: "v1", kind: "Secret", metadata: { namespace, name } });
  });

  async function ask(cluster: Cluster, { method, path, body, contentType, query, as }: Try): Promise<string> {
    const trial = method === "GET" ? {} : { dryRun: "All" };
    const manager =
      method === "PATCH"
        ? { fieldManager: "tenantry", force: contentType?.includes("apply") ? "true" : undefined }
        : {};
    const options = { body, contentType, query: { ...query, ...trial, ...manager }, idempotent: false };
    try {
      await (as === undefined ? cluster : cluster.withImpersonation({ user: as })).request(method, path, options);
      return "ok";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return `${error.status} ${error.message}`;
    }
  }

  test("whose guardrail the server found no fault with", async () => {
    const guardrail = {
      ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" },
      name: "tenantry-contained-deployer",
    };
    const status = async () => (await plane.cluster.get(guardrail))?.["status"];
    await expect.poll(status, { timeout: 60_000 }).toMatchObject({ observedGeneration: 1, typeChecking: {} });
  });

  test.each(TRIES)("%s", async (_, request, answer) => {
    expect(await ask(deployer, request(live))).toMatch(answer);
  });

  test("give itself a persona by way of the list on the namespace", async () => {
    const path = "/api/v1/namespaces/newco-spare";
    const admins = { metadata: { annotations: { "tenantry.dev/admins": "tenantry:deployers" } } };
    await deployer.request("PATCH", path, { body: admins, contentType: "application/merge-patch+json" });
    const [, request] = TRIES.find(([title]) => title === "bind itself in a tenant's space") ?? [];
    expect(request && (await ask(deployer, request(live)))).toMatch(/contained-deployer: tenantry:deployers/);
  });

  test("and the account in the cluster is held the same way", async () => {
    const account = plane.cluster.withImpersonation({
      user: "system:serviceaccount:tenantry-system:deployer",
      groups: ["system:serviceaccounts", "system:serviceaccounts:tenantry-system", "system:authenticated"],
    });
    for (const title of [
      "make a tenant's space",
      "deploy into kube-system",
      "relabel kube-system",
      "list all Secrets",
    ]) {
      const [, request, answer] = TRIES.find((it) => it[0] === title) ?? [];
      expect(request && (await ask(account, request(live))), title).toMatch(answer ?? /never/);
    }
  });
});
