import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeApi, type Fault } from "../../support/fake-api.ts";
import { JumpingClock } from "../../support/fake-clock.ts";
import { refusal } from "../../support/fake-store.ts";

let api: FakeApi;
let clock: JumpingClock;

beforeEach(async () => {
  api = await FakeApi.start();
  clock = new JumpingClock();
});
afterEach(() => api.stop());

const busy = { ...refusal(429, "TooManyRequests", "busy"), headers: { "retry-after": "7" } };
const broken = refusal(503, "ServiceUnavailable", "no");
const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, data: {} };

/** Meets each call with the next fault, then with none. */
async function against(...faults: Fault[]) {
  const cluster = await api.connect({ clock, limits: { requestMs: 300 } });
  api.fault = () => faults.shift();
  return cluster;
}

test.each([
  ["a 503", broken],
  ["a cut connection", "reset" as const],
  ["silence beyond the limit", "silence" as const],
  ["a lost race of a quota", refusal(409, "Conflict", "modified", { kind: "resourcequotas" })],
  ["a lost race inside an apply", refusal(409, "Conflict", "modified")],
])("an apply comes back after %s", async (_, fault) => {
  const cluster = await against(fault, fault);
  await cluster.apply(map);
  expect(api.calls).toHaveLength(3);
  // Full jitter, here at its middle, on 100 ms and then 200 ms.
  expect(clock.sleeps).toEqual([50, 100]);
  await cluster.close();
});

test("waits as long as a 429 asks", async () => {
  const cluster = await against(busy, busy);
  await cluster.apply(map);
  expect(clock.sleeps).toEqual([7000, 7000]);
  await cluster.close();
});

test("a 429 for ever ends within the total, with the server's refusal", async () => {
  const cluster = await against();
  api.fault = () => busy;
  await expect(cluster.apply(map)).rejects.toThrow("apply ConfigMap/default/a: 429 TooManyRequests: busy");
  expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
  await cluster.close();
});

test("gives up after five retries and says what failed, where", async () => {
  const cluster = await against();
  api.fault = () => "reset";
  await expect(cluster.apply(map)).rejects.toThrow(
    /^apply ConfigMap\/default\/a at http:.*: (UND_ERR_SOCKET|ECONNRESET)$/,
  );
  expect(api.calls).toHaveLength(6);
  await cluster.close();
});

test.each([400, 403, 404, 405, 410, 422])("a %i is an answer, not a reason to ask again", async (status) => {
  const cluster = await against(refusal(status, "No", "no"));
  await expect(cluster.apply(map)).rejects.toThrow(String(status));
  expect(api.calls).toHaveLength(1);
  await cluster.close();
});

test("a POST whose fate is unknown is not sent twice; one turned away at the door is", async () => {
  const cluster = await against("lost");
  await expect(cluster.request("POST", "/api/v1/namespaces/default/configmaps", { body: map })).rejects.toThrow();
  expect(api.calls).toHaveLength(1);
  const later = await against(busy);
  const other = { ...map, metadata: { name: "b", namespace: "default" } };
  await later.request("POST", "/api/v1/namespaces/default/configmaps", { body: other });
  expect(api.calls).toHaveLength(2);
  await cluster.close();
  await later.close();
});

test("a delete whose precondition fails is not repeated", async () => {
  const cluster = await against(refusal(409, "Conflict", "uid"));
  await expect(
    cluster.remove({ ...map.metadata, apiVersion: "v1", kind: "ConfigMap" }, { uid: "x" }),
  ).rejects.toThrow();
  expect(api.calls).toHaveLength(1);
  await cluster.close();
});
