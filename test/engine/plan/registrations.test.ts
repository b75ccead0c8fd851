import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expect, test } from "vitest";
import { placeholder } from "../../../engine/plan/mocks.ts";
import { planOf, registered } from "../../support/stacks.ts";

const URN = "urn:pulumi:s::p::";
const CLUSTER = `${URN}pulumi:providers:kubernetes::cluster`;

class Outer extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("t:m:Outer", name, { size: 3 }, opts);
    new Inner(`${name}-inner`, { parent: this });
    this.registerOutputs({});
  }
}
class Inner extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("t:m:Inner", name, {}, opts);
    const home = new k8s.core.v1.Namespace(name, { metadata: { name } }, { parent: this, protect: true });
    new k8s.core.v1.ConfigMap(
      `${name}-map`,
      { metadata: { name: "map", namespace: home.metadata.name }, data: { a: "1" } },
      {
        parent: this,
        deletedWith: home,
        ignoreChanges: ["data"],
        retainOnDelete: true,
        customTimeouts: { create: "5m" },
      },
    );
    this.registerOutputs({});
  }
}

test("every registration is noted once, with the URN the engine of the CLI would give", async () => {
  const { registrations, outputs } = await planOf(() => {
    new Outer("a", { providers: [new k8s.Provider("cluster", { context: "x" })] });
    return { done: "yes" };
  });
  expect(registrations.map((it) => it.urn)).toEqual([
    `${URN}pulumi:providers:kubernetes::cluster`,
    `${URN}pulumi:pulumi:Stack::p-s`,
    `${URN}t:m:Outer$t:m:Inner$kubernetes:core/v1:ConfigMap::a-inner-map`,
    `${URN}t:m:Outer$t:m:Inner$kubernetes:core/v1:Namespace::a-inner`,
    `${URN}t:m:Outer$t:m:Inner::a-inner`,
    `${URN}t:m:Outer::a`,
  ]);
  expect(outputs).toEqual({ done: "yes" });
});

test("options, provider, parent and dependencies are as the program said", async () => {
  const made = await planOf(() => new Outer("a", { providers: [new k8s.Provider("cluster", { context: "x" })] }));
  const home = registered(made, "Namespace");
  const map = registered(made, "ConfigMap");
  expect(home).toMatchObject({ custom: true, read: false, provider: CLUSTER, dependencies: [] });
  expect(home.options).toMatchObject({ protect: true, retainOnDelete: false, deletedWith: undefined });
  expect(map).toMatchObject({
    parent: `${URN}t:m:Outer$t:m:Inner::a-inner`,
    provider: CLUSTER,
    dependencies: [home.urn],
    propertyDependencies: { metadata: [home.urn] },
    inputs: { kind: "ConfigMap", metadata: { name: "map", namespace: "a-inner" }, data: { a: "1" } },
    secrets: [],
    unknowns: [],
  });
  expect(map.options).toEqual({
    protect: false,
    retainOnDelete: true,
    deletedWith: home.urn,
    importId: undefined,
    ignoreChanges: ["data"],
    aliases: [],
    additionalSecretOutputs: [],
    deleteBeforeReplace: false,
    customTimeouts: { create: "5m" },
  });
  expect(registered(made, "Outer")).toMatchObject({ custom: false, inputs: { size: 3 } });
});

test("a password stays secret on its way into a Secret, whatever is made of it", async () => {
  const made = await planOf(() => {
    const { result } = new random.RandomPassword("pw", { length: 20 });
    const data = { plain: "x", direct: result, url: pulumi.interpolate`https://u:${result}@h` };
    new k8s.core.v1.Secret("one", { metadata: { name: "one" }, stringData: data });
  });
  const secret = registered(made, "Secret");
  expect(secret.inputs["stringData"]).toEqual({
    plain: "x",
    direct: placeholder({ type: "random:index/randomPassword:RandomPassword", name: "pw", inputs: { length: 20 } }),
    url: expect.stringMatching(/^https:\/\/u:.{20}@h$/),
  });
  expect(secret.secrets.map((it) => it.join("."))).toEqual(expect.arrayContaining(["stringData"]));
  expect(secret.secrets.every((it) => it[0] === "stringData" || it[0] === "data")).toBe(true);
});

test("what only the API server can tell is unknown, and its place is noted", async () => {
  const made = await planOf(() => {
    const service = new k8s.core.v1.Service("svc", { metadata: { name: "svc" }, spec: { ports: [{ port: 80 }] } });
    const data = {
      uid: service.metadata.uid,
      address: service.spec.clusterIP,
      url: pulumi.interpolate`http://${service.spec.clusterIP}`,
      balancer: service.status.apply((it) => it.loadBalancer.ingress.length.toString()),
      name: service.metadata.name,
    };
    new k8s.core.v1.ConfigMap("map", { metadata: { name: "map" }, data });
  });
  const map = registered(made, "ConfigMap");
  expect(map.unknowns.map((it) => it.join(".")).toSorted()).toEqual([
    "data.address",
    "data.balancer",
    "data.uid",
    "data.url",
  ]);
  expect(JSON.stringify(map.inputs)).not.toContain("undefined");
  expect(map.inputs["data"]).toMatchObject({ name: "svc" });
});

test("what is looked up and not made is marked as read", async () => {
  const made = await planOf(() => void k8s.core.v1.ConfigMap.get("theirs", "default/theirs"));
  expect(registered(made, "ConfigMap")).toMatchObject({ read: true, custom: true });
});
