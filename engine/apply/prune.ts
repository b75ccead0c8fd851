import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ClusterError } from "../cluster/status.ts";
import type { Entry } from "./inventory.ts";
import { printOf } from "./print.ts";

/** Kinds whose end is the end of somebody's data. */
const HOLDS_DATA = new Set(["PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition"]);

const NOT_OURS = ", but is not ours alone: left as it is";

export interface Pruned {
  gone: string[];
  /** No longer ours to look after: taken over by somebody else. */
  released: string[];
  /** What was left as it is, and why. */
  kept: string[];
}

/**
 * Deletes objects of our own inventory that are planned no more. Kept, with the reason: what holds data, what we do not
 * own (no record of our apply, another fleet's label, an owner that will clean up itself). A namespace goes or stays whole:
 * were its guards deleted one by one, whatever runs in it would go on without them.
 */
export async function prune(
  cluster: Cluster,
  fleet: string,
  leftovers: readonly (readonly [string, Entry])[],
): Promise<Pruned> {
  const pruned: Pruned = { gone: [], released: [], kept: [] };
  const homes = new Map<string, string>();
  const isHome = ({ kind }: Entry) => kind === "Namespace";
  for (const [key, entry] of leftovers.toSorted(([, a], [, b]) => Number(isHome(b)) - Number(isHome(a)))) {
    const home = homes.get(entry.namespace ?? "");
    const outcome = home ?? (await pruneOne(cluster, fleet, key, entry));
    if (isHome(entry)) homes.set(entry.name, outcome);
    if (outcome === "gone") pruned.gone.push(key);
    else if (home === undefined) pruned.kept.push(outcome);
    if (outcome.endsWith(NOT_OURS)) pruned.released.push(key);
  }
  return pruned;
}

/** A namespace that is forgotten while it stands would be nobody's, with all that is in it. */
async function demandLeaving(cluster: Cluster, key: string, entry: Entry, uid: string | undefined): Promise<void> {
  const left = await cluster.get(entry);
  if (left?.metadata.uid === uid && !left?.metadata.deletionTimestamp) {
    throw new ClusterError(`${key} was asked to go and stands as before: run the command again`);
  }
}

async function pruneOne(cluster: Cluster, fleet: string, key: string, entry: Entry): Promise<string> {
  const live = await cluster.get(entry);
  if (!live) return "gone";
  const { uid, labels, ownerReferences } = live.metadata;
  if (printOf(live.metadata) === "" || labels?.[LABEL.fleet] !== fleet || ownerReferences?.length) {
    return `${key} is planned no more${NOT_OURS}`;
  }
  if (HOLDS_DATA.has(entry.kind))
    return `${key} is planned no more, but holds data: delete it by hand when it is not needed`;
  if (entry.kind === "Namespace") {
    const claims = await cluster.listAll({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      namespace: entry.name,
      metadataOnly: true,
    });
    if (claims.length > 0) {
      const names = claims.map((it) => it.metadata.name).join(", ");
      return `${key} is planned no more, but holds data (${names}): put the space back, or delete the claims first`;
    }
  }
  await cluster.remove(entry, { uid });
  if (entry.kind === "Namespace") await demandLeaving(cluster, key, entry, uid);
  return "gone";
}
