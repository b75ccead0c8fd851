import { expect, test } from "vitest";
import { Platform } from "../../../components/platform/platform.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const args = {
  fleet: "test",
  runner: "direct",
  caps: { tenants: 100 },
  capacity: { cpu: "80", memory: "300Gi" },
  overcommit: 1.5,
  platformGroups: ["platform-engineers"],
  deployerGroups: ["platform-pipelines"],
  admission: [
    { name: "tenantry-own-hosts", policy: { failurePolicy: "Fail" }, binding: { policyName: "tenantry-own-hosts" } },
  ],
};
const make = () => deploy(() => new Platform("platform", args, providers()));

test("the platform is two guarded namespaces, its record, priorities, flows, personas and admission policies", async () => {
  const { resources } = await make();
  expect(listed(resources)).toEqual([
    "Administrators platform-administrators",
    "AdmissionPolicies platform-admission",
    "ClusterRole platform-deployer-fleet",
    "ClusterRole platform-persona-tenant-admin",
    "ClusterRole platform-persona-tenant-user",
    "ClusterRole platform-persona-tenant-viewer",
    "ClusterRoleBinding platform-administrators",
    "ClusterRoleBinding platform-deployer-fleet-binding",
    "ConfigMap platform-fleet",
    "Deployer platform-deployer",
    "FleetRecord platform-fleet",
    "FlowSchema platform-flow-platform",
    "FlowSchema platform-flow-tenants",
    "FlowSchemas platform-flow",
    "LimitRange platform-gateway-limits",
    "LimitRange platform-system-limits",
    "Namespace platform-gateway",
    "Namespace platform-system",
    "NetworkPolicy platform-gateway-closed",
    "NetworkPolicy platform-system-closed",
    "Personas platform-persona",
    "Platform platform",
    "PlatformNamespace platform-gateway",
    "PlatformNamespace platform-system",
    "PriorityClass platform-priority-platform",
    "PriorityClass platform-priority-tenant",
    "PriorityClasses platform-priority",
    "PriorityLevelConfiguration platform-flow-platform-level",
    "PriorityLevelConfiguration platform-flow-tenants-level",
    "ResourceQuota platform-gateway-quota",
    "ResourceQuota platform-system-quota",
    "Role platform-deployer-home",
    "RoleBinding platform-deployer-home-binding",
    "ServiceAccount platform-deployer-account",
    "ValidatingAdmissionPolicy platform-admission-tenantry-own-hosts",
    "ValidatingAdmissionPolicyBinding platform-admission-tenantry-own-hosts-binding",
    "kubernetes cluster",
    "random random",
  ]);
});

test("its namespaces are protected, restricted and closed", async () => {
  const { all } = await make();
  const namespaces = all("kubernetes:core/v1:Namespace");
  expect(namespaces.map(({ protect, inputs }) => [inputs["metadata"].name, protect])).toEqual([
    ["tenantry-gateway", true],
    ["tenantry-system", true],
  ]);
  for (const { inputs } of namespaces) {
    expect(inputs["metadata"].labels).toMatchObject({
      "tenantry.dev/part": "platform",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "v1.36",
    });
  }
  const closed = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] };
  expect(all("kubernetes:networking.k8s.io/v1:NetworkPolicy").map((it) => it.inputs["spec"])).toEqual([closed, closed]);
});

test("the record says who runs the fleet, and stands before the policy that guards it", async () => {
  const { one } = await make();
  const record = one("kubernetes:core/v1:ConfigMap").inputs;
  expect([record["metadata"].namespace, record["metadata"].name]).toEqual(["tenantry-system", "fleet"]);
  expect(record["data"]).toEqual({ fleet: "test", runner: "direct" });
  const policy = one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy");
  expect(policy.dependencies).toContainEqual(expect.stringContaining("::platform-fleet"));
});

test("a policy is registered as it was given, and its binding after it", async () => {
  const { one } = await make();
  const policy = one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy");
  const binding = one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding");
  expect([policy.inputs["metadata"].name, policy.inputs["spec"]]).toEqual([
    "tenantry-own-hosts",
    { failurePolicy: "Fail" },
  ]);
  expect([binding.inputs["metadata"].name, binding.inputs["spec"]]).toEqual([
    "tenantry-own-hosts",
    { policyName: "tenantry-own-hosts" },
  ]);
  expect(binding.dependencies).toContainEqual(expect.stringContaining("::platform-admission-tenantry-own-hosts"));
});

test("tenants give way to the platform and never to each other", async () => {
  const { all } = await make();
  const classes = all("kubernetes:scheduling.k8s.io/v1:PriorityClass").map(({ inputs }) => [
    inputs["metadata"].name,
    inputs["value"],
    inputs["preemptionPolicy"],
    inputs["globalDefault"],
  ]);
  expect(classes).toEqual([
    ["tenantry-platform", 1_000_000, "PreemptLowerPriority", false],
    ["tenantry-tenant", 1_000, "Never", false],
  ]);
});

test("every object uses the one named provider", async () => {
  const { resources } = await make();
  const objects = resources.filter((it) => it.type.startsWith("kubernetes:"));
  expect(objects.length).toBeGreaterThan(15);
  expect(objects.filter((it) => !it.provider.includes("::cluster::"))).toEqual([]);
});
