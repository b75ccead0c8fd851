import { NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ClusterError } from "../cluster/status.ts";

/** Somebody else runs this fleet, or another fleet lives in this cluster. */
export class OwnerError extends ClusterError {}

export interface FleetRecord {
  fleet: string;
  runner: string;
}

/** Who runs the fleet, as the cluster remembers it; undefined in a cluster without one. */
export async function readOwner(cluster: Cluster): Promise<FleetRecord | undefined> {
  const record = await cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: NAME.system, name: NAME.fleet });
  if (!record) return undefined;
  const { fleet = "", runner = "" } = (record["data"] ?? {}) as Record<string, string>;
  return { fleet, runner };
}

/** Throws OwnerError unless the fleet is ours to change, or nobody's yet. */
export async function demandOwner(cluster: Cluster, fleet: string): Promise<void> {
  const owner = await readOwner(cluster);
  if (owner === undefined) return;
  const where = `context ${cluster.server.context}`;
  if (owner.fleet !== fleet) {
    throw new OwnerError(
      `${where} holds the fleet "${owner.fleet}", not "${fleet}": name another --context, or --set fleet=${owner.fleet}`,
    );
  }
  if (owner.runner !== "direct") {
    throw new OwnerError(
      `the fleet "${fleet}" in ${where} is run by "${owner.runner}": use that, or take it over with: npm run -s tenantry -- handover direct`,
    );
  }
}
