import { expect } from "vitest";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { CheckResult, VerifyReport } from "../../engine/verify/report.ts";
import { verify } from "../../engine/verify/verify.ts";
import type { Weakness } from "./verify-weaknesses.ts";
import { WEAKENED } from "./weaken.ts";

export const judged = (cluster: Cluster, ...namespaces: string[]): Promise<VerifyReport> =>
  verify({ cluster, targets: namespaces.map((namespace) => ({ namespace })) });

export const failing = ({ results }: VerifyReport): string[] =>
  results.filter((it) => it.outcome === "fail").map((it) => it.id);

/** For a test that fails: what stands behind the ids. */
export const told = (results: readonly CheckResult[]): string[] =>
  results.map((it) => `${it.namespace} ${it.id}: ${it.message}`);

export const resultOf = ({ results }: Pick<VerifyReport, "results">, id: string): CheckResult => {
  const found = results.find((it) => it.id === id);
  if (!found) throw new Error(`no result ${id}`);
  return found;
};

/** Guards go and come back a moment after they are told to: asked until the answer is the wanted one. */
export const settles = (cluster: Cluster, wanted: readonly string[]): Promise<void> =>
  expect
    .poll(async () => failing(await judged(cluster, WEAKENED)).toSorted(), { timeout: 120_000, interval: 200 })
    .toEqual(wanted.toSorted());

/** Weakens the space, sees exactly the wanted checks fail, and mends it again. */
export async function shows(cluster: Cluster, [, weaken, fails]: Weakness): Promise<void> {
  const restore = await weaken(cluster);
  try {
    await settles(cluster, fails);
  } finally {
    await restore();
  }
}
