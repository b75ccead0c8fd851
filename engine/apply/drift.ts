import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { refKey } from "../cluster/object.ts";
import type { Entry, Inventory } from "./inventory.ts";
import { isTampered } from "./ownership.ts";
import { printOf } from "./print.ts";

export interface Drift {
  entry: Entry;
  what: "missing" | "changed";
}

/**
 * What is asked for at once: a kind, and in one namespace where all of its objects are there. Of Secrets one name: whoever may list
 * all of them may read them, so nobody who deploys should have to.
 */
interface Look {
  apiVersion: string;
  kind: string;
  namespace?: string;
  fieldSelector?: string;
}

/**
 * Compares every inventory with the cluster by one metadata-only list per kind; returns what is missing or no longer as applied,
 * by unit name. Objects that lost the fleet's label are not in these lists and count as missing.
 */
export async function findDrift(
  cluster: Cluster,
  fleet: string,
  inventories: ReadonlyMap<string, Inventory>,
): Promise<Map<string, Drift[]>> {
  const expected = new Map<string, { unit: string; entry: Entry }>();
  for (const [unit, { entries }] of inventories) {
    for (const [key, entry] of entries) {
      expected.set(key, { unit, entry });
    }
  }
  const labelSelector = `${LABEL.fleet}=${fleet}`;
  const changed = new Set<string>();
  await Promise.all(
    looksFor([...expected.values()].map((it) => it.entry)).map(async ({ apiVersion, kind, ...where }) => {
      const query = { apiVersion, kind, ...where, labelSelector, metadataOnly: true };
      for await (const { metadata } of cluster.list(query)) {
        const { name, namespace } = metadata;
        const key = refKey({ apiVersion, kind, name, ...(namespace && { namespace }) });
        const entry = expected.get(key)?.entry;
        if (!entry) continue;
        const intact = entry.print === printOf(metadata) && !isTampered(kind, metadata);
        const same = entry.uid === metadata.uid && intact && !metadata.deletionTimestamp;
        if (same) expected.delete(key);
        // One of the same name, but not the one we made, is not ours changed: ours is gone.
        else if (entry.uid === metadata.uid) changed.add(key);
      }
    }),
  );
  const drifts = new Map<string, Drift[]>();
  for (const [key, { unit, entry }] of expected) {
    const list = drifts.get(unit) ?? [];
    list.push({ entry, what: changed.has(key) ? "changed" : "missing" });
    drifts.set(unit, list);
  }
  return drifts;
}

function looksFor(entries: readonly Entry[]): Look[] {
  const groups = Map.groupBy(entries, ({ apiVersion, kind, name }) =>
    kind === "Secret" ? `${apiVersion}/${kind}/${name}` : `${apiVersion}/${kind}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { apiVersion, kind, namespace, name } = first;
    const alone = group.every((it) => it.namespace === namespace);
    return {
      apiVersion,
      kind,
      ...(alone && namespace !== undefined && { namespace }),
      ...(kind === "Secret" && { fieldSelector: `metadata.name=${name}` }),
    };
  });
}
