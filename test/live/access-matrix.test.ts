import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import {
  allowed,
  covers,
  type Endpoint,
  endpoints,
  linesOf,
  POWERS,
  rightsOf,
  type Subject,
} from "../support/access-matrix.ts";
import { fleetPlane } from "../support/fleet.ts";

const GOLDEN = join(import.meta.dirname, "../golden/access");
const AGAIN = "npx vitest run --project live test/live/access-matrix.test.ts -u";
const RBAC = "rbac.authorization.k8s.io";
const user = (group: string): Subject => ({ user: "somebody", groups: [group, "system:authenticated"] });
const account = (namespace: string, name: string): Subject => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
});

const SUBJECTS: Record<string, Subject> = {
  administrator: user("platform-engineers"),
  deployer: user("tenantry:deployers"),
  "deployer-account": account("tenantry-system", "deployer"),
  "tenant-admin": user("acme-admins"),
  "tenant-user": user("acme-users"),
  "tenant-viewer": user("acme-viewers"),
  "tenant-account": account("acme-api", "default"),
};
const ANONYMOUS = { user: "system:anonymous", groups: ["system:unauthenticated"] };
/** Everywhere is what holds in any namespace, and beyond namespaces. */
const PLACES = {
  "own space": "acme-api",
  "another space of the tenant": "acme-jobs",
  "another tenant's space": "globex-portal",
  ...{ "tenantry-system": "tenantry-system", "tenantry-gateway": "tenantry-gateway" },
  ...{ "kube-system": "kube-system", default: "default" },
};
const NOWHERE = "no-such-namespace";

const plane = fleetPlane((it) => it.ok("up", "--set", 'platformGroups=["system:masters","platform-engineers"]'));
let all: Endpoint[];
let golden: Record<string, string>;
beforeAll(async () => {
  all = await endpoints(plane.cluster);
  golden = await matrices(plane.cluster);
});

async function matrixOf(cluster: Cluster, name: string, who: Subject): Promise<string> {
  const everywhere = await rightsOf(cluster, who, NOWHERE);
  const parts = [
    `${name}: what it may do. What no line names is refused. Written by: ${AGAIN}`,
    "",
    "[everywhere]",
    ...linesOf(everywhere),
  ];
  for (const [title, namespace] of Object.entries(PLACES)) {
    const lines = linesOf(await rightsOf(cluster, who, namespace), everywhere);
    parts.push("", `[${title}]`, ...(lines.length > 0 ? lines : ["nothing more"]));
  }
  return `${parts.join("\n")}\n`;
}

const matrices = async (cluster: Cluster): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(SUBJECTS).map(async ([name, who]) => [name, await matrixOf(cluster, name, who)] as const),
    ),
  );

const file = (name: string) => join(GOLDEN, `${name}.txt`);

test.each(Object.keys(SUBJECTS))("%s may do what its file says, everywhere and in each place", async (name) => {
  expect(existsSync(file(name)), `${file(name)}: write it by ${AGAIN}`).toBe(true);
  await expect(golden[name]).toMatchFileSnapshot(file(name));
});

test("there is a file for each, and no other", () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(
    Object.keys(SUBJECTS)
      .map((it) => `${it}.txt`)
      .sort(),
  );
});

/** Where asking one by one gives another answer than the rules; every kind, subresource and verb the server knows, and the powers. */
async function disagreements(name: string, who: Subject): Promise<{ asked: number; wrong: string[] }> {
  const everywhere = await rightsOf(plane.cluster, who, NOWHERE);
  const wrong: string[] = [];
  let asked = 0;
  for (const place of ["acme-api", "globex-portal", "kube-system", undefined]) {
    const rights = place === undefined ? everywhere : await rightsOf(plane.cluster, who, place);
    const here = place === undefined ? [...all, ...POWERS] : all.filter((it) => it.namespaced);
    const answers = await allowed(plane.cluster, who, here, place);
    for (const { name: what, verbs } of here)
      for (const verb of verbs) {
        asked += 1;
        const yes = answers.get(what)?.includes(verb) ?? false;
        if (yes !== covers(rights, what, verb)) wrong.push(`${name} ${verb} ${what} in ${place ?? "all"}: ${yes}`);
      }
  }
  return { asked, wrong };
}

test.each(Object.entries(SUBJECTS))("%s, asked one by one, gets the same answers", async (name, who) => {
  expect(all.length).toBeGreaterThan(100);
  const { asked, wrong } = await disagreements(name, who);
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(1000);
});

test("who shows no credential may do nothing at all", async () => {
  const namespaced = all.filter((it) => it.namespaced);
  expect(await allowed(plane.cluster, ANONYMOUS, [...all, ...POWERS], undefined)).toEqual(new Map());
  expect(await allowed(plane.cluster, ANONYMOUS, namespaced, "acme-api")).toEqual(new Map());
});

const role = (name: string, labels: Record<string, string>, rules: object[]) => ({
  ...{ apiVersion: `${RBAC}/v1`, kind: "ClusterRole" },
  metadata: { name, labels },
  rules,
});
const WIDGETS = [{ apiGroups: ["chart.example"], resources: ["widgets"], verbs: ["*"] }];

test("a chart's kinds, and roles that grow Kubernetes' own, widen nobody", async () => {
  const crd = {
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
    metadata: { name: "widgets.chart.example" },
    spec: {
      ...{ group: "chart.example", scope: "Namespaced" },
      names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  };
  const labels = Object.fromEntries(["admin", "edit", "view"].map((it) => [`${RBAC}/aggregate-to-${it}`, "true"]));
  await plane.cluster.create(crd);
  await plane.cluster.create(role("chart", labels, WIDGETS));
  const grown = async () =>
    JSON.stringify(await plane.cluster.get({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: "view" }));
  await expect.poll(grown, { timeout: 60_000 }).toContain("widgets");
  const served = async () => (await endpoints(plane.cluster)).filter((it) => it.name === "widgets.chart.example");
  await expect.poll(served, { timeout: 60_000 }).toHaveLength(1);
  expect(await matrices(plane.cluster)).toEqual(golden);
  const may = await Promise.all(
    Object.entries(SUBJECTS).map(
      async ([name, who]) => [name, (await allowed(plane.cluster, who, await served(), "acme-api")).size] as const,
    ),
  );
  expect(may.filter(([, count]) => count > 0)).toEqual([["administrator", 1]]);
});

test("a wider binding and a wider role are seen", async () => {
  const bound = {
    ...{ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", metadata: { name: "chart" } },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "chart" },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: "acme-viewers" }],
  };
  const lines = async (name: string) => {
    const text = await matrixOf(plane.cluster, name, SUBJECTS[name] ?? ANONYMOUS);
    const before = new Set(golden[name]?.split("\n"));
    return text.split("\n").filter((it) => !before.has(it));
  };
  await plane.cluster.create(bound);
  await expect.poll(() => lines("tenant-viewer"), { timeout: 30_000 }).toEqual(["widgets.chart.example: *"]);
  await plane.cluster.remove({ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name: "chart" });
  await expect.poll(() => lines("tenant-viewer"), { timeout: 30_000 }).toEqual([]);

  const persona = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: "tenantry-tenant-user" };
  const wider = [
    { op: "add", path: "/rules/-", value: { apiGroups: [""], resources: ["endpoints"], verbs: ["patch"] } },
  ];
  await plane.cluster.patch(persona, wider, "json");
  await expect.poll(() => lines("tenant-user"), { timeout: 30_000 }).toEqual(["endpoints: patch", "endpoints: patch"]);
  expect(await lines("tenant-viewer")).toEqual([]);
});
