import type { Cluster } from "../cluster/cluster.ts";

/**
 * Ends the pods of workloads that a tenant made itself: no file knows them, so none sets them to zero. Their quota is 0 by now, so
 * they do not come back before the tenant does; the workloads stay, and with them what the tenant wrote.
 */
export async function driveOut(cluster: Cluster, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    const pods = await cluster.listAll({ apiVersion: "v1", kind: "Pod", namespace, metadataOnly: true });
    const running = pods.filter((it) => it.metadata.deletionTimestamp === undefined);
    await Promise.all(
      running.map(({ metadata: { name, uid } }) =>
        cluster.remove({ apiVersion: "v1", kind: "Pod", namespace, name }, { uid }).catch(ignoreStale),
      ),
    );
  }
}

/** Replaced meanwhile by one of the same name: that one meets the quota. */
function ignoreStale(error: unknown): void {
  if ((error as { status?: number }).status !== 409) throw error;
}
