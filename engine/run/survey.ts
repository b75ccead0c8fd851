import type { Cluster } from "../cluster/cluster.ts";
import { type Drift, findDrift } from "../apply/drift.ts";
import { type Inventory, nameOfUnit, readInventories, type Unit } from "../apply/inventory.ts";
import type { FleetTenant, Stack } from "../fleet.ts";
import { inputsOf } from "../plan/unit.ts";

/** What the cluster holds of the fleet, against what the stack's files say. */
export interface Survey {
  inventories: Map<string, Inventory>;
  drifts: Map<string, Drift[]>;
  /** Units whose files, settings, program or objects changed: only these are planned. */
  platform: boolean;
  tenants: FleetTenant[];
  /** Tenants in the cluster that no file describes. Never deleted. */
  absent: Inventory[];
  inputs: (unit: Unit) => string;
}

/** Reads inventories and metadata only; writes nothing. `only` narrows to these tenants and makes nobody absent. */
export async function survey(cluster: Cluster, stack: Stack, only?: readonly string[]): Promise<Survey> {
  const { fleet } = stack.fleet.settings;
  const inventories = await readInventories(cluster, fleet);
  const drifts = await findDrift(cluster, fleet, inventories);
  const inputs = inputsOf(stack);
  const stale = (unit: Unit): boolean => {
    const name = nameOfUnit(unit);
    return inventories.get(name)?.inputs !== inputs(unit) || drifts.has(name);
  };
  const known = new Set([...stack.fleet.tenants.map((it) => it.id), ...stack.fleet.aside]);
  const chosen = stack.fleet.tenants.filter((it) => !only || only.includes(it.id));
  return {
    inventories,
    drifts,
    platform: stale("platform"),
    tenants: chosen.filter((it) => stale({ tenant: it.id })),
    absent: [...inventories.values()].filter(({ unit }) => unit !== "platform" && !known.has(unit.tenant)),
    inputs,
  };
}
