import type { Inventory } from "../apply/inventory.ts";
import { objectsDigest } from "../apply/transaction.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ClusterError } from "../cluster/status.ts";
import type { FleetTenant, Stack } from "../fleet.ts";
import type { PlannedUnit } from "../plan/shard.ts";
import { driveOut } from "./drive-out.ts";
import { iso, type LifecycleRecord, readRecords, removeRecord, whoAmI, writeRecord } from "./record.ts";
import { demandRoom } from "./room.ts";
import { serverTime } from "./server-time.ts";
import { judgeStep } from "./steps.ts";

/** A file asks for a state that may not follow the one the cluster records. */
export class LifecycleError extends ClusterError {}

/** What the lifecycle has to say about a run. */
export interface Moves {
  /** Tenants whose state changes, by id, or whose change was begun and did not end. */
  pending: Map<string, FleetTenant>;
  /** Tenants this run leaves alone, with the reason. */
  resting: Map<string, string>;
  /** Ids of tenants that are active by their files. */
  running: Set<string>;
  records: Map<string, LifecycleRecord>;
}

/** Judges every tenant's state against the cluster's records. Writes nothing. Throws LifecycleError with every illegal step. */
export async function readMoves(
  cluster: Cluster,
  { fleet }: Stack,
  inventories: ReadonlyMap<string, Inventory>,
  chosen: readonly FleetTenant[],
): Promise<Moves> {
  const records = await readRecords(cluster, fleet.settings.fleet);
  const moves: Moves = { pending: new Map(), resting: new Map(), running: new Set(), records };
  const refused: string[] = [];
  // Only a tombstone is judged by the time.
  const now = [...records.values()].some((it) => it.state === "purged") ? await serverTime(cluster) : 0;
  const asked = [
    ...chosen.map((tenant) => ({ id: tenant.id, state: tenant.lifecycle.state, tenant })),
    ...fleet.purged.map((id) => ({ id, state: "purged" as const, tenant: undefined })),
  ];
  for (const { id, state, tenant } of asked) {
    if (state === "active") moves.running.add(id);
    const step = judgeStep({ id, state }, records.get(id), inventories.has(`tenant.${id}`), now);
    if (step.kind === "refused") refused.push(step.text);
    else if (step.kind === "rest") moves.resting.set(id, step.text);
    else if (step.kind === "move" && tenant) moves.pending.set(id, tenant);
  }
  if (refused.length > 0) throw new LifecycleError([...refused, "Nothing was changed."].join("\n"));
  return moves;
}

/** Throws ClusterError when another run moved a tenant since these records were read: what was judged must be what is applied. */
export async function demandSteady(cluster: Cluster, fleet: string, { records }: Moves): Promise<void> {
  const now = await readRecords(cluster, fleet);
  const ids = new Set([...now.keys(), ...records.keys()]);
  const moved = [...ids].filter((id) => JSON.stringify(now.get(id)) !== JSON.stringify(records.get(id)));
  if (moved.length > 0)
    throw new ClusterError(
      `another run moved ${moved.join(", ")} meanwhile: nothing was applied; run the command again`,
    );
}

/** Applies one unit as part of its tenant's move, if it is in one. Throws NoRoomError before anything of it is written. */
export async function moving<T>(
  cluster: Cluster,
  fleet: string,
  moves: Moves,
  { unit, objects }: PlannedUnit,
  before: Inventory,
  apply: () => Promise<T>,
): Promise<T> {
  if (unit === "platform") return apply();
  const { tenant } = unit;
  // At rest the limits lie below what is used on purpose, and a limit that somebody raised is taken back whatever it costs.
  const asked = (): boolean => before.objects === "" || objectsDigest(objects) !== before.objects;
  if (moves.running.has(tenant) && asked()) await demandRoom(cluster, tenant, objects);
  await beginMove(cluster, fleet, moves, tenant);
  const result = await apply();
  await endMove(cluster, fleet, moves, tenant);
  return result;
}

/** Notes, before anything of a tenant is written, that it leaves the active state: the clock of an offboarding starts here, once. */
async function beginMove(cluster: Cluster, fleet: string, moves: Moves, id: string): Promise<void> {
  const tenant = moves.pending.get(id);
  if (!tenant || tenant.lifecycle.state === "active") return;
  const { state, retentionDays } = tenant.lifecycle;
  const record = moves.records.get(id);
  const same = record?.state === state ? record : undefined;
  const next: LifecycleRecord = {
    tenant: id,
    state,
    since: same?.since ?? iso(await serverTime(cluster)),
    retentionDays: Math.max(same?.retentionDays ?? 0, retentionDays),
    settled: false,
    by: same?.by ?? whoAmI(),
    ...(record?.backup && { backup: record.backup }),
    namespaces: [],
  };
  moves.records.set(id, next);
  await writeRecord(cluster, fleet, next);
}

/** After all of a tenant was applied: what still runs in a tenant at rest is driven out, and the move is noted as done. */
async function endMove(cluster: Cluster, fleet: string, moves: Moves, id: string): Promise<void> {
  const tenant = moves.pending.get(id);
  if (!tenant) return;
  if (tenant.lifecycle.state === "active") return removeRecord(cluster, id);
  await driveOut(cluster, tenant.namespaces);
  const record = moves.records.get(id);
  if (record) await writeRecord(cluster, fleet, { ...record, settled: true });
}
