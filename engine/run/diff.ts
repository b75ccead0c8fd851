import type { Cluster } from "../cluster/cluster.ts";
import { ConflictError } from "../cluster/status.ts";
import type { KubeObject } from "../cluster/object.ts";
import { refOf } from "../cluster/object.ts";
import { nameOfUnit, titleOf } from "../apply/inventory.ts";
import { guardsOf, isTampered, mayForce } from "../apply/ownership.ts";
import { demandOwner } from "../apply/owner.ts";
import type { Stack } from "../fleet.ts";
import type { PlannedObject } from "../plan/objects.ts";
import { Vault } from "../random/vault.ts";
import { compare, type FieldChange } from "./fields.ts";
import type { Report } from "./events.ts";
import { planAndJudge } from "./gate.ts";
import { driftOf } from "./healed.ts";
import { isSettled } from "./settled.ts";
import { leftToCli } from "./cli-only.ts";
import { survey, type Survey } from "./survey.ts";
import { pool } from "./concurrency.ts";

export interface Difference {
  unit: string;
  /** "core/ResourceQuota/acme-api/quota" */
  object: string;
  /** "absent": the tenant's file is gone, and up leaves it as it is. */
  change: "create" | "change" | "delete" | "conflict" | "absent";
  /** Empty for Secrets and whatever else holds a secret value: values are never shown. */
  fields: FieldChange[];
  note?: string;
  /** It is no longer as it was applied, whatever the files say by now. */
  drifted?: true;
}

/** What `up` would do, found by dry runs of the very same applies. Writes nothing. */
export async function diff(
  cluster: Cluster,
  stack: Stack,
  only: readonly string[] | undefined,
  report: Report,
): Promise<Difference[]> {
  await demandOwner(cluster, stack.fleet.settings.fleet);
  const before = await survey(cluster, stack, only);
  const differences: Difference[] = only ? [] : unfiled(before.absent, before.moves.records);
  for (const text of leftToCli(stack, only)) report({ kind: "note", text });
  if (!before.platform && before.tenants.length === 0) return differences;
  // Values that are not there yet are made for this look and thrown away.
  const vault = new Vault(cluster, stack.fleet.settings.fleet);
  const held = await planAndJudge(stack, { ...before, random: (tenants) => vault.source(tenants) }, report);
  for (const { unit, unpack } of held.filter((it) => !isSettled(before, it))) {
    const objects = unpack();
    const title = titleOf(unit);
    await pool(16, objects, async (it) => {
      const found = await differenceOf(cluster, title, it);
      if (found) differences.push(found);
    });
    const wanted = new Set(objects.map((it) => it.key));
    for (const key of before.inventories.get(nameOfUnit(unit))?.entries.keys() ?? []) {
      if (!wanted.has(key)) differences.push({ unit: title, object: key, change: "delete", fields: [] });
    }
  }
  const drifted = new Set(driftOf(before).map((it) => it.object));
  for (const it of differences) if (drifted.has(it.object)) it.drifted = true;
  return differences.toSorted((a, b) => (`${a.unit} ${a.object}` < `${b.unit} ${b.object}` ? -1 : 1));
}

/** A tenant ends by its lifecycle alone: what the cluster still has and no file describes is a fault of the files. */
const unfiled = (absent: Survey["absent"], records: Survey["moves"]["records"]): Difference[] =>
  absent.map(({ unit }) => {
    const id = titleOf(unit);
    const note = `its file is gone, but the cluster records it as ${records.get(id)?.state ?? "active"}: put the file back; a tenant ends by suspended, offboarding and tenantry purge`;
    return { unit: id, object: "tenant", change: "absent", fields: [], note };
  });

/** One object's difference, by a dry run; undefined when an apply would change nothing. */
export async function differenceOf(
  cluster: Cluster,
  unit: string,
  planned: PlannedObject,
): Promise<Difference | undefined> {
  const { key, object } = planned;
  const live = await cluster.get(refOf(object));
  if (!live) return { unit, object: key, change: "create", fields: [] };
  let next: KubeObject;
  let note: string | undefined;
  try {
    next = await cluster.apply(object, { dryRun: true });
  } catch (error) {
    if (!(error instanceof ConflictError))
      return { unit, object: key, change: "conflict", fields: [], note: (error as Error).message };
    note = error.message;
    if (!mayForce(planned, error)) {
      if (guardsOf(planned, error)) note += "; up takes back the guards among these and leaves the rest";
      return { unit, object: key, change: "conflict", fields: [], note };
    }
    next = await cluster.apply(object, { dryRun: true, force: true });
  }
  const fields = compare(live, next);
  if (isTampered(object.kind, live.metadata)) note = "somebody added to this guard: it is written anew as planned";
  if (fields.length === 0 && note === undefined) return undefined;
  const hidden = object.kind === "Secret" || planned.secrets.length > 0;
  return { unit, object: key, change: "change", fields: hidden ? [] : fields, ...(note && { note }) };
}
