import { expect, test } from "vitest";
import { Tenant } from "../../../components/tenancy/tenant.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { acme, argsOf, providers } from "../../support/fixtures.ts";

const make = () => deploy(() => new Tenant("acme", argsOf(acme), providers()));

test("a tenant is its spaces, each with its guards and its app", async () => {
  const { resources } = await make();
  expect(listed(resources)).toEqual([
    "Deployment acme-api-web",
    "GeneratedSecret acme-api-web-generated",
    "HorizontalPodAutoscaler acme-api-web-scaler",
    "Ingress acme-api-web-ingress",
    "LimitRange acme-api-limits",
    "LimitRange acme-jobs-limits",
    "Namespace acme-api",
    "Namespace acme-jobs",
    "NetworkBoundary acme-api",
    "NetworkBoundary acme-jobs",
    "NetworkPolicy acme-api-closed",
    "NetworkPolicy acme-api-declared",
    "NetworkPolicy acme-jobs-closed",
    "NetworkPolicy acme-jobs-declared",
    "PodDisruptionBudget acme-api-web-budget",
    "RandomPassword acme-api-web-generated-SESSION_KEY",
    "ResourceQuota acme-api-priority",
    "ResourceQuota acme-api-quota",
    "ResourceQuota acme-jobs-priority",
    "ResourceQuota acme-jobs-quota",
    "RoleBinding acme-api-tenant-admin",
    "RoleBinding acme-api-tenant-viewer",
    "RoleBinding acme-jobs-tenant-admin",
    "RoleBinding acme-jobs-tenant-viewer",
    "Secret acme-api-web-generated",
    "Service acme-api-web-service",
    "ServiceAccountPatch acme-api-account",
    "ServiceAccountPatch acme-jobs-account",
    "Space acme-api",
    "Space acme-jobs",
    "SpaceAccess acme-api",
    "SpaceAccess acme-jobs",
    "Tenant acme",
    "TenantNamespace acme-api",
    "TenantNamespace acme-jobs",
    "Web acme-api-web",
    "kubernetes cluster",
    "random random",
  ]);
});

test("its inputs are the summary that fleet-wide rules read, without apps", async () => {
  const { one } = await make();
  const { inputs } = one("tenantry:tenancy:Tenant");
  expect(Object.keys(inputs).sort()).toEqual(
    ["budget", "caps", "domains", "fleet", "owner", "plan", "spaces", "tenant", "tier"].sort(),
  );
  expect(inputs["caps"]).toEqual({ spaces: 10 });
  expect(inputs["spaces"].map((it: object) => Object.keys(it))).toEqual([
    ["name", "quota"],
    ["name", "quota"],
  ]);
});

test("an edge opens one side's way out and the other side's way in", async () => {
  const { one } = await make();
  const spec = (name: string) => one("kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"];
  const by = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
  const ports = [{ protocol: "TCP", port: 8080 }];
  expect(spec("acme-jobs-declared").egress).toContainEqual({ to: [by("acme-api")], ports });
  expect(spec("acme-jobs-declared").ingress).toEqual([]);
  expect(spec("acme-api-declared").ingress).toEqual([
    { from: [by("tenantry-gateway")], ports },
    { from: [by("acme-jobs")], ports },
  ]);
});

test("nothing of a tenant is registered late, so the first preview shows all of it", async () => {
  const { resources } = await make();
  const first = await deploy(() => new Tenant("acme", argsOf(acme), providers()), {}, { known: false });
  expect(listed(first.resources)).toEqual(listed(resources));
});
