import type { FleetTenant, Stack } from "../fleet.ts";
import type { Finding } from "./check.ts";
import type { RandomSource } from "./mocks.ts";
import type { Registration } from "./registration.ts";
import type { PlannedShard } from "./shard.ts";

/** Tenants planned together. Small shards bound memory: after each one the heap falls back to where it was. */
const SHARD = 10;

export interface Selection {
  platform: boolean;
  tenants: readonly FleetTenant[];
  /** Values for `random` resources; placeholders without it. Called for each shard before it is planned. */
  random?: (tenants: readonly string[]) => Promise<RandomSource>;
}

/** Plans and judges the selected units shard by shard, the platform first. Throws PlanError when the program itself fails. */
export async function* planUnits(stack: Stack, selection: Selection): AsyncGenerator<PlannedShard, void, undefined> {
  // The SDK takes a second to load: a run that plans nothing never needs it.
  const { planShard } = await import("./shard.ts");
  if (selection.platform) yield await planShard(stack, "platform", [], await selection.random?.([]));
  for (let from = 0; from < selection.tenants.length; from += SHARD) {
    const ids = selection.tenants.slice(from, from + SHARD).map((it) => it.id);
    yield await planShard(stack, "tenants", ids, await selection.random?.(ids));
  }
}

/** Judges what spans all units, once all of them are planned: `summaries` are those of every shard. */
export async function judgeTogether(stack: Stack, summaries: readonly Registration[]): Promise<Finding[]> {
  const { checkFleet } = await import("./check.ts");
  return checkFleet(summaries, (await stack.guardrails()).rules);
}
