import type { Cluster } from "../cluster/cluster.ts";
import { ForbiddenError } from "../cluster/status.ts";

export interface StorageSettings {
  class?: string;
  refused: readonly string[];
}

const DEFAULT = "storageclass.kubernetes.io/is-default-class";

/**
 * Storage classes of the cluster that the settings neither grant nor refuse, as a line with what to type; undefined where there
 * are none. Without a granted one the cluster's default is meant. Who may not look at them is told nothing.
 */
export async function ungrantedClasses(
  cluster: Cluster,
  stack: string,
  storage: StorageSettings,
): Promise<string | undefined> {
  const query = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadataOnly: true };
  const classes = await cluster.listAll(query).catch((error: unknown) => {
    if (error instanceof ForbiddenError) return [];
    throw error;
  });
  const isGranted = (it: (typeof classes)[number]["metadata"]): boolean =>
    storage.class === undefined ? it.annotations?.[DEFAULT] === "true" : it.name === storage.class;
  const open = classes
    .map((it) => it.metadata)
    .filter((it) => !isGranted(it) && !storage.refused.includes(it.name))
    .map((it) => it.name)
    .toSorted();
  if (open.length === 0) return undefined;
  const settings = JSON.stringify({ ...storage, refused: [...storage.refused, ...open] });
  return `storage class ${open.join(", ")} was never granted and is open to tenants: in Pulumi.${stack}.yaml set tenantry:storage: ${settings}`;
}
