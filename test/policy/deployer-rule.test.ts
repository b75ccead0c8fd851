import { expect, test } from "vitest";
import { DEPLOYER_HOME_RULES, DEPLOYER_RULES } from "../../components/platform/deployer-rules.ts";
import { containedDeployer } from "../../policy/rules/contained-deployer.ts";
import { leastPrivilegeRoles } from "../../policy/rules/least-privilege-roles.ts";
import type { Guardrail } from "../../policy/rules/guardrail.ts";
import { violations } from "../support/violations.ts";

const RBAC = "rbac.authorization.k8s.io";
const judge = (
  rules: readonly object[],
  { guard = containedDeployer, home = false }: { guard?: Guardrail; home?: boolean } = {},
) =>
  violations(guard.rule, {
    type: `kubernetes:${RBAC}/v1:${home ? "Role" : "ClusterRole"}`,
    props: {
      metadata: home ? { name: "deployer", namespace: "tenantry-system" } : { name: "tenantry-deployer" },
      rules,
    },
  });

test("the deployer's own rules pass the rule that contains it and the one that keeps roles small", async () => {
  for (const guard of [containedDeployer, leastPrivilegeRoles]) {
    expect(await judge(DEPLOYER_RULES, { guard })).toEqual([]);
    expect(await judge(DEPLOYER_HOME_RULES, { guard, home: true })).toEqual([]);
  }
});

const what = 'ClusterRole "tenantry-deployer"';
test.each([
  [
    { resources: ["clusterroles"], verbs: ["get", "patch"] },
    [`${what} may get, patch clusterroles, want it left to administrators`],
  ],
  [
    { resources: ["validatingadmissionpolicies"], verbs: ["delete"] },
    [`${what} may delete validatingadmissionpolicies, want it left to administrators`],
  ],
  [{ resources: ["pods"], verbs: ["create"] }, [`${what} may create pods, want it left to administrators`]],
  [{ resources: ["pods/exec"], verbs: ["get"] }, [`${what} may get pods/exec, want it left to administrators`]],
  [{ resources: ["secrets"], verbs: ["list"] }, [`${what} reaches every Secret, want them by name`]],
  [{ resources: ["secrets"], verbs: ["list"], resourceNames: ["web-generated"] }, []],
  [{ resources: ["clusterroles"], verbs: ["bind"] }, [`${what} may bind any role, want them by name`]],
  [{ resources: ["clusterroles"], verbs: ["get", "list"] }, []],
])("contained-deployer judges %j", async (rule, wanted) => {
  expect(await judge([{ apiGroups: [""], ...rule }])).toEqual(wanted);
});

test("it may read every Secret of the platform's namespace, and other people's roles are not its business", async () => {
  const secrets = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
  expect(await judge([secrets], { home: true })).toEqual([]);
  const props = { metadata: { name: "theirs" }, rules: [secrets] };
  expect(await violations(containedDeployer.rule, { type: `kubernetes:${RBAC}/v1:ClusterRole`, props })).toEqual([]);
});

test.each([
  [["tenantry-tenant-admin"], []],
  [["tenantry-tenant-admin", "cluster-admin"], ["may bind, want it to grant nothing"]],
  [[], ["may bind, want it to grant nothing"]],
])("a role may bind %j", async (resourceNames, wanted) => {
  const rule = { apiGroups: [RBAC], resources: ["clusterroles"], verbs: ["bind"], resourceNames };
  expect(await judge([rule], { guard: leastPrivilegeRoles })).toEqual(wanted.map((it) => `${what} ${it}`));
});
