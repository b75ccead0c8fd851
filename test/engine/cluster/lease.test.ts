import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../engine/cluster/clock.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { type Holder, identityOf, thisProcess } from "../../../engine/cluster/holder.ts";
import { HeldError, holdLease, NamespaceMissingError } from "../../../engine/cluster/lease.ts";
import { micro } from "../../../engine/cluster/lease-spec.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { HandClock, JumpingClock } from "../../support/fake-clock.ts";
import { refusal } from "../../support/fake-store.ts";

let api: FakeApi;
const open: Cluster[] = [];

beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((cluster) => cluster.close()));
  await api.stop();
});

async function client(clock = systemClock) {
  const cluster = await api.connect({ clock });
  open.push(cluster);
  return cluster;
}
const at = { namespace: "default", name: "fleet" };
const path = "/apis/coordination.k8s.io/v1/namespaces/default/leases/fleet";
const spec = () => api.store.objects.get(path)?.["spec"] as Record<string, unknown>;
const elsewhere: Holder = { user: "anna", host: "laptop", pid: 4711, machine: "another", run: "r1" };

function plant(holder: Holder, renewed: number, seconds = 15) {
  const time = micro(renewed);
  const held = {
    holderIdentity: identityOf(holder),
    leaseDurationSeconds: seconds,
    acquireTime: time,
    renewTime: time,
  };
  const metadata = { namespace: "default", name: "fleet" };
  api.store.put(path, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec: held });
}

test("is taken, named after this process, and free again after the release", async () => {
  const cluster = await client();
  const held = await holdLease(cluster, at);
  expect(spec()["holderIdentity"]).toBe(identityOf(held.holder));
  expect(held.holder.pid).toBe(process.pid);
  await held.release();
  expect(spec()["holderIdentity"]).toBeUndefined();
  expect(held.lost.aborted).toBe(false);
  await (await holdLease(cluster, at)).release();
  expect(spec()["leaseTransitions"]).toBe(1);
});

test("says who holds it, where and since when, and takes nothing", async () => {
  const cluster = await client();
  plant(elsewhere, Date.now() - 3000);
  const error: unknown = await holdLease(cluster, at).catch((it: unknown) => it);
  expect(error).toBeInstanceOf(HeldError);
  expect(error).toMatchObject({ holder: { user: "anna", host: "laptop", pid: 4711 }, since: spec()["acquireTime"] });
  expect((error as Error).message).toMatch(/^lease default\/fleet is held by anna on laptop, pid 4711, since 20/);
  expect(spec()["holderIdentity"]).toBe(identityOf(elsewhere));
});

test("a dead process of this machine is taken over at once; a live one and one of another machine are not", async () => {
  const cluster = await client();
  const dead = { ...thisProcess(), pid: 2 ** 30 };
  plant(dead, Date.now());
  await (await holdLease(cluster, at)).release();
  plant({ ...thisProcess(), pid: process.ppid }, Date.now());
  await expect(holdLease(cluster, at)).rejects.toBeInstanceOf(HeldError);
  plant({ ...dead, machine: "another" }, Date.now());
  await expect(holdLease(cluster, at)).rejects.toBeInstanceOf(HeldError);
});

test("what looks expired is watched for its whole duration before it is taken", async () => {
  const clock = new JumpingClock();
  const cluster = await client(clock);
  plant(elsewhere, clock.now() - 3_600_000, 15);
  const began = clock.now();
  const held = await holdLease(cluster, at);
  expect(clock.now() - began).toBeGreaterThanOrEqual(15_000);
  expect(spec()["holderIdentity"]).toBe(identityOf(held.holder));
  await held.release();
});

test("a holder with a wrong clock that renews all the same keeps it", async () => {
  const clock = new JumpingClock();
  const cluster = await client(clock);
  plant(elsewhere, clock.now() - 3_600_000, 15);
  api.fault = () => {
    if (api.calls.length === 6) plant(elsewhere, clock.now() - 3_600_000, 15);
    return undefined;
  };
  await expect(holdLease(cluster, at)).rejects.toBeInstanceOf(HeldError);
  expect(spec()["holderIdentity"]).toBe(identityOf(elsewhere));
});

