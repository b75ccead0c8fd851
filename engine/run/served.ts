import type { Cluster } from "../cluster/cluster.ts";
import { UnknownKindError } from "../cluster/discovery.ts";
import { titleOf } from "../apply/inventory.ts";
import type { Held } from "./gate.ts";
import { Refusal } from "./refusal.ts";

/**
 * Throws Refusal, with every kind and who plans it, unless the cluster serves all that is about to be applied: a tenant without
 * its last guard is worse than none. Kinds whose CustomResourceDefinition is part of the run are met when their turn comes.
 */
export async function demandServed(cluster: Cluster, held: readonly Held[]): Promise<void> {
  const users = new Map<string, string[]>();
  for (const { unit, kinds } of held)
    for (const kind of kinds) users.set(kind, [...(users.get(kind) ?? []), titleOf(unit)]);
  // Definitions are applied first and say what they define only in their spec.
  if (users.has("apiextensions.k8s.io/v1 CustomResourceDefinition")) return;
  const reasons: string[] = [];
  for (const [kind, units] of users) {
    const [apiVersion = "", name = ""] = kind.split(" ");
    try {
      await cluster.discovery.find(apiVersion, name);
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error;
      const more = units.length > 3 ? ` and ${units.length - 3} more` : "";
      reasons.push(`${error.message} (for ${units.slice(0, 3).join(", ")}${more})`);
    }
  }
  if (reasons.length > 0) throw new Refusal(reasons);
}
