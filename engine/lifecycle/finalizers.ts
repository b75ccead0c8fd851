import type { Cluster } from "../cluster/cluster.ts";
import { type ObjectMeta, type ObjectRef, refKey } from "../cluster/object.ts";
import { line, record } from "../cluster/status.ts";
import { type Found, scan } from "./scan.ts";

/** Why one object does not go. */
export interface Hold {
  ref: ObjectRef;
  /** Unset where no finalizer holds it: then the node it runs on does. */
  finalizer?: string;
  /** Who set the finalizer and who takes it away, as far as the API server and this table know. */
  holder: string;
}

/** Who takes a finalizer away, by how it begins. */
const CONTROLLERS: [start: string, who: string][] = [
  ["kubernetes.io/pvc-protection", "Kubernetes' claim protection, once no pod uses the claim"],
  ["kubernetes.io/pv-protection", "Kubernetes' volume protection, once no claim is bound to the volume"],
  ["foregroundDeletion", "the garbage collector, once the dependents are gone"],
  ["orphan", "the garbage collector"],
  ["batch.kubernetes.io/job-tracking", "the Job controller"],
  ["service.kubernetes.io/load-balancer-cleanup", "the cloud's service controller"],
  ["external-provisioner.volume.kubernetes.io/", "the CSI provisioner, once the disk is deleted"],
  ["external-attacher/", "the CSI attacher"],
  ["snapshot.storage.kubernetes.io/", "the snapshot controller"],
  ["resources-finalizer.argocd.argoproj.io", "Argo CD"],
  ["velero.io/", "Velero"],
  ["cnpg.io/", "CloudNativePG"],
  ["finalizer.acme.cert-manager.io", "cert-manager"],
];

/** `core/ConfigMap/acme-api/x is held by finalizer example.com/y: set by "kubectl-edit"`: one line for people. */
export const formatHold = ({ ref, finalizer, holder }: Hold): string =>
  `${refKey(ref)} is held by ${finalizer === undefined ? "" : `finalizer ${line(finalizer, 200)}: `}${holder}`;

/** Everything in these namespaces, and of these other objects, that was asked to go and is held. */
export async function holds(
  cluster: Cluster,
  namespaces: readonly string[],
  others: readonly Found[],
): Promise<Hold[]> {
  const inside = await Promise.all(namespaces.map((namespace) => scan(cluster, { namespace })));
  const leaving = [...inside.flat(), ...others].filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const found = await Promise.all(leaving.map((it) => holdsOf(cluster, it)));
  return found.flat().toSorted((a, b) => (formatHold(a) < formatHold(b) ? -1 : 1));
}

async function holdsOf(cluster: Cluster, { ref, metadata }: Found): Promise<Hold[]> {
  const { finalizers = [] } = metadata;
  if (finalizers.length === 0) return ref.kind === "Pod" ? [{ ref, holder: await nodeOf(cluster, ref) }] : [];
  return Promise.all(
    finalizers.map(async (finalizer) => {
      const setters = settersOf(metadata, finalizer);
      const known = CONTROLLERS.find(([start]) => finalizer.startsWith(start))?.[1];
      const users = finalizer === "kubernetes.io/pvc-protection" ? await usersOf(cluster, ref) : [];
      const holder = [
        setters.length > 0
          ? `set by ${setters.map((it) => `"${line(it, 100)}"`).join(", ")}`
          : "nobody is recorded to have set it",
        known === undefined ? "taken away by the controller that owns this name" : `taken away by ${known}`,
        ...(users.length > 0 ? [`used by ${users.map((it) => `pod ${it}`).join(", ")}`] : []),
      ].join("; ");
      return { ref, finalizer, holder };
    }),
  );
}

/** Field managers that wrote the finalizer, from the API server's own record. */
const settersOf = ({ managedFields = [] }: ObjectMeta, finalizer: string): string[] =>
  managedFields
    .filter(({ fieldsV1 }) => {
      const entries = record(record(record(fieldsV1)["f:metadata"])["f:finalizers"]);
      return `v:${JSON.stringify(finalizer)}` in entries;
    })
    .flatMap((it) => it.manager ?? []);

/** Pods that mount a claim. */
async function usersOf(cluster: Cluster, claim: ObjectRef): Promise<string[]> {
  const query = { apiVersion: "v1", kind: "Pod", ...(claim.namespace && { namespace: claim.namespace }) };
  const pods = await cluster.listAll(query);
  const mounts = (pod: (typeof pods)[number]) =>
    ((record(pod["spec"])["volumes"] ?? []) as { persistentVolumeClaim?: { claimName?: string } }[]).some(
      (it) => it.persistentVolumeClaim?.claimName === claim.name,
    );
  return pods.filter(mounts).map((it) => it.metadata.name);
}

async function nodeOf(cluster: Cluster, pod: ObjectRef): Promise<string> {
  const node = line(record((await cluster.get(pod))?.["spec"])["nodeName"], 100);
  return node === "" ? "its own end" : `the kubelet of node ${node}, which has not ended it`;
}
