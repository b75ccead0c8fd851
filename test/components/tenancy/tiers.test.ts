import { beforeAll, describe, expect, test } from "vitest";
import { GUARDRAILS } from "../../../policy/rules/index.ts";
import type { Tier } from "../../../tenants/plans.ts";
import { type Deployed, listed } from "../../support/deploy.ts";
import { deployPlatform, deployTier } from "../../support/tiers.ts";
import { stackViolations, violations } from "../../support/violations.ts";

type Plan = Awaited<ReturnType<typeof deployTier>>;
const TIERS = ["namespace", "pool", "virtual", "cluster"] as const;
const plans = new Map<Tier, Plan>();
beforeAll(async () => {
  for (const tier of TIERS) plans.set(tier, await deployTier(tier));
});
const plan = (tier: Tier): Plan => {
  const found = plans.get(tier);
  if (!found) throw new Error(`no plan of tier ${tier}`);
  return found;
};

test("tier namespace: spaces with their guards on shared nodes", () => {
  expect(listed(plan("namespace").resources)).toMatchInlineSnapshot(`
    [
      "Deployment initech-web-web",
      "Ingress initech-web-web-ingress",
      "LimitRange initech-jobs-limits",
      "LimitRange initech-web-limits",
      "Namespace initech-jobs",
      "Namespace initech-web",
      "NetworkBoundary initech-jobs",
      "NetworkBoundary initech-web",
      "NetworkPolicy initech-jobs-closed",
      "NetworkPolicy initech-jobs-declared",
      "NetworkPolicy initech-web-closed",
      "NetworkPolicy initech-web-declared",
      "PodDisruptionBudget initech-web-web-budget",
      "ResourceQuota initech-jobs-priority",
      "ResourceQuota initech-jobs-quota",
      "ResourceQuota initech-web-priority",
      "ResourceQuota initech-web-quota",
      "RoleBinding initech-jobs-tenant-admin",
      "RoleBinding initech-jobs-tenant-user",
      "RoleBinding initech-jobs-tenant-viewer",
      "RoleBinding initech-web-tenant-admin",
      "RoleBinding initech-web-tenant-user",
      "RoleBinding initech-web-tenant-viewer",
      "Service initech-web-web-service",
      "ServiceAccountPatch initech-jobs-account",
      "ServiceAccountPatch initech-web-account",
      "Space initech-jobs",
      "Space initech-web",
      "SpaceAccess initech-jobs",
      "SpaceAccess initech-web",
      "Tenant initech",
      "TenantNamespace initech-jobs",
      "TenantNamespace initech-web",
      "Web initech-web-web",
      "kubernetes cluster",
      "random random",
    ]
  `);
});

const more = (tier: Tier) => {
  const [before, after] = [listed(plan("namespace").resources), listed(plan(tier).resources)];
  return { added: after.filter((it) => !before.includes(it)), gone: before.filter((it) => !after.includes(it)) };
};

test("tier pool: the same objects, told where to run", () => {
  expect(more("pool")).toEqual({ added: [], gone: [] });
});

test("tier virtual: an API server in each space, and personas that only look on outside it", () => {
  expect(more("virtual")).toMatchInlineSnapshot(`
    {
      "added": [
        "Ingress initech-jobs-virtual-ingress",
        "Ingress initech-web-virtual-ingress",
        "NetworkPolicy initech-jobs-virtual-plane",
        "NetworkPolicy initech-jobs-virtual-pods",
        "NetworkPolicy initech-web-virtual-plane",
        "NetworkPolicy initech-web-virtual-pods",
        "Release initech-jobs-virtual",
        "Release initech-web-virtual",
        "RoleBinding initech-jobs-virtual-binding",
        "RoleBinding initech-web-virtual-binding",
        "ServiceAccount initech-jobs-virtual-account",
        "ServiceAccount initech-web-virtual-account",
        "VirtualControlPlane initech-jobs-virtual",
        "VirtualControlPlane initech-web-virtual",
      ],
      "gone": [
        "RoleBinding initech-jobs-tenant-admin",
        "RoleBinding initech-jobs-tenant-user",
        "RoleBinding initech-web-tenant-admin",
        "RoleBinding initech-web-tenant-user",
      ],
    }
  `);
});

