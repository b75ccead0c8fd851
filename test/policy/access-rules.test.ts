import { expect, test } from "vitest";
import { explicitProvider } from "../../policy/rules/explicit-provider.ts";
import { leastPrivilegeRoles } from "../../policy/rules/least-privilege-roles.ts";
import { namedSubjects } from "../../policy/rules/named-subjects.ts";
import { noLiteralSecrets } from "../../policy/rules/no-literal-secrets.ts";
import { ownedFleet } from "../../policy/rules/owned-fleet.ts";
import { pinnedCharts } from "../../policy/rules/pinned-charts.ts";
import { privateClaims } from "../../policy/rules/private-claims.ts";
import { tokenFreePods } from "../../policy/rules/token-free-pods.ts";
import { violations } from "../support/violations.ts";

const metadata = { name: "it", namespace: "guardtest-api" };
const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const base64 = (value: string) => Buffer.from(value).toString("base64");

const judgeRole = (rule: object, rest: object = {}) =>
  violations(leastPrivilegeRoles.rule, {
    type: `${RBAC}:Role`,
    props: { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"], ...rule }], ...rest },
  });

test.each([
  [{}, []],
  [{ verbs: ["*"] }, ['has the wildcard "*", want each named']],
  [{ resources: ["*/scale"] }, ['has the wildcard "*/scale", want each named']],
  [{ apiGroups: ["*"] }, ['has the wildcard "*", want each named']],
  [{ verbs: ["get", "escalate"] }, ["may escalate, want it to grant nothing"]],
  [{ verbs: ["impersonate:user-info"] }, ["may impersonate:user-info, want it to grant nothing"]],
  [{ resources: ["nodes/proxy"] }, ["reaches nodes/proxy, want it left out"]],
])("least-privilege-roles judges %j", async (rule, wanted) =>
  expect(await judgeRole(rule)).toEqual(wanted.map((it) => `Role "it" ${it}`)),
);

test("least-privilege-roles keeps viewers from Secrets, and roles from growing", async () => {
  const viewer = { metadata: { ...metadata, name: "tenant-viewer" } };
  expect(await judgeRole({ resources: ["secrets"] })).toEqual([]);
  expect(await judgeRole({ resources: ["secrets"] }, viewer)).toEqual([
    'Role "tenant-viewer" lets viewers reach secrets, want it left out',
  ]);
  const label = "rbac.authorization.k8s.io/aggregate-to-admin";
  expect(await judgeRole({}, { metadata: { ...metadata, labels: { [label]: "true" } } })).toEqual([
    `Role "it" is aggregated by ${label}, want no such label`,
  ]);
  expect(await judgeRole({}, { aggregationRule: { clusterRoleSelectors: [{}] } })).toEqual([
    'Role "it" collects other roles, want rules of its own',
  ]);
});

const judgeBinding = (
  subject: object,
  roleRef: object = { kind: "ClusterRole", name: "tenantry-tenant-user" },
  kind = "RoleBinding",
) => violations(namedSubjects.rule, { type: `${RBAC}:${kind}`, props: { metadata, subjects: [subject], roleRef } });

test.each([
  [{ kind: "Group", name: "acme-admins" }, []],
  [{ kind: "ServiceAccount", name: "ci", namespace: "guardtest-api" }, []],
  [
    { kind: "ServiceAccount", name: "ci", namespace: "globex-api" },
    ['binds ServiceAccount "ci", want a group of the tenant'],
  ],
  [{ kind: "User", name: "mallory" }, ['binds User "mallory", want a group of the tenant']],
  ...["system:authenticated", "system:serviceaccounts:globex-api", "system:masters"].map(
    (name) => [{ kind: "Group", name }, [`binds Group "${name}", want a group of the tenant`]] as [object, string[]],
  ),
])("named-subjects judges %j", async (subject, wanted) =>
  expect(await judgeBinding(subject)).toEqual(wanted.map((it) => `RoleBinding "it" ${it}`)),
);

test("named-subjects gives tenants their personas only, and nobody's group cluster-wide", async () => {
  const wanted = "want one of tenantry-tenant-admin, tenantry-tenant-user, tenantry-tenant-viewer";
  expect(await judgeBinding({ kind: "Group", name: "g" }, { kind: "ClusterRole", name: "admin" })).toEqual([
    `RoleBinding "it" gives ClusterRole "admin", ${wanted}`,
  ]);
  const everybody = { kind: "Group", name: "system:authenticated" };
  expect(await judgeBinding(everybody, { kind: "ClusterRole", name: "view" }, "ClusterRoleBinding")).toEqual([
    'ClusterRoleBinding "it" binds Group "system:authenticated", want a group of the tenant',
  ]);
  const platform = { kind: "Group", name: "platform" };
  expect(await judgeBinding(platform, { kind: "ClusterRole", name: "view" }, "ClusterRoleBinding")).toEqual([]);
});

test("explicit-provider wants one that the program made", async () => {
  const judge = (type: string, name?: string) =>
    violations(explicitProvider.rule, {
      type,
      props: {},
      provider: name === undefined ? undefined : { type: "p", name },
    });
  expect(await judge("random:index:RandomPassword", "random")).toEqual([]);
  expect(await judge("random:index:RandomPassword")).toEqual([
    "random:index:RandomPassword has no provider, want an explicit one",
  ]);
  expect(await judge("kubernetes:core/v1:Pod", "default_4_34_2")).toEqual([
    'kubernetes:core/v1:Pod uses provider "default_4_34_2", want an explicit one',
  ]);
  expect(await judge("tenantry:tenancy:Tenant")).toEqual([]);
  expect(await judge("pulumi:providers:kubernetes")).toEqual([]);
});

test.each([
  [{ chart: "./charts/web" }, []],
  [
    { chart: "./charts/../../elsewhere" },
    ['has version "", want an exact one such as 1.2.3', 'comes from "", want one of oci://ok/'],
  ],
  [{ chart: "oci://ok/web", version: "1.2.3" }, []],
  [{ chart: "oci://ok/web", version: "^1.2.3" }, ['has version "^1.2.3", want an exact one such as 1.2.3']],
  [{ chart: "oci://ok.evil/web", version: "1.2.3" }, ['comes from "oci://ok.evil/web", want one of oci://ok/']],
  [
    { chart: "web", version: "1.2.3", repositoryOpts: { repo: "https://evil" } },
    ['comes from "https://evil", want one of oci://ok/'],
  ],
])("pinned-charts judges %j", async (props, wanted) =>
  expect(
    await violations(pinnedCharts.rule, {
      type: "kubernetes:helm.sh/v3:Release",
      props,
      config: { sources: ["oci://ok/"] },
    }),
  ).toEqual(wanted.map((it) => `chart "${props.chart}" ${it}`)),
);

test("owned-fleet wants a known way of running", async () => {
  const judge = (runner: string) =>
    violations(ownedFleet.rule, {
      type: "kubernetes:core/v1:ConfigMap",
      props: { metadata: { name: "fleet", namespace: "tenantry-system" }, data: { runner } },
    });
  expect(await judge("direct")).toEqual([]);
  expect(await judge("me")).toEqual(['the fleet is run by "me", want one of direct, cli, gitops']);
});

test("private-claims refuses claims that pick their volume", async () => {
  const judge = (spec: object) =>
    violations(privateClaims.rule, { type: "kubernetes:core/v1:PersistentVolumeClaim", props: { metadata, spec } });
  expect(await judge({ storageClassName: "standard" })).toEqual([]);
  expect(await judge({ volumeName: "pv", selector: { matchLabels: { a: "b" } } })).toEqual([
    'claim "it" sets volumeName, want it unset',
    'claim "it" sets selector, want it unset',
  ]);
});

test("no-literal-secrets judges ConfigMaps and weak passwords, without showing them", async () => {
  const judge = (kind: string, rest: object) =>
    violations(noLiteralSecrets.rule, { type: `kubernetes:core/v1:${kind}`, props: { metadata, ...rest } });
  expect(await judge("ConfigMap", { data: { LOG: "info", password: "hunter2" } })).toEqual([
    'ConfigMap "it" holds a secret in "password", want a Secret',
  ]);
  const weak = ['Secret "it" holds a weak password in "password", want 16 characters that nobody guesses'];
  expect(await judge("Secret", { data: { password: base64("rootpassword") } })).toEqual(weak);
  expect(await judge("Secret", { stringData: { password: "changemechangeme" } })).toEqual(weak);
  expect(await judge("Secret", { data: { password: base64("a-long-random-value") } })).toEqual([]);
});

test("token-free-pods refuses Secrets and requests that hold tokens", async () => {
  const judge = (type: string, rest: object) => violations(tokenFreePods.rule, { type, props: { metadata, ...rest } });
  expect(await judge("kubernetes:core/v1:Secret", { type: "Opaque" })).toEqual([]);
  expect(await judge("kubernetes:core/v1:Secret", { type: "kubernetes.io/service-account-token" })).toEqual([
    'Secret "it" holds a token that never expires, want no such Secret',
  ]);
  expect(await judge("kubernetes:authentication.k8s.io/v1:TokenRequest", {})).toEqual([
    'TokenRequest "it" makes a token, want pods that get theirs from the kubelet',
  ]);
});
