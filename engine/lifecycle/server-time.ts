import { NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ClusterError } from "../cluster/status.ts";

/**
 * The API server's own time, in milliseconds since 1970, to the second. The clock of whoever runs the command proves nothing:
 * a laptop set ahead by a month would end every retention. Asked by a dry run, which is stamped and never stored.
 */
export async function serverTime(cluster: Cluster): Promise<number> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "lifecycle.clock" } };
  const path = `/api/v1/namespaces/${NAME.system}/configmaps`;
  const answer = await cluster.request("POST", path, { body, query: { dryRun: "All" }, idempotent: true });
  const stamp = (answer as { metadata?: { creationTimestamp?: string } } | undefined)?.metadata?.creationTimestamp;
  const time = Date.parse(stamp ?? "");
  if (Number.isNaN(time)) throw new ClusterError("the API server does not tell the time: nothing can be judged by it");
  return time;
}
