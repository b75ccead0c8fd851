import { LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { describe, identityOf, thisProcess } from "../cluster/holder.ts";
import type { KubeObject } from "../cluster/object.ts";

/** Where a tenant stands that is not simply active. "purging" lasts from the first deletion until a scan finds nothing. */
export type RecordedState = "suspended" | "offboarding" | "purging" | "purged";

/** A backup as it was found or handed in; the data itself is elsewhere. */
export interface Backup {
  /** Who vouches for it: "velero", "dump" or "file". */
  provider: string;
  /** Name of the object or file. */
  name: string;
  /** When it was taken: ISO, by the cluster's clock. */
  taken: string;
  sha256?: string;
  bytes?: number;
}

/**
 * What the cluster remembers of a tenant's lifecycle, one ConfigMap a tenant in the platform's namespace, where no tenant reads or
 * writes. No record and an inventory mean active. After a purge it stays as a tombstone, so that the id is not given out again by accident.
 */
export interface LifecycleRecord {
  tenant: string;
  state: RecordedState;
  /** When the API server first saw this state: ISO. */
  since: string;
  /** As the file asked for then: a shorter one at the last moment ends nothing early. */
  retentionDays: number;
  /** Everything that this state asks for was done. */
  settled: boolean;
  /** Who brought it into this state. */
  by: string;
  backup?: Backup;
  /** While purging: the namespaces that have to go, as name and uid. */
  namespaces: { name: string; uid: string }[];
  /** Of a tombstone: until when the id is kept from use. ISO. */
  until?: string;
}

const PART = "lifecycle";
const DAY_MS = 86_400_000;

/** "2026-11-21T17:00:00Z": times as people and Kubernetes write them. */
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");

export const daysAfter = (time: string, days: number): number => Date.parse(time) + days * DAY_MS;

/** Who runs this process, as records and messages name them. */
export const whoAmI = (): string => describe(identityOf(thisProcess()));

export const recordRef = (tenant: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  namespace: NAME.system,
  name: `${PART}.${tenant}`,
});

/** All records of a fleet, by tenant. */
export async function readRecords(cluster: Cluster, fleet: string): Promise<Map<string, LifecycleRecord>> {
  const labelSelector = `${LABEL.part}=${PART},${LABEL.fleet}=${fleet}`;
  const query = { apiVersion: "v1", kind: "ConfigMap", namespace: NAME.system, labelSelector };
  const found = new Map<string, LifecycleRecord>();
  for await (const object of cluster.list(query)) {
    const record = parse(object);
    if (record) found.set(record.tenant, record);
  }
  return found;
}

export async function writeRecord(cluster: Cluster, fleet: string, record: LifecycleRecord): Promise<void> {
  const { tenant, state, since, retentionDays, settled, by, backup, namespaces, until } = record;
  await cluster.apply(
    {
      ...{ apiVersion: "v1", kind: "ConfigMap" },
      metadata: {
        name: recordRef(tenant).name,
        namespace: NAME.system,
        labels: { [LABEL.part]: PART, [LABEL.fleet]: fleet, [LABEL.managedBy]: NAME.manager },
      },
      data: {
        ...{ state, since, by },
        retentionDays: `${retentionDays}`,
        settled: `${settled}`,
        ...(backup && { backup: JSON.stringify(backup) }),
        ...(namespaces.length > 0 && { namespaces: namespaces.map((it) => `${it.name} ${it.uid}`).join("\n") }),
        ...(until !== undefined && { until }),
      },
    },
    { force: true },
  );
}

/** The tenant is active, or its tombstone has served. */
export async function removeRecord(cluster: Cluster, tenant: string): Promise<void> {
  await cluster.remove(recordRef(tenant));
}

function parse(object: KubeObject): LifecycleRecord | undefined {
  const [, tenant] = /^lifecycle\.(.+)$/.exec(object.metadata.name) ?? [];
  const data = (object["data"] ?? {}) as Record<string, string | undefined>;
  if (tenant === undefined) return undefined;
  return {
    tenant,
    state: data["state"] as RecordedState,
    since: data["since"] ?? "",
    retentionDays: Number(data["retentionDays"] ?? "0"),
    settled: data["settled"] === "true",
    by: data["by"] ?? "",
    ...(data["backup"] !== undefined && { backup: JSON.parse(data["backup"]) as Backup }),
    namespaces: (data["namespaces"] ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => ({ name: line.split(" ")[0] ?? "", uid: line.split(" ")[1] ?? "" })),
    ...(data["until"] !== undefined && { until: data["until"] }),
  };
}
