import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { waitGone } from "../cluster/deletion.ts";
import { type KubeObject, refOf } from "../cluster/object.ts";
import { ClusterError, record } from "../cluster/status.ts";
import { failed, passed, type Verdict } from "./check.ts";
import { clientPod, denial, PROBE, PROBE_PART, probeNamespace, serverPod } from "./network-pods.ts";

/** An image to pull, a pod to start: minutes on a slow cluster. */
const START_MS = 180_000;
/** Network plug-ins act on a policy within seconds; tests of Kubernetes itself wait as long. */
const SETTLE_MS = 30_000;
const GONE_MS = 120_000;

/**
 * Whether the cluster's network plug-in enforces network policies: one pod connects to another without a policy, with one that
 * closes the way in, and with one that closes the way out. Makes a namespace and takes it away again, whatever happens.
 * Throws ClusterError when the pods do not start, or the namespace cannot be made or taken away.
 */
export async function probeEnforcement(cluster: Cluster, image: string): Promise<Verdict> {
  await clean(cluster);
  try {
    await cluster.create(probeNamespace());
    return await tried(cluster, image);
  } finally {
    await clean(cluster);
  }
}

async function tried(cluster: Cluster, image: string): Promise<Verdict> {
  await accountOf(cluster);
  const address = await started(cluster, await cluster.create(serverPod(image)));
  let count = 0;
  const connects = async (): Promise<boolean> =>
    ended(cluster, await cluster.create(clientPod(`client-${++count}`, image, address)));
  const settles = async (wanted: boolean): Promise<boolean> => {
    const until = cluster.clock.now() + SETTLE_MS;
    for (;;) {
      if ((await connects()) === wanted) return true;
      if (cluster.clock.now() > until) return false;
      await cluster.pause(1_000);
    }
  };
  const open: string[] = [];
  for (const way of ["Ingress", "Egress"] as const) {
    if (!(await settles(true)))
      return failed(
        `two pods in ${PROBE} cannot connect although no policy says so: nothing is known of policies; mend the cluster's network first`,
      );
    const policy = await cluster.create(denial(way));
    if (!(await settles(false))) open.push(way.toLowerCase());
    await cluster.remove(refOf(policy));
  }
  return open.length === 0
    ? passed("a pod that connects to another is stopped by a policy at either end, and by nothing else")
    : failed(
        `network policies are not enforced for ${open.join(" and ")}: install a network plug-in that does, such as Cilium or Calico, or switch its policies on`,
      );
}

/** Pods are refused until the namespace has its service account, which takes a moment. */
async function accountOf(cluster: Cluster): Promise<void> {
  const until = cluster.clock.now() + SETTLE_MS;
  const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: PROBE, name: "default" };
  while (!(await cluster.get(ref))) {
    if (cluster.clock.now() > until)
      throw new ClusterError(`${PROBE} gets no service account: is the cluster healthy?`);
    await cluster.pause(200);
  }
}

/** Waits for the pod's address. */
async function started(cluster: Cluster, pod: KubeObject): Promise<string> {
  const status = await awaited(cluster, pod, ({ phase, podIP }) => phase === "Running" && typeof podIP === "string");
  return String(status["podIP"]);
}

/** Waits for the pod's end; whether it did what it was to do. */
async function ended(cluster: Cluster, pod: KubeObject): Promise<boolean> {
  const { phase } = await awaited(cluster, pod, (it) => it["phase"] === "Succeeded" || it["phase"] === "Failed");
  await cluster.remove(refOf(pod));
  return phase === "Succeeded";
}

type Status = Record<string, unknown>;

async function awaited(cluster: Cluster, pod: KubeObject, done: (status: Status) => boolean): Promise<Status> {
  const until = cluster.clock.now() + START_MS;
  for (;;) {
    const status = record((await cluster.get(refOf(pod)))?.["status"]);
    if (done(status)) return status;
    if (cluster.clock.now() > until)
      throw new ClusterError(
        `pod ${PROBE}/${pod.metadata.name} is ${typeof status["phase"] === "string" ? status["phase"] : "gone"} after ${START_MS / 1000} s${reason(status)}: is the image one this cluster can pull and run?`,
      );
    await cluster.pause(500);
  }
}

function reason({ containerStatuses }: Status): string {
  const [first] = Array.isArray(containerStatuses) ? containerStatuses.map(record) : [];
  const why = record(record(first?.["state"])["waiting"])["reason"];
  return typeof why === "string" ? ` (${why})` : "";
}

/** Also what a run that was killed has left. */
async function clean(cluster: Cluster): Promise<void> {
  const ref = { apiVersion: "v1", kind: "Namespace", name: PROBE };
  const found = await cluster.get(ref);
  if (!found) return;
  if (found.metadata.labels?.[LABEL.part] !== PROBE_PART)
    throw new ClusterError(`the namespace ${PROBE} exists and was not made for this: rename it or take it away first`);
  await cluster.remove(ref);
  const left = await waitGone(cluster, [ref], { deadlineMs: GONE_MS });
  if (left.length > 0) throw new ClusterError(`the namespace ${PROBE} does not go: kubectl delete namespace ${PROBE}`);
}
