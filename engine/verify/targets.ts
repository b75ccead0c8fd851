import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/object.ts";
import { UsageError } from "../stack.ts";
import type { Target } from "./report.ts";

export interface Asked {
  /** Ids of tenants, of this fleet or not. */
  tenants: readonly string[];
  namespaces: readonly string[];
  /** Whose tenants are meant when neither is named. */
  fleet: string;
  /** Tenants of the files: known, though perhaps not in the cluster yet. */
  files: readonly string[];
}

const SHOWN = 20;

/**
 * The namespaces that are meant, each once, in their order: those named, or all that tenants of the fleet have.
 * Throws UsageError with what there is for a name that the cluster does not have.
 */
export async function chooseTargets(cluster: Cluster, asked: Asked): Promise<Target[]> {
  const all = await cluster.listAll({ apiVersion: "v1", kind: "Namespace", metadataOnly: true });
  const known = all.map(targetOf).toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
  const tenants = [...new Set(known.flatMap((it) => it.tenant ?? []))];
  for (const id of asked.tenants) {
    if (tenants.includes(id)) continue;
    throw new UsageError(
      asked.files.includes(id)
        ? `tenant "${id}" is in the files but not in the cluster: npm run -s tenantry -- up --only ${id}`
        : `there is no tenant "${id}" on ${cluster.server.url}; there are: ${shown(tenants)}`,
    );
  }
  for (const name of asked.namespaces) {
    if (known.some((it) => it.namespace === name)) continue;
    const names = known.map((it) => it.namespace);
    throw new UsageError(`there is no namespace "${name}" on ${cluster.server.url}; there are: ${shown(names)}`);
  }
  const named = known.filter(
    (it) => asked.namespaces.includes(it.namespace) || (it.tenant !== undefined && asked.tenants.includes(it.tenant)),
  );
  if (asked.tenants.length + asked.namespaces.length > 0) return named;
  const fleet = new Set(
    all.filter((it) => it.metadata.labels?.[LABEL.fleet] === asked.fleet).map((it) => it.metadata.name),
  );
  const ours = known.filter((it) => it.tenant !== undefined && fleet.has(it.namespace));
  if (ours.length > 0) return ours;
  throw new UsageError(
    `${cluster.server.url} has no tenant of the fleet "${asked.fleet}": npm run -s tenantry -- up, or name a namespace with --namespace`,
  );
}

function targetOf({ metadata }: KubeObject): Target {
  const tenant = metadata.labels?.[LABEL.tenant];
  return { ...(tenant && { tenant }), namespace: metadata.name };
}

const shown = (names: readonly string[]): string =>
  names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`
    : names.join(", ") || "none";
