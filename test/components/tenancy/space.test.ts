import { expect, test } from "vitest";
import { Space } from "../../../components/tenancy/space.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { acme, argsOf, providers } from "../../support/fixtures.ts";

const spaceArgs = (name: string, change: Parameters<typeof argsOf>[0] = acme) => {
  const { spaces, ...shared } = argsOf(change);
  const own = spaces.find((it) => it.name === name);
  if (!own) throw new Error(`no space ${name}`);
  return { ...shared, ...own, space: name };
};

const make = (name: string, change?: Parameters<typeof argsOf>[0]) =>
  deploy(() => new Space(`acme-${name}`, spaceArgs(name, change), providers()));

test("an empty space is a namespace with all its guards", async () => {
  const { resources } = await make("jobs");
  expect(listed(resources)).toEqual([
    "LimitRange acme-jobs-limits",
    "Namespace acme-jobs",
    "NetworkBoundary acme-jobs",
    "NetworkPolicy acme-jobs-closed",
    "NetworkPolicy acme-jobs-declared",
    "ResourceQuota acme-jobs-priority",
    "ResourceQuota acme-jobs-quota",
    "RoleBinding acme-jobs-tenant-admin",
    "RoleBinding acme-jobs-tenant-viewer",
    "ServiceAccountPatch acme-jobs-account",
    "Space acme-jobs",
    "SpaceAccess acme-jobs",
    "TenantNamespace acme-jobs",
    "kubernetes cluster",
    "random random",
  ]);
});

test("the namespace runs restricted pods only, at a pinned version, and says whose it is", async () => {
  const { one } = await make("jobs");
  const namespace = one("kubernetes:core/v1:Namespace");
  expect(namespace.protect).toBe(true);
  expect(namespace.inputs["metadata"]).toEqual({
    name: "acme-jobs",
    labels: {
      "tenantry.dev/tenant": "acme",
      "tenantry.dev/space": "jobs",
      "tenantry.dev/fleet": "test",
      "tenantry.dev/plan": "team",
      "tenantry.dev/tier": "namespace",
      "app.kubernetes.io/managed-by": "tenantry",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "v1.36",
      "pod-security.kubernetes.io/warn": "restricted",
      "pod-security.kubernetes.io/warn-version": "v1.36",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/audit-version": "v1.36",
    },
    annotations: {
      "tenantry.dev/owner": "platform@acme.example",
      "tenantry.dev/admins": "acme-admins",
      "tenantry.dev/users": "",
      "tenantry.dev/viewers": "acme-viewers",
      "tenantry.dev/domains": "api-acme.apps.example.com,jobs-acme.apps.example.com",
      "tenantry.dev/retention-days": "30",
      "tenantry.dev/plan-version": "1",
    },
  });
});

test("every object of a space carries tenant, space, fleet and manager", async () => {
  const { resources } = await make("api");
  const objects = resources.filter((it) => it.type.startsWith("kubernetes:"));
  expect(objects.length).toBeGreaterThan(10);
  for (const { inputs, name } of objects) {
    expect({ name, labels: inputs["metadata"].labels }).toMatchObject({
      name,
      labels: {
        "tenantry.dev/tenant": "acme",
        "tenantry.dev/space": "api",
        "tenantry.dev/fleet": "test",
        "app.kubernetes.io/managed-by": "tenantry",
      },
    });
  }
});

test("everything in a namespace goes with it, and every object uses the one named provider", async () => {
  const { resources } = await make("api");
  const objects = resources.filter((it) => it.type.startsWith("kubernetes:"));
  for (const { type, deletedWith, provider } of objects) {
    expect({ type, provider }).toEqual({ type, provider: expect.stringContaining("::cluster::") });
    const root = type === "kubernetes:core/v1:Namespace";
    expect({ type, deletedWith }).toEqual({ type, deletedWith: root ? "" : expect.stringContaining("::acme-api") });
  }
  const passwords = resources.filter((it) => it.type.startsWith("random:"));
  expect(passwords.map((it) => it.provider)).toEqual([expect.stringContaining("::random::")]);
});

test("no workload is created before quota, limits, network boundary and access stand", async () => {
  const { all, one } = await make("api");
  const guards = ["acme-api-quota", "acme-api-limits", "acme-api-closed", "acme-api-declared", "acme-api-account"];
  const first = [
    ...all("kubernetes:apps/v1:Deployment"),
    ...all("kubernetes:core/v1:Service"),
    one("kubernetes:core/v1:Secret"),
  ];
  for (const { name, dependencies } of first) {
    const missing = guards.filter((guard) => !dependencies.some((it) => it.endsWith(`::${guard}`)));
    expect({ name, missing }).toEqual({ name, missing: [] });
  }
});

test("the default account hands out no token", async () => {
  const { one } = await make("jobs");
  const { inputs } = one("kubernetes:core/v1:ServiceAccountPatch");
  expect(inputs["metadata"].name).toBe("default");
  expect(inputs["automountServiceAccountToken"]).toBe(false);
});

test("each group is bound to its own persona by name", async () => {
  const { all } = await make("jobs");
  const bound = all("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").map(({ inputs }) => [
    inputs["metadata"].name,
    inputs["roleRef"].name,
    inputs["subjects"],
  ]);
  const group = (name: string) => [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name }];
  expect(bound).toEqual([
    ["tenant-admin", "tenantry-tenant-admin", group("acme-admins")],
    ["tenant-viewer", "tenantry-tenant-viewer", group("acme-viewers")],
  ]);
});

test("a tenant of tier pool runs on its own nodes and nowhere else", async () => {
  const { one } = await make("api", { ...acme, plan: "enterprise", isolation: { tier: "pool" } });
  const pod = one("kubernetes:apps/v1:Deployment").inputs["spec"].template.spec;
  expect(pod.nodeSelector).toEqual({ "tenantry.dev/pool": "acme" });
  expect(pod.tolerations).toEqual([
    { key: "tenantry.dev/pool", operator: "Equal", value: "acme", effect: "NoSchedule" },
  ]);
});
