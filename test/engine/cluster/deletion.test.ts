import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { waitGone } from "../../../engine/cluster/deletion.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { JumpingClock } from "../../support/fake-clock.ts";

let api: FakeApi;
let cluster: Cluster;

beforeEach(async () => {
  api = await FakeApi.start();
  cluster = await api.connect({ clock: new JumpingClock() });
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const ref = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });
const path = (name: string) => `/api/v1/namespaces/${name}`;
const plant = (name: string, metadata = {}, rest = {}) =>
  api.store.put(path(name), { ...ref(name), metadata: { name, ...metadata }, ...rest });

test("watches any number of namespaces with one list a poll, until all are gone", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
  names.forEach((name) => plant(name));
  const left: number[] = [];
  const report = (refs: unknown[]) => {
    left.push(refs.length);
    names.splice(0, 20).forEach((name) => api.store.objects.delete(path(name)));
  };
  expect(await waitGone(cluster, names.map(ref), { deadlineMs: 60_000, report })).toEqual([]);
  expect(left).toEqual([40, 20, 0]);
  expect(api.calls.map((call) => `${call.method} ${call.path}`)).toEqual(Array(3).fill("GET /api/v1/namespaces"));
});

test("at the deadline it says what is stuck, on which finalizers, and what the server gives as reason", async () => {
  const message = "Some content in the namespace has finalizers remaining: acme.example/guard in 2 resource instances";
  const conditions = [
    { type: "NamespaceFinalizersRemaining", status: "True", message },
    { type: "NamespaceDeletionDiscoveryFailure", status: "False", message: "all fine" },
  ];
  const going = { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["acme.example/own"] };
  plant("stuck", going, { status: { conditions } });
  plant("gone-soon");
  const report = () => api.store.objects.delete(path("gone-soon"));
  const stuck = await waitGone(cluster, [ref("stuck"), ref("gone-soon")], { deadlineMs: 5000, report });
  const finalizers = ["acme.example/own", "acme.example/guard"];
  expect(stuck).toEqual([{ ref: ref("stuck"), finalizers, reasons: [message] }]);
});

test("a namespace made again under the same name counts as gone only by its uid", async () => {
  plant("again");
  expect(await waitGone(cluster, [{ ...ref("again"), uid: "of-the-old" }], { deadlineMs: 1000 })).toEqual([]);
  const [stuck] = await waitGone(cluster, [ref("again")], { deadlineMs: 1000 });
  expect(stuck?.reasons).toEqual(["its deletion was not asked for, or it was made again"]);
});
