import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { UnknownKindError } from "../../../engine/cluster/discovery.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { JumpingClock } from "../../support/fake-clock.ts";

let api: FakeApi;
let cluster: Cluster;
const widget = { group: "acme.example", version: "v1", kind: "Widget", plural: "widgets", namespaced: true };
const asked = () => api.calls.filter(({ path }) => path === "/apis").length;

beforeEach(async () => {
  api = await FakeApi.start();
  cluster = await api.connect();
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

test("knows every kind after connecting, without asking again", async () => {
  const { plural, namespaced } = await cluster.discovery.find("apps/v1", "Deployment");
  expect({ plural, namespaced }).toEqual({ plural: "deployments", namespaced: true });
  expect((await cluster.discovery.find("v1", "Namespace")).namespaced).toBe(false);
  expect(api.calls).toEqual([]);
});

test("asks once more for a kind that came a moment ago, for all who want it", async () => {
  api.kinds.push(widget);
  await Promise.all(Array.from({ length: 20 }, () => cluster.discovery.find("acme.example/v1", "Widget")));
  expect(asked()).toBe(1);
});

test("names the versions that are served when the kind exists in others", async () => {
  await expect(cluster.discovery.find("apps/v1beta1", "Deployment")).rejects.toThrow(
    "the cluster does not serve apps/v1beta1 Deployment: it serves Deployment in apps/v1",
  );
  await expect(cluster.discovery.find("acme.example/v1", "Widget")).rejects.toThrow(/install its CustomResource/);
});

test("waits for a kind until its deadline", async () => {
  const clock = new JumpingClock();
  api.fault = () => {
    if (asked() === 3 && !api.kinds.includes(widget)) api.kinds.push(widget);
    return undefined;
  };
  const found = await cluster.discovery.awaited("acme.example/v1", "Widget", { deadlineMs: 5000, clock });
  expect(found.plural).toBe("widgets");
  expect(clock.sleeps).toEqual([250, 250]);
  const never = cluster.discovery.awaited("acme.example/v1", "Gadget", { deadlineMs: 1000, clock });
  await expect(never).rejects.toBeInstanceOf(UnknownKindError);
});