test("tier cluster: the same objects in a cluster of its own, under the platform's guards there", async () => {
  const shared = listed((await deployPlatform()).resources).filter((it) => !/^(kubernetes|random) /.test(it));
  expect(shared).toContain("VirtualRole platform-virtual");
  const there = shared
    .filter((it) => !it.includes("platform-virtual"))
    .map((it) => it.replace(" platform", " platform-initech"));
  const { added, gone } = more("cluster");
  expect(added).toEqual([...there, "ExistingCluster initech-cluster", "kubernetes initech-cluster"].sort());
  expect(gone).toEqual([]);
});

const providers = (tier: Tier, pick: (it: Deployed) => boolean) => [
  ...new Set(
    plan(tier)
      .resources.filter((it) => it.type.startsWith("kubernetes:") && pick(it))
      .map((it) => it.provider.split("::").at(-2)),
  ),
];

test("only tier cluster goes to another cluster, and nothing of it to the shared one", () => {
  for (const tier of ["namespace", "pool", "virtual"] as const)
    expect(providers(tier, () => true)).toEqual(["cluster"]);
  expect(providers("cluster", () => true)).toEqual(["initech-cluster"]);
  const { inputs } = plan("cluster").one("pulumi:providers:kubernetes", "initech-cluster");
  expect(inputs["context"]).toBe("initech");
});

test("each namespace says its tier, which admission reads", () => {
  const tiers = TIERS.map((tier) => [
    ...new Set(
      plan(tier)
        .all("kubernetes:core/v1:Namespace")
        .flatMap((it) => it.inputs["metadata"].labels["tenantry.dev/tier"] ?? []),
    ),
  ]);
  expect(tiers).toEqual(TIERS.map((tier) => [tier]));
});

test("on tier pool, and on no other, workloads state their nodes themselves", () => {
  const placed = TIERS.map((tier) => {
    const { spec } = plan(tier).one("kubernetes:apps/v1:Deployment").inputs["spec"].template;
    return [spec.nodeSelector, spec.tolerations];
  });
  const toleration = { key: "tenantry.dev/pool", operator: "Equal", value: "initech", effect: "NoSchedule" };
  expect(placed).toEqual([
    [undefined, undefined],
    [{ "tenantry.dev/pool": "initech" }, [toleration]],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

describe.each(TIERS)("the plan of tier %s", (tier) => {
  test("keeps every promise", async () => {
    const { resources } = plan(tier);
    const found: string[] = [];
    for (const { rule, span } of GUARDRAILS) {
      if ("validateResource" in rule) {
        for (const { type, name, protect, inputs: props, provider } of resources) {
          const named =
            provider === "" ? undefined : { type: "pulumi:providers", name: provider.split("::").at(-2) ?? "" };
          const told = await violations(rule, { type, name, props, opts: { protect }, provider: named });
          found.push(...told.map((it) => `${rule.name}: ${name}: ${it}`));
        }
      } else if (span === "tenant") {
        const judged = resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
        found.push(...(await stackViolations(rule, judged)).map((it) => `${rule.name}: ${it}`));
      }
    }
    expect(found).toEqual([]);
  });
});

describe("a plan with a sandbox", () => {
  test("puts every pod in its runtime, and its namespaces say so", async () => {
    const { one, all } = await deployTier("namespace", { plan: "sandbox" });
    expect(one("kubernetes:apps/v1:Deployment").inputs["spec"].template.spec.runtimeClassName).toBe("gvisor");
    const said = all("kubernetes:core/v1:Namespace").map(
      (it) => it.inputs["metadata"].annotations["tenantry.dev/runtime-class"],
    );
    expect(said).toEqual(["gvisor", "gvisor"]);
  });

  test("is not every plan", () => {
    const { one, all } = plan("namespace");
    expect(one("kubernetes:apps/v1:Deployment").inputs["spec"].template.spec).not.toHaveProperty("runtimeClassName");
    for (const it of all("kubernetes:core/v1:Namespace"))
      expect(it.inputs["metadata"].annotations).not.toHaveProperty(["tenantry.dev/runtime-class"]);
  });
});
