import { expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { ungrantedClasses } from "../../../engine/run/ungranted.ts";

const standard = { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } };
const clusterOf = (...classes: object[]): Cluster =>
  ({ listAll: () => Promise.resolve(classes.map((metadata) => ({ metadata }))) }) as unknown as Cluster;

test("a class that appeared since is told, with the line that refuses it", async () => {
  const cluster = clusterOf({ name: "fast" }, standard, { name: "cold" });
  expect(await ungrantedClasses(cluster, "dev", { class: "standard", refused: ["cold"] })).toBe(
    'storage class fast was never granted and is open to tenants: in Pulumi.dev.yaml set tenantry:storage: {"class":"standard","refused":["cold","fast"]}',
  );
});

test("what is granted or refused is not, and without a granted class the default one is", async () => {
  const cluster = clusterOf(standard, { name: "cold" });
  expect(await ungrantedClasses(cluster, "dev", { class: "standard", refused: ["cold"] })).toBeUndefined();
  expect(await ungrantedClasses(cluster, "dev", { refused: ["cold"] })).toBeUndefined();
  expect(await ungrantedClasses(cluster, "dev", { class: "cold", refused: [] })).toContain(
    "storage class standard was",
  );
});