test("a namespace that does not exist is an error of its own", async () => {
  const cluster = await client();
  const error: unknown = await holdLease(cluster, { namespace: "later", name: "fleet" }).catch((it: unknown) => it);
  expect(error).toBeInstanceOf(NamespaceMissingError);
  expect((error as Error).message).toBe("namespace later does not exist");
});

test("is lost when somebody else has taken it, and is not freed then", async () => {
  const clock = new HandClock();
  const held = await holdLease(await client(clock), at);
  plant(elsewhere, clock.now());
  await clock.runUntil(() => held.lost.aborted);
  expect((held.lost.reason as Error).message).toBe("lease default/fleet is lost: another run took it over");
  await held.release();
  expect(spec()["holderIdentity"]).toBe(identityOf(elsewhere));
});

test("is lost before others may take it when it cannot be renewed, also by silence", async () => {
  for (const fault of ["silence", refusal(500, "InternalError", "down")] as const) {
    const clock = new HandClock();
    api.fault = () => undefined;
    const held = await holdLease(await client(clock), { ...at, seconds: 30 });
    const began = clock.now();
    api.fault = ({ method }) => (method === "PUT" ? fault : undefined);
    await clock.runUntil(() => held.lost.aborted);
    expect((held.lost.reason as Error).message).toContain("could not be renewed in time");
    expect(clock.now() - began).toBeGreaterThan(20_000);
    expect(clock.now() - began).toBeLessThan(30_000);
    api.store.objects.delete(path);
  }
});

test("a renewal whose answer is lost is still ours", async () => {
  const clock = new HandClock();
  const held = await holdLease(await client(clock), at);
  let renewals = 0;
  api.fault = ({ method }) => (method === "PUT" && (renewals += 1) % 2 === 1 ? "lost" : undefined);
  await clock.runUntil(() => renewals >= 6 || held.lost.aborted);
  expect(held.lost.aborted).toBe(false);
  await held.release();
  expect(spec()["holderIdentity"]).toBeUndefined();
});

test("of two contenders exactly one wins, in each of 200 races for a free, a released and a dead one's lease", async () => {
  const [one, two] = [await client(), await client()];
  const dead = { ...thisProcess(), pid: 2 ** 30 };
  const outcomes: string[] = [];
  // Each answer takes its own time, so that the contenders overlap in all ways.
  api.fault = async () => {
    for (let i = Math.floor(Math.random() * 4); i > 0; i--) await new Promise(setImmediate);
    return undefined;
  };
  for (let trial = 0; trial < 200; trial++) {
    if (trial % 3 === 0) api.store.objects.delete(path);
    if (trial % 3 === 1) plant(dead, Date.now());
    const settled = await Promise.allSettled([holdLease(one, at), holdLease(two, at)]);
    const winners = settled.filter((it) => it.status === "fulfilled").map(({ value }) => value);
    const losers = settled.filter((it) => it.status === "rejected").map(({ reason }) => reason as unknown);
    const fair = winners.length === 1 && losers.every((it) => it instanceof HeldError);
    const named = winners.map(({ holder }) => identityOf(holder)).join() === spec()["holderIdentity"];
    outcomes.push(fair && named ? "one" : `${winners.length} winners, ${losers.map(String).join()}`);
    await Promise.all(winners.map((held) => held.release()));
  }
  expect(new Set(outcomes)).toEqual(new Set(["one"]));
});

test("is renewed while everything else waits for its turn", async () => {
  const cluster = await client();
  const held = await holdLease(cluster, { ...at, seconds: 6 });
  const taken = spec()["renewTime"];
  const answers: (() => void)[] = [];
  api.fault = async ({ path: asked }) => {
    if (asked.includes("configmaps")) await new Promise<void>((go) => answers.push(go));
    return undefined;
  };
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default", name: "slow" } };
  const flood = Array.from({ length: 100 }, () => cluster.apply(map));
  await expect.poll(() => spec()["renewTime"], { timeout: 20_000 }).not.toBe(taken);
  expect(answers).toHaveLength(32);
  api.fault = () => undefined;
  for (const go of answers) go();
  await Promise.all(flood);
  await held.release();
});
