import { LABEL } from "../../components/contract.ts";
import { type Inventory, readInventories, removeInventory } from "../apply/inventory.ts";
import { OwnerError, readOwner } from "../apply/owner.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { refKey } from "../cluster/object.ts";
import type { Stack } from "../fleet.ts";
import { judgeDue } from "../lifecycle/due.ts";
import { formatHold } from "../lifecycle/finalizers.ts";
import {
  type Backup,
  daysAfter,
  iso,
  type LifecycleRecord,
  readRecords,
  whoAmI,
  writeRecord,
} from "../lifecycle/record.ts";
import { type Home, remaining, removeHomes, volumesOf } from "../lifecycle/removal.ts";
import { scan } from "../lifecycle/scan.ts";
import { serverTime } from "../lifecycle/server-time.ts";
import { removeValues } from "../random/vault.ts";
import type { Report } from "./events.ts";
import { lockFleet } from "./lock.ts";
import { Refusal } from "./refusal.ts";

/** How long an id is kept from use after its purge. */
const TOMBSTONE_DAYS = 90;

/** What would go. */
export interface Doomed {
  tenant: string;
  /** An earlier purge of it began and did not end. */
  resumed: boolean;
  namespaces: { name: string; /** By kind. */ objects: Record<string, number> }[];
  /** "NAMESPACE/NAME" */
  claims: string[];
  volumes: string[];
  backup?: Backup;
}

export interface Purged {
  /** All is gone, and a scan over every kind found nothing. */
  done: boolean;
  /** What holds it up, one line each; the same command goes on. */
  held: string[];
  /** Until when its id is kept from use; ISO. */
  until?: string;
}

export interface Purge {
  doomed: Doomed;
  /** Deletes; `waitMs` bounds how long it waits before it names what does not go. */
  commit: (waitMs: number, report: Report) => Promise<Purged>;
}

/**
 * Prepares the end of a tenant's data. Writes nothing before `commit`. Throws Refusal, with every reason, unless it is offboarding in the
 * file and in the cluster, its retention is over by the cluster's clock, and a backup of it is newer than the offboarding.
 */
export async function preparePurge(cluster: Cluster, stack: Stack, id: string): Promise<Purge> {
  const { fleet } = stack.fleet.settings;
  await demandFleet(cluster, fleet);
  const inventory = (await readInventories(cluster, fleet)).get(`tenant.${id}`);
  const record = (await readRecords(cluster, fleet)).get(id);
  if (record?.state === "purged")
    throw new Refusal([`${id} was purged on ${record.since} by ${record.by}: nothing is left of it`]);
  if (!record && !inventory) throw new Refusal([`the cluster has nothing of a tenant "${id}"`]);
  const begun = record?.state === "purging" ? record : undefined;
  const begin = begun ?? (await beginning(cluster, stack, id, record, inventory));
  return {
    doomed: await doomedOf(cluster, id, begin, begun !== undefined),
    commit: (waitMs, report) => purge(cluster, fleet, { record: begin, before: record, inventory }, waitMs, report),
  };
}

/** The record a purge begins with. Throws Refusal with everything that stands against it. */
async function beginning(
  cluster: Cluster,
  stack: Stack,
  id: string,
  record: LifecycleRecord | undefined,
  inventory: Inventory | undefined,
): Promise<LifecycleRecord> {
  const { settings, tenants } = stack.fleet;
  const now = await serverTime(cluster);
  const subject = { id, fleet: settings.fleet, tenant: tenants.find((it) => it.id === id) };
  const { homes, backup, reasons } = await judgeDue(cluster, subject, record, inventory, now);
  if (reasons.length > 0 || !record || !backup)
    throw new Refusal([`${id} is not purged:`, ...reasons, "Nothing was changed."]);
  return { ...record, state: "purging", since: iso(now), by: whoAmI(), settled: false, backup, namespaces: homes };
}

