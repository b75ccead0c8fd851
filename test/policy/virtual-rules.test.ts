import { expect, test } from "vitest";
import { namedSubjects } from "../../policy/rules/named-subjects.ts";
import { pinnedCharts } from "../../policy/rules/pinned-charts.ts";
import { violations } from "../support/violations.ts";

const release = {
  chart: "vcluster",
  version: "0.36.1",
  repositoryOpts: { repo: "https://charts.loft.sh" },
};
const judged = (props: object) => violations(pinnedCharts.rule, { type: "kubernetes:helm.sh/v3:Release", props });

test("the chart of virtual control planes is accepted in its one version", async () => {
  expect(await judged(release)).toEqual([]);
});

test.each<[string, object]>([
  ["another version", { version: "0.36.0" }],
  ["a range", { version: "^0.36.1" }],
  ["another chart from there", { chart: "vcluster-pro" }],
  ["the same name from elsewhere", { repositoryOpts: { repo: "https://charts.evil.example" } }],
  ["an address that only begins like it", { repositoryOpts: { repo: "https://charts.loft.sh.evil.example" } }],
])("%s is not", async (_title, change) => {
  expect(await judged({ ...release, ...change })).not.toEqual([]);
});

const binding = (name: string, subjects: object[]) =>
  violations(namedSubjects.rule, {
    type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    props: {
      metadata: { name: "it", namespace: "initech-web" },
      roleRef: { kind: "ClusterRole", name },
      subjects,
    },
  });
const account = { kind: "ServiceAccount", name: "virtual", namespace: "initech-web" };
const ROLE = "tenantry-virtual-control-plane";

test("the role of virtual control planes is for their own account alone", async () => {
  expect(await binding(ROLE, [account])).toEqual([]);
  const wanted = [expect.stringContaining(`gives ClusterRole "${ROLE}"`)];
  expect(await binding(ROLE, [{ ...account, name: "default" }])).toEqual(wanted);
  expect(await binding(ROLE, [account, { kind: "Group", name: "initech-admins" }])).toEqual(wanted);
});
