import { milli } from "../../tenants/quantity.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { refOf } from "../cluster/object.ts";
import { ClusterError, record } from "../cluster/status.ts";
import type { PlannedObject } from "../plan/objects.ts";

/** A tenant uses more than its new plan allows. */
export class NoRoomError extends ClusterError {}

/**
 * A quota below what is used evicts nobody and lets nothing new in: the tenant's next rollout would hang. So a move to a smaller plan
 * is refused while more is used than it allows. Throws NoRoomError with the figures of every limit that is too small.
 */
export async function demandRoom(cluster: Cluster, tenant: string, objects: readonly PlannedObject[]): Promise<void> {
  const tight: string[] = [];
  for (const { object } of objects.filter((it) => it.object.kind === "ResourceQuota")) {
    const live = await cluster.get(refOf(object));
    const status = record(live?.["status"]);
    const [hard, used] = [record(status["hard"]), record(status["used"])];
    for (const [key, wanted] of Object.entries(record(record(object["spec"])["hard"]))) {
      const [before, now] = [amount(hard[key]), amount(used[key])];
      const next = amount(wanted);
      // A limit that does not sink takes nothing from anybody.
      if (next === undefined || now === undefined || before === undefined || next >= before || now <= next) continue;
      tight.push(`${object.metadata.namespace} uses ${key} ${String(used[key])}, allowed would be ${String(wanted)}`);
    }
  }
  if (tight.length === 0) return;
  throw new NoRoomError(
    `the smaller plan has no room for what ${tenant} uses: ${tight.join("; ")}. Use less first, or keep the plan`,
  );
}

/** Undefined for what no comparison can be made with. */
function amount(value: unknown): bigint | undefined {
  try {
    return typeof value === "string" ? milli(value) : undefined;
  } catch {
    return undefined;
  }
}
