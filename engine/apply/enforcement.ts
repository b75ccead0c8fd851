import { LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ApiError, ClusterError } from "../cluster/status.ts";

/** Admission policies bite a moment after they are created, a second at the most on one API server. */
const DEADLINE_MS = 30_000;
const SETTLE_MS = 1_000;

/**
 * Waits until the admission policies refuse what they must: an owner nobody knows in the fleet's record, which is refused even
 * to the platform itself. Sent as a dry run, so nothing is ever made. Throws when they do not bite in time.
 */
export async function waitEnforced(cluster: Cluster): Promise<void> {
  const until = cluster.clock.now() + DEADLINE_MS;
  const probe = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: NAME.fleet, namespace: NAME.system, labels: { [LABEL.part]: "probe" } },
    data: { runner: "nobody" },
  };
  for (;;) {
    try {
      await cluster.apply(probe, { dryRun: true, force: true, manager: "tenantry-probe" });
    } catch (error) {
      if (!(error instanceof ApiError && /ValidatingAdmissionPolicy/.test(error.message))) throw error;
      // One that bites says that the others, applied in the same moment, do so within the second.
      await cluster.pause(SETTLE_MS);
      return;
    }
    if (cluster.clock.now() > until) {
      throw new ClusterError(
        "the cluster does not enforce the platform's admission policies: is ValidatingAdmissionPolicy switched off?",
      );
    }
    await cluster.pause(100);
  }
}
