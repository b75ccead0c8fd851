import { nameOfUnit, titleOf } from "../apply/inventory.ts";
import type { Result } from "../apply/transaction.ts";
import { refKey } from "../cluster/object.ts";
import type { Survey } from "./survey.ts";

/** An object that was no longer as applied. */
export interface Drifted {
  unit: string;
  /** "core/ResourceQuota/acme-api/quota" */
  object: string;
  was: "missing" | "changed";
}

/** What had drifted by the time of the survey; what was never made is no drift. In the order of units and objects. */
export function driftOf({ inventories, drifts }: Pick<Survey, "inventories" | "drifts">): Drifted[] {
  return [...inventories.values()]
    .flatMap(({ unit }) =>
      (drifts.get(nameOfUnit(unit)) ?? [])
        .filter(({ entry }) => entry.uid !== "")
        .map(({ entry, what }) => ({ unit: titleOf(unit), object: refKey(entry), was: what })),
    )
    .toSorted((a, b) => (`${a.unit} ${a.object}` < `${b.unit} ${b.object}` ? -1 : 1));
}

/** Of what had drifted, what a run wrote again; fields that others hold are left to them and do not count. */
export function healedOf(drift: readonly Drifted[], units: readonly { unit: string; result?: Result }[]): Drifted[] {
  const written = new Set(
    units.flatMap(({ unit, result }) =>
      [...(result?.created ?? []), ...(result?.changed ?? [])].map((object) => `${unit} ${object}`),
    ),
  );
  return drift.filter(({ unit, object }) => written.has(`${unit} ${object}`));
}