/** Any way of running the fleet may purge: what it deletes is decided here, and no other way deletes a tenant's data. */
async function demandFleet(cluster: Cluster, fleet: string): Promise<void> {
  const owner = await readOwner(cluster);
  if (owner && owner.fleet !== fleet)
    throw new OwnerError(`context ${cluster.server.context} holds the fleet "${owner.fleet}", not "${fleet}"`);
}

async function doomedOf(cluster: Cluster, tenant: string, record: LifecycleRecord, resumed: boolean): Promise<Doomed> {
  const names = record.namespaces.map((it) => it.name);
  const found = await Promise.all(names.map((namespace) => scan(cluster, { namespace })));
  const claims = found.flat().filter(({ ref }) => ref.kind === "PersistentVolumeClaim");
  return {
    tenant,
    resumed,
    namespaces: names.map((name, index) => ({
      name,
      objects: Object.fromEntries(
        [...Map.groupBy(found[index] ?? [], ({ ref }) => ref.kind)].map(([kind, all]) => [kind, all.length]),
      ),
    })),
    claims: claims.map(({ ref }) => `${ref.namespace}/${ref.name}`),
    volumes: (await volumesOf(cluster, names)).map((it) => it.metadata.name),
    ...(record.backup && { backup: record.backup }),
  };
}

interface Work {
  /** As the purge begins or goes on. */
  record: LifecycleRecord;
  /** As it was judged. */
  before: LifecycleRecord | undefined;
  inventory: Inventory | undefined;
}

async function purge(cluster: Cluster, fleet: string, work: Work, waitMs: number, report: Report): Promise<Purged> {
  const { record, inventory } = work;
  const { tenant, namespaces } = record;
  // Held only to begin and to end: while namespaces go, which may take its time, other tenants are served.
  await locked(cluster, async (writer) => {
    const now = (await readRecords(writer, fleet)).get(tenant);
    if (JSON.stringify(now) !== JSON.stringify(work.before))
      throw new Refusal([`another run moved ${tenant} meanwhile: nothing was changed; run the command again`]);
    await writeRecord(writer, fleet, record);
  });
  const held = await removeHomes(cluster, namespaces, waitMs, (text) => report({ kind: "phase", text }));
  if (held.length > 0) return { done: false, held: held.map(formatHold) };
  await removeOutside(cluster, inventory, namespaces);

  report({ kind: "phase", text: "scanning every kind for what is left" });
  const left = await remaining(cluster, `${LABEL.tenant}=${tenant}`);
  if (left.length > 0)
    return {
      done: false,
      held: left.map((it) => `${refKey(it)} carries its label, but this fleet did not make it: look at it`),
    };
  const since = iso(await serverTime(cluster));
  const until = iso(daysAfter(since, TOMBSTONE_DAYS));
  await locked(cluster, async (writer) => {
    await removeValues(writer, tenant);
    await removeInventory(writer, { tenant });
    await writeRecord(writer, fleet, {
      ...record,
      state: "purged",
      since,
      settled: true,
      by: whoAmI(),
      namespaces: [],
      until,
    });
  });
  return { done: true, held: [], until };
}

/** What the tenant has of its own outside its namespaces, by our inventory alone: labels prove nothing. */
async function removeOutside(
  cluster: Cluster,
  inventory: Inventory | undefined,
  homes: readonly Home[],
): Promise<void> {
  const inside = new Set(homes.map((it) => it.name));
  for (const entry of inventory?.entries.values() ?? []) {
    if (entry.uid === "" || entry.kind === "Namespace" || inside.has(entry.namespace ?? "")) continue;
    const live = await cluster.get(entry);
    if (live?.metadata.uid === entry.uid) await cluster.remove(entry, { uid: entry.uid });
  }
}

async function locked(cluster: Cluster, work: (writer: Cluster) => Promise<void>): Promise<void> {
  const lock = await lockFleet(cluster);
  try {
    await work(cluster.withSignal(lock.lost));
  } finally {
    await lock.release();
  }
}
