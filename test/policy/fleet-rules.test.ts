import { describe, expect, test } from "vitest";
import { budgetsAddUp } from "../../policy/rules/budgets-add-up.ts";
import { cappedFleet } from "../../policy/rules/capped-fleet.ts";
import { stackViolations } from "../support/violations.ts";

const platform = (changed: object = {}) => ({
  type: "tenantry:platform:Platform",
  name: "platform",
  props: { fleet: "test", caps: { tenants: 2 }, capacity: { cpu: "4", memory: "8Gi" }, overcommit: 1.5, ...changed },
});
const budget = { "requests.cpu": "2", "requests.memory": "2Gi", pods: "10" };
const tenant = (id: string, changed: object = {}) => ({
  type: "tenantry:tenancy:Tenant",
  name: id,
  props: {
    tenant: id,
    caps: { spaces: 2 },
    budget,
    spaces: ["api", "jobs"].map((name) => ({
      name,
      quota: { "requests.cpu": "1", "requests.memory": "1Gi", pods: "5" },
    })),
    ...changed,
  },
});

describe("capped-fleet", () => {
  const judge = (...resources: Parameters<typeof stackViolations>[1]) => stackViolations(cappedFleet.rule, resources);
  test("passes a fleet within its caps", async () => expect(await judge(platform(), tenant("acme"))).toEqual([]));
  test("names the tenant with too many spaces", async () =>
    expect(await judge(platform(), tenant("acme", { caps: { spaces: 1 } }))).toEqual([
      'tenant "acme" has 2 spaces, want at most 1',
    ]));
  test("counts the tenants", async () =>
    expect(await judge(platform(), tenant("a"), tenant("b"), tenant("c"))).toEqual([
      "the platform has 3 tenants, want at most 2",
    ]));
  test("takes no cap for a refusal, and silence for no proof", async () => {
    expect(await judge(tenant("acme", { caps: undefined }))).toEqual(['tenant "acme" has 2 spaces, want at most NaN']);
    expect(await judge({ ...tenant("acme"), props: {} }, { ...platform(), props: {} })).toEqual([
      'tenant component "acme" tells neither tenant nor spaces, want tenant, caps, budget and spaces in registerOutputs',
      'platform component "platform" tells no caps, want caps, capacity and overcommit in registerOutputs',
    ]);
  });
});

describe("budgets-add-up", () => {
  const judge = (...resources: Parameters<typeof stackViolations>[1]) => stackViolations(budgetsAddUp.rule, resources);
  test("passes spaces that fill the budget, and a cluster that holds it", async () =>
    expect(await judge(platform(), tenant("a"), tenant("b"))).toEqual([]));
  test("sums the spaces, key by key", async () =>
    expect(await judge(platform(), tenant("a", { budget: { ...budget, "requests.cpu": "1500m" } }))).toEqual([
      'tenant "a" divides requests.cpu into 2, want at most 1500m',
    ]));
  test("misses a key that a space leaves out", async () =>
    expect(await judge(platform(), tenant("a", { spaces: [{ name: "api", quota: { pods: "1" } }] }))).toEqual([
      'tenant "a" sets no requests.cpu in api, want a quantity in each space',
      'tenant "a" sets no requests.memory in api, want a quantity in each space',
    ]));
  test("holds the guarantees of all tenants to what the nodes can give", async () =>
    expect(await judge(platform({ overcommit: 0.75 }), tenant("a"), tenant("b"))).toEqual([
      "all tenants are promised requests.cpu 4, want at most 3",
    ]));
  test("refuses a platform that states no capacity", async () =>
    expect(await judge(platform({ capacity: { cpu: "4" } }))).toEqual([
      "the platform states no capacity of memory, want one and an overcommit above 0",
    ]));
  test("names what a space may have and the tenant's budget does not bound", async () =>
    expect(await judge(tenant("a", { budget: { "requests.cpu": "2", pods: "10" } }))).toEqual([
      'tenant "a" has no readable budget of requests.memory, want a quantity',
    ]));
  test("names a budget that is no quantity", async () =>
    expect(await judge(tenant("a", { budget: { ...budget, pods: "many" } }))).toEqual([
      'tenant "a" has no readable budget of pods, want a quantity',
    ]));
});
