import { LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { UnknownKindError } from "../cluster/discovery.ts";
import { line, record } from "../cluster/status.ts";
import { type Backup, iso, type LifecycleRecord } from "./record.ts";

/** Whose data a backup has to hold. */
export interface Covered {
  tenant: string;
  namespaces: readonly string[];
  record: LifecycleRecord;
}

/** A way backups are made. Another one is another entry of `PROVIDERS`. */
export interface BackupProvider {
  name: string;
  /** Every backup it has that holds all of the tenant, whatever its age; or why it has none. */
  find: (cluster: Cluster, of: Covered) => Promise<{ backups: Backup[]; why: string }>;
}

const VELERO = { apiVersion: "velero.io/v1", kind: "Backup" };

/** Backup objects of Velero: completed without errors, not expired, of every namespace with all kinds and their volumes. */
const velero: BackupProvider = {
  name: "velero",
  find: async (cluster, { namespaces }) => {
    const objects = await cluster.listAll(VELERO).catch((error: unknown) => {
      if (error instanceof UnknownKindError) return undefined;
      throw error;
    });
    if (objects === undefined) return { backups: [], why: "the cluster has no Velero" };
    const whole = objects.filter(({ spec, status }) => isWhole(record(spec), record(status), namespaces));
    const backups = whole.map(({ metadata, status }) => ({
      provider: "velero",
      name: `${metadata.namespace ?? ""}/${metadata.name}`,
      // Whatever was written after it began may be missing.
      taken: line(record(status)["startTimestamp"]),
    }));
    return { backups, why: `of ${objects.length} Velero backups none is complete and holds ${namespaces.join(", ")}` };
  },
};

function isWhole(
  spec: Record<string, unknown>,
  status: Record<string, unknown>,
  namespaces: readonly string[],
): boolean {
  const names = (key: string) => (Array.isArray(spec[key]) ? (spec[key] as unknown[]) : []);
  const [included, excluded] = [names("includedNamespaces"), names("excludedNamespaces")];
  const all = included.length === 0 || included.includes("*");
  return (
    status["phase"] === "Completed" &&
    namespaces.every((it) => (all || included.includes(it)) && !excluded.includes(it)) &&
    [...names("includedResources")].every((it) => it === "*") &&
    names("excludedResources").length === 0 &&
    spec["labelSelector"] === undefined &&
    spec["orLabelSelectors"] === undefined &&
    spec["snapshotVolumes"] !== false
  );
}

/** ConfigMaps that a dump job leaves in the platform's namespace: tenant, sha256, taken, location. */
const dump: BackupProvider = {
  name: "dump",
  find: async (cluster, { tenant }) => {
    const query = { apiVersion: "v1", kind: "ConfigMap", namespace: NAME.system, labelSelector: `${LABEL.part}=dump` };
    const backups = (await cluster.listAll(query)).flatMap(({ data, metadata }): Backup[] => {
      const { tenant: of, sha256, taken, location } = record(data);
      const sound = typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
      if (of !== tenant || !sound || line(location) === "") return [];
      return [{ provider: "dump", name: metadata.name, taken: line(taken), sha256 }];
    });
    return { backups, why: `no ConfigMap ${LABEL.part}=dump of ${tenant} has a sha256, a time and a location` };
  },
};

/** What `tenantry backup record` noted after it had read the file. */
const file: BackupProvider = {
  name: "file",
  find: (_cluster, { tenant, record: { backup } }) =>
    Promise.resolve({
      backups: backup ? [backup] : [],
      why: `no file was recorded: npm run -s tenantry -- backup record ${tenant} --file FILE`,
    }),
};

const PROVIDERS: readonly BackupProvider[] = [velero, dump, file];

/** The newest backup that was taken after the offboarding began and not after `now`; or, line by line, why there is none. */
export async function findBackup(
  cluster: Cluster,
  of: Covered,
  now: number,
  providers: readonly BackupProvider[] = PROVIDERS,
): Promise<{ backup?: Backup; why: string[] }> {
  const why: string[] = [];
  const good: Backup[] = [];
  for (const provider of providers) {
    const found = await provider.find(cluster, of);
    const fresh = found.backups.filter(({ taken }) => isBetween(Date.parse(taken), Date.parse(of.record.since), now));
    good.push(...fresh);
    const [old] = found.backups;
    if (old && fresh.length === 0)
      why.push(
        `${provider.name}: ${old.name} is of ${old.taken || "no time"}, want one from ${of.record.since} to ${iso(now)}`,
      );
    else if (!old) why.push(`${provider.name}: ${found.why}`);
  }
  const [backup] = good.toSorted((a, b) => Date.parse(b.taken) - Date.parse(a.taken));
  return backup ? { backup, why: [] } : { why };
}

const isBetween = (time: number, from: number, to: number): boolean => time >= from && time <= to;
