import type { Inventory } from "../apply/inventory.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { LABEL } from "../../components/contract.ts";
import type { FleetTenant } from "../fleet.ts";
import { findBackup } from "./backups.ts";
import { type Backup, daysAfter, iso, type LifecycleRecord } from "./record.ts";
import type { Home } from "./removal.ts";

/** Whether a tenant's data may go, and what it is. */
export interface Due {
  homes: Home[];
  backup?: Backup;
  /** Everything that stands against it; empty when it may go. */
  reasons: string[];
}

/** The moment its data may go: so many days after the later of what the cluster recorded and what the file says. */
export function endOf(record: LifecycleRecord, lifecycle: FleetTenant["lifecycle"]): number {
  const claimed = Date.parse(lifecycle.since ?? "");
  const began = Math.max(Date.parse(record.since), Number.isNaN(claimed) ? 0 : claimed);
  return daysAfter(iso(began), Math.max(record.retentionDays, lifecycle.retentionDays));
}

/**
 * Judges a purge: offboarding in the file and in the cluster, the window over by the cluster's clock, a backup newer than the
 * offboarding. All reasons against it at once, each with what to do.
 */
export async function judgeDue(
  cluster: Cluster,
  { id, fleet, tenant }: { id: string; fleet: string; tenant: FleetTenant | undefined },
  record: LifecycleRecord | undefined,
  inventory: Inventory | undefined,
  now: number,
): Promise<Due> {
  const { homes, strange } = await homesOf(cluster, fleet, id, inventory);
  const reasons = [...strange];
  if (tenant?.lifecycle.state !== "offboarding") {
    const found = tenant ? `is "${tenant.lifecycle.state}"` : "is missing";
    reasons.push(`its file ${found}, want lifecycle: { offboarding: DATE }`);
  }
  if (record?.state !== "offboarding" || !record.settled) {
    const state = record ? `${record.state}${record.settled ? "" : " (not ended)"}` : inventory ? "active" : "nothing";
    reasons.push(
      `the cluster records ${state}, want offboarding: it goes active, suspended, offboarding, each by an up`,
    );
    return { homes, reasons };
  }
  const end = tenant && endOf(record, tenant.lifecycle);
  if (end !== undefined && now < end)
    reasons.push(`its retention ends on ${iso(end)}, and the cluster's clock says ${iso(now)}`);
  const { backup, why } = await findBackup(
    cluster,
    { tenant: id, namespaces: homes.map((it) => it.name), record },
    now,
  );
  if (!backup) reasons.push("no backup newer than the offboarding holds all of it:", ...why.map((it) => `  ${it}`));
  return { homes, reasons, ...(backup && { backup }) };
}

/**
 * The tenant's namespaces: those our inventory lists and that still are the ones we made. A fleet run by another way has no inventory;
 * there the labels decide, which only the platform can set on a namespace.
 */
async function homesOf(
  cluster: Cluster,
  fleet: string,
  id: string,
  inventory: Inventory | undefined,
): Promise<{ homes: Home[]; strange: string[] }> {
  const labelSelector = `${LABEL.tenant}=${id}`;
  const live = await cluster.listAll({ apiVersion: "v1", kind: "Namespace", labelSelector, metadataOnly: true });
  const known = new Map([...(inventory?.entries.values() ?? [])].map((it) => [`${it.kind} ${it.name}`, it.uid]));
  const homes: Home[] = [];
  const strange: string[] = [];
  for (const { metadata } of live) {
    const { name, uid = "", labels = {} } = metadata;
    const isOurs = inventory ? known.get(`Namespace ${name}`) === uid : labels[LABEL.fleet] === fleet;
    if (!isOurs) strange.push(`namespace ${name} carries its label, but this fleet did not make it: look at it first`);
    else if (labels[LABEL.rest] !== "offboarding")
      strange.push(`namespace ${name} is not marked ${LABEL.rest}=offboarding: bring it up as its file says first`);
    else homes.push({ name, uid });
  }
  return { homes, strange };
}
