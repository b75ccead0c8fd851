import { canonical, digest, redact } from "../plan/canonical.ts";
import type { PlannedObject } from "../plan/objects.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { refOf } from "../cluster/object.ts";
import { ApiError, ClusterError, ConflictError } from "../cluster/status.ts";
import { applyObject, type Outcome } from "./object.ts";
import { type Inventory, type Unit, writeInventory } from "./inventory.ts";
import { printOf } from "./print.ts";
import { prune } from "./prune.ts";

/** All of one unit's change: it stands or falls alone. */
export interface Change {
  unit: Unit;
  objects: readonly PlannedObject[];
  /** Digest of what the plan was made from. */
  inputs: string;
  summary: Record<string, string>;
}

export interface Result {
  created: string[];
  changed: string[];
  pruned: string[];
  unchanged: number;
  /** What was left alone and why: claims that hold data, fields that others own. */
  kept: string[];
}

/** A unit was given up; `result` is what had been done by then. */
export class UnitError extends ClusterError {
  readonly result: Result;
  constructor(failures: readonly Error[], result: Result) {
    // Conflicts are told each, with who holds what; of other failures the first says why.
    const conflicts = failures.filter((it) => it instanceof ConflictError);
    const [first, ...more] = failures.filter((it) => !(it instanceof ConflictError));
    const others = first ? [first.message + (more.length > 0 ? ` (and ${more.length} more)` : "")] : [];
    super([...others, ...conflicts.map((it) => it.message)].join("; "), { cause: failures[0] });
    this.result = result;
  }
}

/** Digest of a unit's objects without secret values: the same whoever makes it from the same plan. */
export const objectsDigest = (objects: readonly PlannedObject[]): string =>
  digest(
    objects
      .map(({ key, object, secrets }) => `${key} ${digest(canonical(redact(object, secrets)))}`)
      .toSorted()
      .join("\n"),
  );

/**
 * Applies one unit: notes in the cluster what it is about to own, applies step by step (guards before workloads), prunes what
 * is planned no more, then notes the end. Killed at any point, the next run finds the note and converges. Throws UnitError.
 */
export async function applyUnit(cluster: Cluster, fleet: string, before: Inventory, change: Change): Promise<Result> {
  const entries = new Map(before.entries);
  for (const { key, object } of change.objects) {
    if (!entries.has(key)) entries.set(key, { ...refOf(object), uid: "", print: "" });
  }
  const objects = objectsDigest(change.objects);
  // The entries are the same map: what is noted later is what was found by then.
  const noted = { unit: change.unit, inputs: "", objects: before.objects, entries, summary: change.summary };
  await writeInventory(cluster, fleet, noted);

  const result: Result = { created: [], changed: [], pruned: [], unchanged: 0, kept: [] };
  const made = new Set<string>();
  const failures: Error[] = [];
  for (const step of steps(change.objects)) {
    const settled = await Promise.allSettled(
      step.map((it) => {
        const fresh = made.has(it.object.metadata.namespace ?? "");
        return applyObject(cluster, fleet, it, before.entries.get(it.key), fresh);
      }),
    );
    for (const [index, it] of settled.entries()) {
      const planned = step[index];
      if (!planned || it.status === "rejected") continue;
      const { live, outcome, existed } = it.value;
      count(result, planned.key, outcome);
      if (!existed && live.kind === "Namespace") made.add(live.metadata.name);
      entries.set(planned.key, {
        ...refOf(planned.object),
        uid: live.metadata.uid ?? "",
        print: printOf(live.metadata),
      });
    }
    failures.push(...failuresOf(settled));
    // What others hold is theirs, and no reason to leave the guards of later steps as they are.
    if (failures.every((it) => it instanceof ConflictError)) continue;
    break;
  }
  if (failures.length > 0) {
    // Else what was taken back now would count as drifted again next time. Only where the server answers at all.
    if (failures.every((it) => it instanceof ApiError))
      await writeInventory(cluster, fleet, noted).catch(() => undefined);
    throw new UnitError(failures, result);
  }
  const wanted = new Set(change.objects.map((it) => it.key));
  const leftovers = [...entries].filter(([key]) => !wanted.has(key));
  const { gone, released, kept } = await prune(cluster, fleet, leftovers);
  for (const key of [...gone, ...released]) entries.delete(key);
  result.pruned.push(...gone);
  result.kept.push(...kept);
  await writeInventory(cluster, fleet, {
    unit: change.unit,
    inputs: change.inputs,
    objects,
    entries,
    summary: change.summary,
  });
  return result;
}

function count(result: Result, key: string, outcome: Outcome): void {
  if (outcome === "unchanged") result.unchanged += 1;
  else result[outcome].push(key);
}

function steps(objects: readonly PlannedObject[]): PlannedObject[][] {
  const byStep = Map.groupBy(objects, (it) => it.step);
  return [...byStep.entries()].toSorted(([a], [b]) => a - b).map(([, list]) => list);
}

/** Of a step all of whose work has ended: nothing may be in flight when a unit is given up. */
function failuresOf(settled: readonly PromiseSettledResult<unknown>[]): Set<Error> {
  // A lock that is lost ends every call of every unit with the very same error.
  return new Set(settled.filter((it) => it.status === "rejected").map((it) => it.reason as Error));
}
