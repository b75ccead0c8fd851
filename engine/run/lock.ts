import { NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { holdLease, NamespaceMissingError } from "../cluster/lease.ts";
import type { Held as Lease } from "../cluster/lease-spec.ts";
import { ClusterError } from "../cluster/status.ts";
import type { Held } from "./gate.ts";
import { heedSignals } from "./interruption.ts";

/**
 * One run at a time: holds the fleet's Lease, or throws HeldError with the holder's name. On a cluster without the platform's
 * namespace that namespace is applied first; two first runs may both do so, and the Lease in it then decides. SIGINT and SIGTERM
 * count as its loss, so that whoever holds it stops writing and gives it back.
 */
export async function lockFleet(cluster: Cluster, held: readonly Held[] = []): Promise<Lease> {
  const interruption = heedSignals();
  try {
    const lease = await takeLease(cluster, held);
    const lost = AbortSignal.any([lease.lost, interruption.signal]);
    const release = async () => {
      await lease.release();
      interruption.forget();
    };
    return { ...lease, lost, release };
  } catch (error) {
    interruption.forget();
    throw error;
  }
}

async function takeLease(cluster: Cluster, held: readonly Held[]): Promise<Lease> {
  const lease = { namespace: NAME.system, name: NAME.fleet };
  try {
    return await holdLease(cluster, lease);
  } catch (error) {
    if (!(error instanceof NamespaceMissingError)) throw error;
  }
  const home = held
    .find((it) => it.unit === "platform")
    ?.unpack()
    .find((it) => it.object.kind === "Namespace" && it.object.metadata.name === NAME.system);
  if (!home)
    throw new ClusterError(
      `there is no fleet in context ${cluster.server.context}: bring one up with: npm run -s tenantry -- up`,
    );
  await cluster.apply(home.object);
  return holdLease(cluster, lease);
}
