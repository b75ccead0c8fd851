import { expect, test } from "vitest";
import { FlowSchemas } from "../../../components/platform/flow-schemas.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const SCHEMA = "kubernetes:flowcontrol.apiserver.k8s.io/v1:FlowSchema";
const LEVEL = "kubernetes:flowcontrol.apiserver.k8s.io/v1:PriorityLevelConfiguration";

const make = () =>
  deploy(() => new FlowSchemas("flow", { fleet: "test", platformGroups: ["platform-engineers"] }, providers()));

test("two flows with a level each serve any number of tenants", async () => {
  const { resources } = await make();
  expect(listed(resources)).toEqual([
    "FlowSchema flow-platform",
    "FlowSchema flow-tenants",
    "FlowSchemas flow",
    "PriorityLevelConfiguration flow-platform-level",
    "PriorityLevelConfiguration flow-tenants-level",
    "kubernetes cluster",
    "random random",
  ]);
});

test("everybody whom nothing before matches is a tenant, told apart by user", async () => {
  const { one } = await make();
  expect(one(SCHEMA, "flow-tenants").inputs).toMatchObject({
    metadata: { name: "tenantry-tenants", labels: { "tenantry.dev/fleet": "test", "tenantry.dev/part": "platform" } },
    spec: {
      matchingPrecedence: 8900,
      priorityLevelConfiguration: { name: "tenantry-tenants" },
      distinguisherMethod: { type: "ByUser" },
      rules: [
        {
          subjects: [{ kind: "Group", group: { name: "system:authenticated" } }],
          resourceRules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"], namespaces: ["*"], clusterScope: true }],
          nonResourceRules: [{ nonResourceURLs: ["*"], verbs: ["*"] }],
        },
      ],
    },
  });
});

test("the platform is its groups and the accounts in its namespaces, and is matched first", async () => {
  const { one } = await make();
  const { spec } = one(SCHEMA, "flow-platform").inputs;
  expect(spec.rules[0].subjects).toEqual([
    { kind: "Group", group: { name: "platform-engineers" } },
    { kind: "Group", group: { name: "system:serviceaccounts:tenantry-system" } },
    { kind: "Group", group: { name: "system:serviceaccounts:tenantry-gateway" } },
  ]);
  // Kubernetes' own programs come before both: its schemas of 1 to 900; its catch-alls begin at 9000.
  expect([spec.matchingPrecedence, spec.priorityLevelConfiguration.name]).toEqual([1000, "tenantry-platform"]);
});

test("tenants have seats that idle ones do not add to, and full queues refuse", async () => {
  const { one } = await make();
  expect(one(LEVEL, "flow-tenants-level").inputs["spec"]).toEqual({
    type: "Limited",
    limited: {
      nominalConcurrencyShares: 30,
      lendablePercent: 50,
      borrowingLimitPercent: 0,
      limitResponse: { type: "Queue", queuing: { queues: 128, handSize: 4, queueLengthLimit: 20 } },
    },
  });
});

test("the platform's seats are not lent away whole, and it may borrow", async () => {
  const { one } = await make();
  expect(one(LEVEL, "flow-platform-level").inputs["spec"]).toEqual({
    type: "Limited",
    limited: {
      nominalConcurrencyShares: 30,
      lendablePercent: 50,
      borrowingLimitPercent: 100,
      limitResponse: { type: "Queue", queuing: { queues: 16, handSize: 4, queueLengthLimit: 100 } },
    },
  });
});
