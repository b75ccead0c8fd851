import type { Cluster } from "../cluster/cluster.ts";
import { skipped, type Titled, type Verdict } from "./check.ts";
import { PROBE } from "./network-pods.ts";
import { allEdges, NETWORK_CHECKS } from "./network-policies.ts";
import { probeEnforcement } from "./network-probe.ts";
import { readSurroundings } from "./network-surroundings.ts";
import type { CheckResult, Target } from "./report.ts";

export interface NetworkArgs {
  cluster: Cluster;
  targets: readonly Target[];
  /** By digest; without one nothing is tried with pods. */
  image?: string;
  /** Asked once before the cluster is changed. */
  agree: () => Promise<boolean>;
}

export interface NetworkReport {
  /** With the namespace of the two pods. */
  targets: Target[];
  results: CheckResult[];
  seconds: number;
}

/** The one check that needs pods. */
export const ENFORCED: Titled = {
  id: "network.enforced",
  title: "The cluster's network plug-in enforces network policies",
  controls: ["CIS 5.3.1", "OWASP K05", "NSA network separation"],
  fix: "install a network plug-in that enforces network policies",
};

/** Every check of this kind, in the order of a report. */
export const NETWORK_TITLES: readonly Titled[] = [ENFORCED, ...NETWORK_CHECKS];

/**
 * Whether network policies hold at all, and what those that stand open to whom. Changes the cluster only for the former, where
 * nodes are real, an image is given and somebody agrees. Throws as probeEnforcement does.
 */
export async function verifyNetwork(args: NetworkArgs): Promise<NetworkReport> {
  const began = performance.now();
  const { cluster, targets } = args;
  const around = await readSurroundings(cluster);
  const results: CheckResult[] = [];
  for (const target of targets) {
    const { namespace } = target;
    const policies = await cluster.listAll({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace });
    const edges = allEdges(policies);
    results.push(...NETWORK_CHECKS.map((it) => resultOf(it, target, it.judge(target, edges, around))));
  }
  const home = { namespace: PROBE };
  results.push(resultOf(ENFORCED, home, await enforcement(args, around.simulated)));
  return { targets: [...targets, home], results, seconds: (performance.now() - began) / 1000 };
}

async function enforcement({ cluster, image, agree }: NetworkArgs, simulated: boolean): Promise<Verdict> {
  if (simulated) return skipped("not enforceable here: nodes are simulated");
  if (image === undefined)
    return skipped("nothing was tried: name an agnhost image by digest with --network-image to try it with two pods");
  if (!(await agree())) return skipped("nothing was tried: nobody agreed to run two pods");
  return probeEnforcement(cluster, image);
}

const resultOf = ({ id, title, controls }: Titled, { tenant, namespace }: Target, verdict: Verdict): CheckResult => ({
  ...{ id, title, controls, tenant, namespace },
  ...verdict,
});
