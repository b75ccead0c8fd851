import { expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import type { KubeObject, ObjectRef } from "../../../engine/cluster/object.ts";
import { removeHomes } from "../../../engine/lifecycle/removal.ts";

const HOME = { name: "acme-api", uid: "ours" };
const volume = (): KubeObject => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "disk", annotations: { "pv.kubernetes.io/provisioned-by": "csi" } },
  spec: { persistentVolumeReclaimPolicy: "Retain", claimRef: { namespace: HOME.name } },
});

/** A cluster with one volume, where the namespace has this uid; everything it was asked to write is noted. */
function clusterWith(uid: string | undefined) {
  const written: string[] = [];
  let volumes = [volume()];
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: HOME.name, uid } };
  const cluster = {
    clock: { now: () => 0 },
    get: () => Promise.resolve(uid === undefined ? undefined : namespace),
    listAll: ({ kind }: { kind: string }) => Promise.resolve(kind === "PersistentVolume" ? volumes : []),
    list: async function* () {
      await Promise.resolve();
      yield* [];
    },
    pathOf: ({ kind }: ObjectRef) => Promise.resolve(`/${kind}/all`),
    patch: (ref: ObjectRef, body: unknown) => {
      written.push(`patch ${ref.kind} ${JSON.stringify(body)}`);
      volumes = [];
      return Promise.resolve();
    },
    request: (method: string, path: string) => Promise.resolve(written.push(`${method} ${path}`)),
    remove: (ref: ObjectRef, options: { uid?: string }) =>
      Promise.resolve(written.push(`remove ${ref.kind} ${ref.name} ${options.uid ?? ""}`)),
  };
  return { cluster: cluster as unknown as Cluster, written };
}
const run = async (uid: string | undefined) => {
  const { cluster, written } = clusterWith(uid);
  expect(await removeHomes(cluster, [HOME], 1000, () => undefined)).toEqual([]);
  return written;
};
const PATCH = 'patch PersistentVolume {"spec":{"persistentVolumeReclaimPolicy":"Delete"}}';

test("makers go before pods, claims after them, the namespace last and by its uid; a kept disk is let go first", async () => {
  const kinds = [
    "HorizontalPodAutoscaler",
    "CronJob",
    "Job",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Pod",
  ];
  expect(await run("ours")).toEqual([
    ...kinds.map((it) => `DELETE /${it}`),
    PATCH,
    "DELETE /PersistentVolumeClaim",
    "remove Namespace acme-api ours",
  ]);
});

test("a namespace of the same name that somebody made since keeps all it has, its disks too", async () => {
  expect(await run("theirs")).toEqual([]);
});

test("a disk that is left after its namespace went is still let go", async () => {
  expect(await run(undefined)).toEqual([PATCH]);
});
