import { expect, test } from "vitest";
import { hardLimits } from "../../../components/tenancy/hard-limits.ts";
import { TenantNamespace } from "../../../components/tenancy/tenant-namespace.ts";
import { PLANS } from "../../../tenants/plans.ts";
import { deploy } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const quota = hardLimits(PLANS.micro.budget, { namespaces: 1, refusedClasses: ["fast"] });
const args = {
  fleet: "test",
  tenant: "corner-shop",
  space: "web",
  namespace: "corner-shop-web",
  plan: "micro",
  planVersion: 1,
  tier: "namespace",
  owner: "owner@corner.example",
  groups: { admins: [], users: [], viewers: [] },
  domains: [],
  retentionDays: 30,
  quota,
  container: PLANS.micro.container,
};

test("the quota names every key that security depends on, and nothing else", () => {
  expect(quota).toEqual({
    "requests.cpu": "500m",
    "requests.memory": "512Mi",
    "limits.cpu": "1",
    "limits.memory": "1Gi",
    "requests.ephemeral-storage": "2Gi",
    "limits.ephemeral-storage": "2Gi",
    "requests.storage": "5Gi",
    persistentvolumeclaims: "6",
    pods: "12",
    "count/pods": "24",
    services: "6",
    "services.nodeports": "0",
    "services.loadbalancers": "0",
    replicationcontrollers: "0",
    resourcequotas: "2",
    secrets: "24",
    configmaps: "25",
    "count/deployments.apps": "6",
    "count/jobs.batch": "12",
    "count/cronjobs.batch": "12",
    "count/ingresses.networking.k8s.io": "3",
    "count/networkpolicies.networking.k8s.io": "4",
    "fast.storageclass.storage.k8s.io/requests.storage": "0",
  });
});

test("a budget over two namespaces holds what each of them has once, twice", () => {
  const both = hardLimits(PLANS.micro.budget, { namespaces: 2, refusedClasses: [] });
  expect([both["resourcequotas"], both["configmaps"], both["count/networkpolicies.networking.k8s.io"]]).toEqual([
    "4",
    "26",
    "8",
  ]);
});

test("the quota is unscoped and stands as given", async () => {
  const { one } = await deploy(() => new TenantNamespace("corner-shop-web", args, providers()));
  const { metadata, spec } = one("kubernetes:core/v1:ResourceQuota", "corner-shop-web-quota").inputs;
  expect([metadata.name, metadata.namespace, spec]).toEqual(["quota", "corner-shop-web", { hard: quota }]);
});

test("a second quota lets no pod in that names a priority class but the tenants' own", async () => {
  const { one } = await deploy(() => new TenantNamespace("corner-shop-web", args, providers()));
  const { metadata, spec } = one("kubernetes:core/v1:ResourceQuota", "corner-shop-web-priority").inputs;
  expect([metadata.name, metadata.namespace, spec]).toEqual([
    "priority",
    "corner-shop-web",
    {
      hard: { pods: "0" },
      scopeSelector: {
        matchExpressions: [
          { scopeName: "PriorityClass", operator: "Exists" },
          { scopeName: "PriorityClass", operator: "NotIn", values: ["tenantry-tenant"] },
        ],
      },
    },
  ]);
});

test("a container that says nothing is sized, and none is larger than the plan allows", async () => {
  const { one } = await deploy(() => new TenantNamespace("corner-shop-web", args, providers()));
  expect(one("kubernetes:core/v1:LimitRange").inputs["spec"].limits).toEqual([
    {
      type: "Container",
      defaultRequest: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
      default: { cpu: "500m", memory: "512Mi", "ephemeral-storage": "256Mi" },
      max: { cpu: "1", memory: "1Gi", "ephemeral-storage": "4Gi" },
    },
    { type: "PersistentVolumeClaim", min: { storage: "1Mi" }, max: { storage: "5Gi" } },
  ]);
});
