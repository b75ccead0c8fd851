import type { Cluster } from "../cluster/cluster.ts";
import { type Drift, findDrift } from "../apply/drift.ts";
import { type Inventory, nameOfUnit, readInventories, type Unit } from "../apply/inventory.ts";
import { type Moves, readMoves } from "../lifecycle/moves.ts";
import type { FleetTenant, Stack } from "../fleet.ts";
import { inputsOf } from "../plan/inputs.ts";
import { servable } from "./cli-only.ts";

/** What the cluster holds of the fleet, against what the stack's files say. */
export interface Survey {
  inventories: Map<string, Inventory>;
  drifts: Map<string, Drift[]>;
  /** Units whose files, settings, program or objects changed: only these are planned. */
  platform: boolean;
  tenants: FleetTenant[];
  /** Tenants in the cluster that no file describes. Never deleted. */
  absent: Inventory[];
  moves: Moves;
  inputs: (unit: Unit) => string;
}

/**
 * Reads inventories and metadata only; writes nothing. `only` narrows to these tenants and makes nobody absent. Throws LifecycleError
 * when a file asks for a state that may not follow the one the cluster records.
 */
export async function survey(cluster: Cluster, stack: Stack, only?: readonly string[]): Promise<Survey> {
  const { fleet } = stack.fleet.settings;
  const inventories = await readInventories(cluster, fleet);
  const drifts = await findDrift(cluster, fleet, inventories);
  const inputs = inputsOf(stack);
  const stale = (unit: Unit): boolean => {
    const name = nameOfUnit(unit);
    return inventories.get(name)?.inputs !== inputs(unit) || drifts.has(name);
  };
  const known = new Set([...stack.fleet.tenants.map((it) => it.id), ...stack.fleet.purged, ...stack.fleet.aside]);
  // An administrator may bring up the platform alone, and who may not touch it the tenants alone.
  const part = stack.config["tenantry:part"] ?? "all";
  const wanted = part === "platform" ? [] : servable(stack);
  const chosen = wanted.filter((it) => !only || only.includes(it.id));
  const moves = await readMoves(cluster, stack, inventories, chosen);
  return {
    inventories,
    drifts,
    platform: part !== "tenants" && stale("platform"),
    tenants: chosen.filter(({ id }) => !moves.resting.has(id) && (moves.pending.has(id) || stale({ tenant: id }))),
    absent: [...inventories.values()].filter(({ unit }) => unit !== "platform" && !known.has(unit.tenant)),
    moves,
    inputs,
  };
}
