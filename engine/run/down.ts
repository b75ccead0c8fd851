import { type Entry, type Inventory, readInventories, titleOf } from "../apply/inventory.ts";
import { demandOwner } from "../apply/owner.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Stuck, waitGone } from "../cluster/deletion.ts";
import { refKey } from "../cluster/object.ts";
import type { Stack } from "../fleet.ts";
import { pool } from "./concurrency.ts";
import type { Report } from "./events.ts";
import { lockFleet } from "./lock.ts";
import { Refusal } from "./refusal.ts";

export interface DownReport {
  removed: string[];
  /** What did not go in time, with the finalizers that hold it. */
  stuck: Stuck[];
}

/** Kubernetes itself takes about half a minute for a hundred namespaces. */
const DEADLINE_MS = 180_000;

/**
 * Deletes the fleet, data included, tenants first and the platform last. On the local stack only: anywhere else data goes
 * through the tenants' lifecycle. Reaches nothing but what our own inventories list.
 */
export async function down(cluster: Cluster, stack: Stack, report: Report): Promise<DownReport> {
  const { fleet, cloud } = stack.fleet.settings;
  // A flag can call any cluster local; the embedded one is the only one there is on this machine's own address.
  const { hostname } = new URL(cluster.server.url);
  if (cloud !== "local" || !["127.0.0.1", "localhost", "[::1]"].includes(hostname)) {
    throw new Refusal([
      `down deletes all data and serves the local stack only; "${stack.name}" has cloud "${cloud}": nothing was changed`,
    ]);
  }
  await demandOwner(cluster, fleet);
  const lock = await lockFleet(cluster);
  try {
    const inventories = [...(await readInventories(cluster, fleet)).values()];
    const tenants = inventories.filter((it) => it.unit !== "platform");
    report({ kind: "phase", text: `Deleting ${tenants.length} tenants` });
    const stuck = await removeAll(cluster, tenants, report);
    if (stuck.length > 0) return { removed: [], stuck };
    report({ kind: "phase", text: "Deleting the platform" });
    const left = await removeAll(
      cluster,
      inventories.filter((it) => it.unit === "platform"),
      report,
    );
    return { removed: inventories.map((it) => titleOf(it.unit)), stuck: left };
  } finally {
    await lock.release();
  }
}

async function removeAll(cluster: Cluster, inventories: readonly Inventory[], report: Report): Promise<Stuck[]> {
  const entries = inventories.flatMap((it) => [...it.entries.values()]).filter((it) => it.uid !== "");
  const namespaces = entries.filter((it) => it.kind === "Namespace");
  // What is inside a namespace goes with it; the rest, bindings of policies before policies, by name.
  const rest = entries.filter((it) => it.namespace === undefined && it.kind !== "Namespace").toSorted(bindingsFirst);
  await pool(16, rest, (it) => remove(cluster, it));
  await pool(16, namespaces, (it) => remove(cluster, it));
  return waitGone(cluster, [...namespaces, ...rest], {
    deadlineMs: DEADLINE_MS,
    report: (left) =>
      report({
        kind: "progress",
        text: left.length > 0 ? refKey(left[0] ?? { apiVersion: "", kind: "", name: "" }) : "gone",
        done: namespaces.length + rest.length - left.length,
        of: namespaces.length + rest.length,
      }),
  });
}

async function remove(cluster: Cluster, entry: Entry): Promise<void> {
  const live = await cluster.get(entry);
  // Made again by somebody else since: not ours to delete.
  if (live?.metadata.uid === entry.uid) await cluster.remove(entry, { uid: entry.uid });
}

const bindingsFirst = (a: Entry, b: Entry): number =>
  Number(!a.kind.endsWith("Binding")) - Number(!b.kind.endsWith("Binding"));
