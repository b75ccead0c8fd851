import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { objectsOf, type PlannedObject } from "../../../engine/plan/objects.ts";
import { planUnits } from "../../../engine/plan/unit.ts";
import { planOf, shipped } from "../../support/stacks.ts";

class Bucket extends pulumi.CustomResource {
  constructor(name: string) {
    super("aws:s3/bucket:Bucket", name, {});
  }
}

const refusalsOf = async (program: (opts: pulumi.CustomResourceOptions) => unknown) =>
  objectsOf(await planOf(() => program({ provider: new k8s.Provider("cluster", { context: "x" }) })), "prod").refusals;

describe("refused, with the reason", () => {
  test("an object on the default provider", async () => {
    expect(await refusalsOf(() => new k8s.core.v1.ConfigMap("a", { metadata: { name: "a" } }))).toEqual([
      "a (ConfigMap) has no explicit provider",
    ]);
  });

  test("an object without a name, which a second run would not find again", async () => {
    expect(await refusalsOf((opts) => new k8s.core.v1.ConfigMap("a", { data: {} }, opts))).toEqual([
      expect.stringContaining("a (ConfigMap) has no metadata.name"),
    ]);
  });

  test("a second cluster", async () => {
    const refusals = await refusalsOf((opts) => {
      new k8s.core.v1.ConfigMap("a", { metadata: { name: "a" } }, opts);
      const provider = new k8s.Provider("second", { context: "y" });
      new k8s.core.v1.ConfigMap("b", { metadata: { name: "b" } }, { provider });
    });
    expect(refusals).toEqual([
      "the program uses 2 Kubernetes providers; the direct engine serves one cluster: pulumi up -s prod",
    ]);
  });

  test("a cloud resource and a Helm release, with the line to type instead", async () => {
    const refusals = await refusalsOf((opts) => {
      new Bucket("logs");
      new k8s.helm.v3.Release("chart", { chart: "x" }, opts);
    });
    expect(refusals).toEqual([
      "logs (Bucket) is a aws:s3/bucket:Bucket, which only the Pulumi CLI can make: pulumi up -s prod",
      "chart (Release) is a kubernetes:helm.sh/v3:Release, which only the Pulumi CLI can make: pulumi up -s prod",
    ]);
  });

  test("a value nobody knows before the deployment, with URN and path", async () => {
    const refusals = await refusalsOf((opts) => {
      const it = new k8s.core.v1.Service("svc", { metadata: { name: "svc" }, spec: {} }, opts);
      new k8s.core.v1.ConfigMap("a", { metadata: { name: "a" }, data: { ip: it.spec.clusterIP } }, opts);
    });
    expect(refusals).toEqual([
      "a (ConfigMap) has a value at data.ip that nobody knows before the deployment (urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::a)",
    ]);
  });

  test("one object planned by two resources", async () => {
    const refusals = await refusalsOf((opts) => {
      for (const name of ["a", "b"]) new k8s.core.v1.ConfigMap(name, { metadata: { name: "x", namespace: "n" } }, opts);
    });
    expect(refusals).toEqual(["core/ConfigMap/n/x is planned twice"]);
  });
});

test("objects that are only looked up are not planned", async () => {
  expect(await refusalsOf((opts) => void k8s.core.v1.ConfigMap.get("theirs", "default/theirs", opts))).toEqual([]);
});

test("steps follow what an object waits for", async () => {
  const made = await planOf(() => {
    const opts = { provider: new k8s.Provider("cluster", { context: "x" }) };
    const map = (name: string, dependsOn: pulumi.Resource[]) =>
      new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "n" } }, { ...opts, dependsOn });
    const first = map("z-first", []);
    map("a-last", [map("m-middle", [first])]);
    new k8s.core.v1.ResourceQuota("quota", { metadata: { name: "quota", namespace: "n" } }, opts);
    new k8s.core.v1.Namespace("n", { metadata: { name: "n" } }, opts);
    new k8s.apiextensions.v1.CustomResourceDefinition(
      "crd",
      { metadata: { name: "crd" }, spec: {} as k8s.types.input.apiextensions.v1.CustomResourceDefinitionSpec },
      opts,
    );
  });
  const { objects, refusals } = objectsOf(made, "s");
  expect(refusals).toEqual([]);
  expect(objects.map((it) => `${it.step} ${it.object.metadata.name}`)).toEqual([
    "0 crd",
    "1 n",
    "2 quota",
    "3 z-first",
    "4 m-middle",
    "5 a-last",
  ]);
});

