import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import type { Held } from "../../../engine/run/gate.ts";
import { demandServed } from "../../../engine/run/served.ts";
import { FakeApi } from "../../support/fake-api.ts";

let api: FakeApi;
let cluster: Cluster;
beforeEach(async () => {
  api = await FakeApi.start();
  cluster = await api.connect();
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const CILIUM = "cilium.io/v2 CiliumNetworkPolicy";
const held = (tenant: string, ...kinds: string[]): Held => ({ unit: { tenant }, kinds, unpack: () => [] });

test("a kind the cluster does not serve ends the run before it wrote anything, with who wants it and what to do", async () => {
  const units = [held("acme", "v1 ConfigMap", CILIUM), ...["b", "c", "d"].map((it) => held(it, CILIUM))];
  await expect(demandServed(cluster, units)).rejects.toMatchObject({
    name: "Error",
    reasons: [
      "the cluster does not serve cilium.io/v2 CiliumNetworkPolicy: install its CustomResourceDefinition first (for acme, b, c and 1 more)",
    ],
  });
  expect(api.calls.every((it) => it.method === "GET")).toBe(true);
});

test("what is served goes on, and so does a run that brings definitions along", async () => {
  await expect(demandServed(cluster, [held("acme", "v1 ConfigMap")])).resolves.toBeUndefined();
  const definition = held("acme", "apiextensions.k8s.io/v1 CustomResourceDefinition", CILIUM);
  await expect(demandServed(cluster, [definition])).resolves.toBeUndefined();
});
