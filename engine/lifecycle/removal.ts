import type { Cluster } from "../cluster/cluster.ts";
import { type Leaving, waitGone } from "../cluster/deletion.ts";
import { type KubeObject, type ObjectRef, refKey, refOf } from "../cluster/object.ts";
import { ApiError, record } from "../cluster/status.ts";
import { type Hold, holds } from "./finalizers.ts";
import { scan } from "./scan.ts";

/** A namespace that has to go: this one, and not another of its name made since. */
export interface Home {
  name: string;
  uid: string;
}

/** Makers before what they make: a pod whose maker stands is made again. */
const WORKLOADS: [apiVersion: string, kind: string][] = [
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["batch/v1", "CronJob"],
  ["batch/v1", "Job"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "ReplicaSet"],
  ["v1", "Pod"],
];
const CLAIM = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
const VOLUME = { apiVersion: "v1", kind: "PersistentVolume" };
const NAMESPACE = { apiVersion: "v1", kind: "Namespace" };
const PROVISIONED = "pv.kubernetes.io/provisioned-by";

/**
 * Deletes namespaces with all they hold, in order: workloads, claims with their volumes, namespaces. Each step begins when the one
 * before it is gone. Returns what holds it up when the time is over, empty when all is gone; asked again, it goes on where it stopped.
 */
export async function removeHomes(
  cluster: Cluster,
  homes: readonly Home[],
  deadlineMs: number,
  report: (text: string) => void,
): Promise<Hold[]> {
  const until = cluster.clock.now() + deadlineMs;
  const { standing, left } = await ours(cluster, homes);
  const names = standing.map((it) => it.name);
  const gone = async (what: string, refs: Leaving[]): Promise<boolean> => {
    report(`${what}: ${refs.length}`);
    return (
      refs.length === 0 || (await waitGone(cluster, refs, { deadlineMs: until - cluster.clock.now() })).length === 0
    );
  };

  for (const [apiVersion, kind] of WORKLOADS)
    await Promise.all(names.map((namespace) => removeAll(cluster, { apiVersion, kind, namespace })));
  const pods = await listIn(cluster, { apiVersion: "v1", kind: "Pod" }, names);
  if (!(await gone("ending pods", pods.map(leaving)))) return heldUp(cluster, names, []);

  const claims = await listIn(cluster, CLAIM, names);
  const volumes = await volumesOf(cluster, left);
  // The disk goes with the claim only where the volume says so.
  for (const it of volumes.filter(isKept))
    await cluster.patch(refOf(it), { spec: { persistentVolumeReclaimPolicy: "Delete" } });
  await Promise.all(names.map((namespace) => removeAll(cluster, { ...CLAIM, namespace })));
  if (!(await gone("deleting claims", claims.map(leaving)))) return heldUp(cluster, names, []);
  if (!(await gone("deleting volumes", volumes.map(leaving)))) return heldUp(cluster, names, volumes);

  for (const { name, uid } of standing) await cluster.remove({ ...NAMESPACE, name }, { uid });
  if (
    await gone(
      "deleting namespaces",
      standing.map((it) => ({ ...NAMESPACE, ...it })),
    )
  )
    return [];
  return heldUp(cluster, names, []);
}

/** Volumes that are bound, or were, to claims of these namespaces. */
export async function volumesOf(cluster: Cluster, namespaces: readonly string[]): Promise<KubeObject[]> {
  const volumes = await cluster.listAll(VOLUME);
  return volumes.filter((it) => namespaces.includes(String(record(record(it["spec"])["claimRef"])["namespace"])));
}

/** A disk that was made for a claim and would outlive it. */
const isKept = ({ metadata, spec }: KubeObject): boolean =>
  metadata.annotations?.[PROVISIONED] !== undefined && record(spec)["persistentVolumeReclaimPolicy"] !== "Delete";

/** Those that stand, and the names that are ours to clean up: not those of namespaces that somebody else made since. */
async function ours(cluster: Cluster, homes: readonly Home[]): Promise<{ standing: Home[]; left: string[] }> {
  const live = await Promise.all(homes.map(({ name }) => cluster.get({ ...NAMESPACE, name })));
  const uidOf = (index: number) => live[index]?.metadata.uid;
  return {
    standing: homes.filter(({ uid }, index) => uidOf(index) === uid),
    left: homes.filter(({ uid }, index) => [uid, undefined].includes(uidOf(index))).map((it) => it.name),
  };
}

async function listIn(cluster: Cluster, kind: typeof CLAIM, namespaces: readonly string[]): Promise<KubeObject[]> {
  const lists = await Promise.all(
    namespaces.map((namespace) => cluster.listAll({ ...kind, namespace, metadataOnly: true })),
  );
  return lists.flat().map((it) => ({ ...it, ...kind }));
}

const leaving = (object: KubeObject): Leaving => ({
  ...refOf(object),
  ...(object.metadata.uid !== undefined && { uid: object.metadata.uid }),
});

/** All of a kind in one namespace. */
async function removeAll(
  cluster: Cluster,
  ref: { apiVersion: string; kind: string; namespace: string },
): Promise<void> {
  const path = (await cluster.pathOf({ ...ref, name: "all" })).replace(/\/all$/, "");
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  await cluster.request("DELETE", path, { body, verb: "delete all", ref }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  });
}

/** What holds it up, by name; where nothing is held by name, what is left at all. */
async function heldUp(
  cluster: Cluster,
  namespaces: readonly string[],
  volumes: readonly KubeObject[],
): Promise<Hold[]> {
  const homes = namespaces.map((name) => ({ ...NAMESPACE, name }));
  const wanted = volumes.length > 0 ? volumes.map((it) => ({ ...VOLUME, name: it.metadata.name })) : homes;
  const live = (await Promise.all(wanted.map((it) => cluster.get(it)))).filter((it) => it !== undefined);
  const named = await holds(
    cluster,
    namespaces,
    live.map((it) => ({ ref: refOf(it), metadata: it.metadata })),
  );
  return named.length > 0 ? named : live.map((it) => ({ ref: refOf(it), holder: lastHolder(it) }));
}

function lastHolder({ kind, metadata, status }: KubeObject): string {
  if (kind !== "PersistentVolume") return "its controller, which has not answered";
  const provisioner = metadata.annotations?.[PROVISIONED];
  const phase = String(record(status)["phase"]);
  return provisioner === undefined
    ? `nobody: it was made by hand and is ${phase}; delete the disk and the volume by hand`
    : `its provisioner ${provisioner}, which has not deleted the disk (it is ${phase})`;
}

/** Everything anywhere that carries a label. */
export async function remaining(cluster: Cluster, labelSelector: string): Promise<ObjectRef[]> {
  const found = await scan(cluster, { labelSelector });
  return found.map(({ ref }) => ref).toSorted((a, b) => (refKey(a) < refKey(b) ? -1 : 1));
}
