import { LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type KubeObject, type ObjectRef, refKey } from "../cluster/object.ts";
import { ClusterError } from "../cluster/status.ts";

/** Whose objects an inventory lists: a tenant's, or the platform's own. */
export type Unit = { tenant: string } | "platform";

export interface Entry extends ObjectRef {
  /** Empty until the object was applied: it may not exist. */
  uid: string;
  /** Mark of the fields we own, as they were applied. */
  print: string;
}

/**
 * What a run put into the cluster for one unit, kept in the cluster. Labels prove nothing (tenants and controllers copy them):
 * only what is listed here is ever pruned or deleted.
 */
export interface Inventory {
  unit: Unit;
  /** Digest of what the plan is made from; empty while a run is under way. */
  inputs: string;
  /** Digest of the planned objects, secrets left out. */
  objects: string;
  entries: Map<string, Entry>;
  /** What `status` shows when the tenant's file is gone. */
  summary: Record<string, string>;
}

const PART = "inventory";

export const nameOfUnit = (unit: Unit): string => (unit === "platform" ? "platform" : `tenant.${unit.tenant}`);

/** As shown to people. */
export const titleOf = (unit: Unit): string => (unit === "platform" ? "platform" : unit.tenant);

export const emptyInventory = (unit: Unit): Inventory => ({
  unit,
  inputs: "",
  objects: "",
  entries: new Map(),
  summary: {},
});

/** All inventories of a fleet by unit name. Empty when the fleet was never brought up. */
export async function readInventories(cluster: Cluster, fleet: string): Promise<Map<string, Inventory>> {
  const found = new Map<string, Inventory>();
  const labelSelector = `${LABEL.part}=${PART},${LABEL.fleet}=${fleet}`;
  const query = { apiVersion: "v1", kind: "ConfigMap", namespace: NAME.system, labelSelector };
  for await (const object of cluster.list(query)) {
    const inventory = parse(object);
    if (inventory) found.set(nameOfUnit(inventory.unit), inventory);
  }
  return found;
}

export async function writeInventory(cluster: Cluster, fleet: string, inventory: Inventory): Promise<void> {
  await cluster.apply(toObject(fleet, inventory), { force: true });
}

export async function removeInventory(cluster: Cluster, unit: Unit): Promise<void> {
  await cluster.remove({ apiVersion: "v1", kind: "ConfigMap", namespace: NAME.system, name: configMapName(unit) });
}

const configMapName = (unit: Unit): string => `inventory.${nameOfUnit(unit)}`;

function toObject(fleet: string, inventory: Inventory): KubeObject {
  const entries = [...inventory.entries.values()].map(({ apiVersion, kind, namespace, name, uid, print }) =>
    [apiVersion, kind, namespace ?? "", name, uid, print].join(" "),
  );
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: configMapName(inventory.unit),
      namespace: NAME.system,
      labels: { [LABEL.part]: PART, [LABEL.fleet]: fleet, [LABEL.managedBy]: NAME.manager },
    },
    data: {
      inputs: inventory.inputs,
      objects: inventory.objects,
      summary: JSON.stringify(inventory.summary),
      entries: entries.join("\n"),
    },
  };
}

function parse(object: KubeObject): Inventory | undefined {
  const [, tenant] = /^inventory\.(?:tenant\.(.+)|platform)$/.exec(object.metadata.name) ?? [];
  if (tenant === undefined && object.metadata.name !== "inventory.platform") return undefined;
  const data = (object["data"] ?? {}) as Record<string, string | undefined>;
  const entries = new Map<string, Entry>();
  for (const [index, line] of (data["entries"] ?? "").split("\n").filter(Boolean).entries()) {
    const [apiVersion, kind, namespace, name, uid, print, ...more] = line.split(" ");
    if (!apiVersion || !kind || !name || uid === undefined || print === undefined || more.length > 0)
      throw damaged(object, `entry ${index + 1}`);
    const ref = { apiVersion, kind, name, ...(namespace && { namespace }) };
    entries.set(refKey(ref), { ...ref, uid, print });
  }
  return {
    unit: tenant === undefined ? "platform" : { tenant },
    inputs: data["inputs"] ?? "",
    objects: data["objects"] ?? "",
    entries,
    summary: summaryIn(object, data["summary"] ?? "{}"),
  };
}

function summaryIn(object: KubeObject, text: string): Record<string, string> {
  try {
    const summary: unknown = JSON.parse(text);
    if (typeof summary === "object" && summary !== null && Object.values(summary).every((it) => typeof it === "string"))
      return summary as Record<string, string>;
  } catch {
    // Told below.
  }
  throw damaged(object, "its summary");
}

/** Pruning by half a list would forget objects, and by a wrong one reach for those of others. */
const damaged = ({ metadata: { name } }: KubeObject, what: string): ClusterError =>
  new ClusterError(
    `ConfigMap ${NAME.system}/${name} is damaged (${what}): nothing was changed. Restore it from a backup, or delete it and run ` +
      "npm run -s tenantry -- up, which takes up again what the files plan and prunes nothing older",
  );
