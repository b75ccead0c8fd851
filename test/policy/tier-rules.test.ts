import { describe, expect, test } from "vitest";
import { admissionMutations, admissionPolicies } from "../../policy/admission.ts";
import { keptToTier } from "../../policy/rules/kept-to-tier.ts";
import { stackViolations } from "../support/violations.ts";

interface Home {
  tier?: string;
  runtime?: string;
}

const namespace = ({ tier = "namespace", runtime }: Home) => ({
  type: "kubernetes:core/v1:Namespace",
  name: "globex-portal",
  props: {
    metadata: {
      name: "globex-portal",
      labels: { "tenantry.dev/tenant": "globex", "tenantry.dev/tier": tier },
      annotations: runtime === undefined ? {} : { "tenantry.dev/runtime-class": runtime },
    },
  },
});
const deployment = (spec: object, home = "globex-portal") => ({
  type: "kubernetes:apps/v1:Deployment",
  name: "web",
  props: { metadata: { name: "web", namespace: home }, spec: { template: { spec } } },
});
const said = (home: Home, spec: object) => stackViolations(keptToTier.rule, [namespace(home), deployment(spec)]);

const POOL = "tenantry.dev/pool";
const own = {
  nodeSelector: { [POOL]: "globex" },
  tolerations: [{ key: POOL, operator: "Equal", value: "globex", effect: "NoSchedule" }],
};

test("a pod with the pool's selector and toleration is at home", async () => {
  expect(await said({ tier: "pool" }, own)).toEqual([]);
  expect(await said({ tier: "pool" }, { ...own, tolerations: [{ key: POOL, value: "globex" }] })).toEqual([]);
});

describe("a pod of a pool's tenant that would run elsewhere", () => {
  const selects = "want nodeSelector tenantry.dev/pool=globex";
  const tolerates =
    'Deployment "web" does not tolerate its own nodes, want a toleration of tenantry.dev/pool=globex:NoSchedule';
  test.each<[string, object, string[]]>([
    ["says nothing", {}, [`Deployment "web" selects no pool, ${selects}`, tolerates]],
    [
      "selects another pool",
      { ...own, nodeSelector: { [POOL]: "acme" } },
      [`Deployment "web" selects pool "acme", ${selects}`],
    ],
    ["tolerates another pool", { ...own, tolerations: [{ key: POOL, value: "acme" }] }, [tolerates]],
    [
      "tolerates another effect",
      { ...own, tolerations: [{ key: POOL, value: "globex", effect: "NoExecute" }] },
      [tolerates],
    ],
    ["tolerates whatever value", { ...own, tolerations: [{ key: POOL, operator: "Exists" }] }, [tolerates]],
  ])("%s", async (_title, spec, wanted) => {
    expect(await said({ tier: "pool" }, spec)).toEqual(wanted);
  });
});

test("pods in shared namespaces and of others are none of its business", async () => {
  expect(await said({}, {})).toEqual([]);
  const elsewhere = [namespace({ tier: "pool" }), deployment({}, "acme-api")];
  expect(await stackViolations(keptToTier.rule, elsewhere)).toEqual([]);
});

test("a pod has the runtime of its plan, and none without one", async () => {
  expect(await said({ runtime: "gvisor" }, { runtimeClassName: "gvisor" })).toEqual([]);
  expect(await said({ runtime: "gvisor" }, {})).toEqual(['Deployment "web" has runtimeClassName "", want "gvisor"']);
  expect(await said({ runtime: "gvisor" }, { runtimeClassName: "runc" })).toEqual([
    'Deployment "web" has runtimeClassName "runc", want "gvisor"',
  ]);
  expect(await said({}, { runtimeClassName: "nvidia" })).toEqual([
    'Deployment "web" has runtimeClassName "nvidia", want it unset',
  ]);
});

test("what admission adds fails closed, on new pods of tenants, and each has a twin that holds without it", () => {
  const mutations = admissionMutations();
  expect(mutations.map((it) => it.name)).toEqual(["tenantry-kept-to-tier"]);
  const twins = admissionPolicies({ platformGroups: [], registries: [], runner: "direct" }).map((it) => it.name);
  for (const { name, policy, binding } of mutations) {
    expect(twins).toContain(name);
    expect(policy).toMatchObject({
      failurePolicy: "Fail",
      reinvocationPolicy: "IfNeeded",
      matchConstraints: { resourceRules: [{ apiGroups: [""], resources: ["pods"], operations: ["CREATE"] }] },
    });
    expect(binding).toEqual({
      policyName: name,
      matchResources: { namespaceSelector: { matchExpressions: [{ key: "tenantry.dev/tenant", operator: "Exists" }] } },
    });
  }
});
