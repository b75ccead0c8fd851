import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { MODULES, pinnedVersion } from "../../local/programs.ts";
import { client, create, eventually, type Json, read } from "../support/control-plane-client.ts";

const admin = client(inject("kubeconfig"));
const NAME = "control-plane-test";
const core = `/api/v1/namespaces/${NAME}`;
const group = (name: string) => `/apis/${name}/v1/namespaces/${NAME}`;
const podSpec = { containers: [{ name: "main", image: "simulated/app" }] };

beforeAll(() => create(admin, "/api/v1/namespaces", { metadata: { name: NAME } }));
afterAll(async () => {
  await admin.ask("DELETE", core);
  admin.close();
});

test("serves the minor version of Kubernetes that go.mod pins", async () => {
  const kube = MODULES.find(({ name }) => name === "kube");
  const minor = kube && pinnedVersion(kube).replace(/\.\d+$/, "");
  const version = await read(admin, "/version");
  expect(version.gitVersion.replace(/\.\d+$/, "")).toBe(minor);
});

test("shows a stranger its health and nothing else", async () => {
  const stranger = client(inject("kubeconfig"), "stranger");
  const paths = [
    "/livez",
    "/readyz",
    "/healthz",
    "/",
    "/version",
    "/api",
    "/metrics",
    "/openapi/v2",
    "/api/v1/secrets",
  ];
  const answers = await Promise.all(paths.map(async (path) => `${path} ${(await stranger.ask("GET", path)).status}`));
  stranger.close();
  expect(answers).toEqual([
    "/livez 200",
    "/readyz 200",
    "/healthz 200",
    "/ 401",
    "/version 401",
    "/api 401",
    "/metrics 401",
    "/openapi/v2 401",
    "/api/v1/secrets 401",
  ]);
});

test("makes a Deployment available on the shared nodes only", async () => {
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: podSpec };
  const spec = { replicas: 6, selector: { matchLabels: labels }, template };
  await create(admin, `${group("apps")}/deployments`, { metadata: { name: "web" }, spec });
  await eventually(admin, `${group("apps")}/deployments/web`, (it) => it?.status?.availableReplicas, 6);
  const pods = await read(admin, `${core}/pods?labelSelector=app%3Dweb`);
  const nodes = new Set(pods.items.map((pod: Json) => pod.spec.nodeName));
  expect([...nodes].sort()).toEqual(["general-1", "general-2", "general-3"]);
});

test("runs a pod that tolerates and selects a pool on that pool", async () => {
  const pool = { "tenantry.dev/pool": "globex" };
  const tolerations = [{ key: "tenantry.dev/pool", value: "globex", effect: "NoSchedule" }];
  await create(admin, `${core}/pods`, {
    metadata: { name: "pooled" },
    spec: { ...podSpec, nodeSelector: pool, tolerations },
  });
  await eventually(admin, `${core}/pods/pooled`, (it) => it?.status?.phase, "Running");
  const pod = await read(admin, `${core}/pods/pooled`);
  expect(pod.spec.nodeName).toMatch(/^globex-[12]$/);
  expect(pod.status.podIP).toMatch(/^10\.244\./);
});

test("completes a Job", async () => {
  const template = { spec: { ...podSpec, restartPolicy: "Never" } };
  await create(admin, `${group("batch")}/jobs`, { metadata: { name: "once" }, spec: { completions: 2, template } });
  await eventually(admin, `${group("batch")}/jobs/once`, (it) => it?.status?.succeeded, 2);
  await eventually(admin, `${group("batch")}/jobs/once`, (it) => it?.status?.completionTime !== undefined, true);
});

test("binds a claim of the default class, runs its pod, and deletes the volume with the claim", async () => {
  const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  await create(admin, `${core}/persistentvolumeclaims`, { metadata: { name: "data" }, spec: claim });
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  await create(admin, `${core}/pods`, { metadata: { name: "keeper" }, spec: { ...podSpec, volumes } });
  await eventually(admin, `${core}/pods/keeper`, (it) => it?.status?.phase, "Running");
  const bound = await read(admin, `${core}/persistentvolumeclaims/data`);
  expect([bound.status.phase, bound.status.capacity, bound.spec.storageClassName]).toEqual([
    "Bound",
    { storage: "1Gi" },
    "standard",
  ]);
  await admin.ask("DELETE", `${core}/pods/keeper`);
  await admin.ask("DELETE", `${core}/persistentvolumeclaims/data`);
  await eventually(admin, `/api/v1/persistentvolumes/${bound.spec.volumeName}`, (it) => it, undefined);
});

test("gives a service of type LoadBalancer an address", async () => {
  const spec = { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] };
  await create(admin, `${core}/services`, { metadata: { name: "public" }, spec });
  const address = (it: Json) => it?.status?.loadBalancer?.ingress?.[0]?.ip?.startsWith("198.18.");
  await eventually(admin, `${core}/services/public`, address, true);
});

test("accepts a HorizontalPodAutoscaler", async () => {
  const spec = { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 3 };
  await create(admin, `/apis/autoscaling/v2/namespaces/${NAME}/horizontalpodautoscalers`, {
    metadata: { name: "web" },
    spec,
  });
  const stored = await read(admin, `/apis/autoscaling/v2/namespaces/${NAME}/horizontalpodautoscalers/web`);
  expect(stored.spec.maxReplicas).toBe(3);
});

test("has a DNS service with pods behind it", async () => {
  await eventually(
    admin,
    "/apis/apps/v1/namespaces/kube-system/deployments/coredns",
    (it) => it?.status?.availableReplicas,
    2,
  );
  const service = await read(admin, "/api/v1/namespaces/kube-system/services/kube-dns");
  const selector = Object.entries(service.spec.selector).map((pair) => pair.join("%3D"));
  const pods = await read(admin, `/api/v1/namespaces/kube-system/pods?labelSelector=${selector.join(",")}`);
  expect(pods.items).toHaveLength(2);
});

test("refuses external IPs, which would let one tenant take another's traffic", async () => {
  const spec = { externalIPs: ["203.0.113.7"], ports: [{ port: 80 }] };
  const { status, text } = await admin.ask("POST", `${core}/services`, { metadata: { name: "hijack" }, spec });
  expect([status, text.includes("external IPs")]).toEqual([403, true]);
});

test("writes one audit line for a write, with its user and without its body, and none for a read", async () => {
  const canary = "canary-value-of-a-secret";
  await create(admin, `${core}/secrets`, { metadata: { name: "audited" }, stringData: { password: canary } });
  await read(admin, `${core}/secrets/audited`);
  const log = () => readFileSync(inject("auditLog"), "utf8");
  const events = () =>
    log()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ objectRef }) => objectRef?.name === "audited")
      .map(({ verb, user }) => `${verb} ${user.username}`);
  await expect.poll(events).toEqual(["create tenantry-local-admin"]);
  expect(log()).not.toContain(canary);
  expect(log()).not.toContain(Buffer.from(canary).toString("base64"));
});

test("finishes the deletion of a namespace with everything in it", async () => {
  const path = "/api/v1/namespaces/control-plane-gone";
  await create(admin, "/api/v1/namespaces", { metadata: { name: "control-plane-gone" } });
  await create(admin, `${path}/pods`, { metadata: { name: "main" }, spec: podSpec });
  await eventually(admin, `${path}/pods/main`, (it) => it?.status?.phase, "Running");
  await admin.ask("DELETE", path);
  await eventually(admin, path, (it) => it, undefined);
});