test("every kind of guard is one step, whatever the program says it waits for", async () => {
  const made = await planOf(() => {
    const opts = { provider: new k8s.Provider("cluster", { context: "x" }) };
    const metadata = (name: string) => ({ name, namespace: "n" });
    const slow = new k8s.core.v1.ConfigMap("map", { metadata: metadata("map") }, opts);
    const waits = { ...opts, dependsOn: [slow] };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" };
    new k8s.core.v1.ResourceQuota("quota", { metadata: metadata("quota") }, waits);
    new k8s.core.v1.LimitRange("limits", { metadata: metadata("limits"), spec: { limits: [] } }, waits);
    new k8s.networking.v1.NetworkPolicy("closed", { metadata: metadata("closed") }, waits);
    new k8s.rbac.v1.Role("role", { metadata: metadata("role") }, waits);
    new k8s.rbac.v1.RoleBinding("binding", { metadata: metadata("binding"), roleRef }, waits);
    new k8s.core.v1.ServiceAccountPatch("account", { metadata: metadata("default") }, waits);
  });
  const { objects } = objectsOf(made, "s");
  expect(objects.map((it) => `${it.step} ${it.object.kind}`).toSorted()).toEqual([
    ...["2 LimitRange", "2 NetworkPolicy", "2 ResourceQuota", "2 Role", "2 RoleBinding", "2 ServiceAccount"],
    "3 ConfigMap",
  ]);
});

describe("the shipped fleet", () => {
  const units = new Map<string, PlannedObject[]>();
  beforeAll(async () => {
    const stack = shipped("local");
    for await (const shard of planUnits(stack, { platform: true, tenants: stack.fleet.tenants })) {
      expect(shard.refusals).toEqual([]);
      for (const { unit, objects } of shard.units) units.set(unit === "platform" ? "platform" : unit.tenant, objects);
    }
  });

  test("every object is one tenant's or the platform's, as its labels say", () => {
    expect([...units.keys()].toSorted()).toEqual(
      ["acme", "corner-shop", "globex", "mcce-g1", "my-shop", "platform", "u1042"].toSorted(),
    );
    for (const [unit, objects] of units) {
      expect(objects.length).toBeGreaterThan(5);
      for (const { key, tenant, object } of objects) {
        const label = object.metadata.labels?.["tenantry.dev/tenant"];
        expect([key, tenant, label]).toEqual(unit === "platform" ? [key, undefined, undefined] : [key, unit, unit]);
      }
    }
  });

  test("in every namespace the guards stand strictly before any workload, and the namespace before them", () => {
    const GUARDS = ["ResourceQuota", "LimitRange", "NetworkPolicy", "Role", "RoleBinding", "ServiceAccount"];
    let judged = 0;
    for (const objects of units.values()) {
      const all = Map.groupBy(objects, (it) => it.object.metadata.namespace ?? it.object.metadata.name);
      for (const home of objects.filter((it) => it.object.kind === "Namespace")) {
        const inside = (all.get(home.object.metadata.name) ?? []).filter((it) => it !== home);
        const guards = inside.filter((it) => GUARDS.includes(it.object.kind));
        const rest = inside.filter((it) => !GUARDS.includes(it.object.kind));
        expect(new Set(guards.map((it) => it.object.kind)).size).toBeGreaterThanOrEqual(3);
        expect(Math.min(...guards.map((it) => it.step))).toBeGreaterThan(home.step);
        if (rest.length > 0)
          expect(Math.min(...rest.map((it) => it.step))).toBeGreaterThan(Math.max(...guards.map((it) => it.step)));
        judged += rest.length;
      }
    }
    expect(judged).toBeGreaterThan(20);
  });
});
