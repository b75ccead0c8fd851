import type { Cluster } from "../cluster/cluster.ts";
import type { Resource } from "../cluster/discovery.ts";
import { groupOf, type ObjectMeta, type ObjectRef } from "../cluster/object.ts";
import { ApiError } from "../cluster/status.ts";

export interface Found {
  ref: ObjectRef;
  metadata: ObjectMeta;
}

export interface Scope {
  labelSelector?: string;
  /** Only what lives in this namespace; unset looks everywhere, cluster-wide kinds included. */
  namespace?: string;
}

/** Events are notes about objects and go by themselves. */
const NOTES = ["Event"];

/**
 * Every object of every kind that the cluster serves by now, custom kinds included. Throws when a kind cannot be listed: a scan with a
 * gap proves nothing.
 */
export async function scan(cluster: Cluster, { labelSelector, namespace }: Scope): Promise<Found[]> {
  const kinds = (await listable(cluster)).filter((it) => namespace === undefined || it.namespaced);
  const query = { ...(labelSelector && { labelSelector }), ...(namespace && { namespace }), metadataOnly: true };
  const found = await Promise.all(
    kinds.map(async ({ apiVersion, kind }) => {
      const objects = await cluster.listAll({ apiVersion, kind, ...query }).catch(nothingToList);
      return objects.map(({ metadata }): Found => {
        const { name, namespace } = metadata;
        return { ref: { apiVersion, kind, ...(namespace && { namespace }), name }, metadata };
      });
    }),
  );
  return found.flat();
}

/** One version of each kind, the one the server names first. Asked anew: a kind may have come since. */
async function listable(cluster: Cluster): Promise<Resource[]> {
  const served = [...(await cluster.discovery.refresh()).values()].filter((it) => !NOTES.includes(it.kind));
  return [...Map.groupBy(served, (it) => `${groupOf(it.apiVersion)}/${it.kind}`).values()].flatMap(
    ([first]) => first ?? [],
  );
}

/** Kinds that are asked and never kept, such as access reviews, and those that left meanwhile. */
function nothingToList(error: unknown): [] {
  if (error instanceof ApiError && (error.status === 404 || error.status === 405)) return [];
  throw error;
}
