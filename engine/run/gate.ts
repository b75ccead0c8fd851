import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Stack } from "../fleet.ts";
import { titleOf, type Unit } from "../apply/inventory.ts";
import type { Finding } from "../plan/check.ts";
import type { PlannedObject } from "../plan/objects.ts";
import type { Registration } from "../plan/registration.ts";
import { judgeTogether, planUnits, type Selection } from "../plan/unit.ts";
import type { Report } from "./events.ts";
import { formatFinding, Refusal } from "./refusal.ts";

/** A judged unit, packed: a thousand tenants wait in a few megabytes outside the heap until all of them are judged. */
export interface Held {
  unit: Unit;
  /** `apiVersion kind` of its objects, each once. */
  kinds: string[];
  unpack: () => PlannedObject[];
}

/**
 * Plans and judges everything that is to be applied before anything is. Throws Refusal with every finding of every unit.
 * What passes is what is applied: nothing is planned a second time.
 */
export async function planAndJudge(stack: Stack, selection: Selection, report: Report): Promise<Held[]> {
  const held: Held[] = [];
  const refusals: string[] = [];
  const findings: Finding[] = [];
  const summaries: Registration[] = [];
  const of = selection.tenants.length;
  const owners = new Map<string, string>();
  for await (const shard of planUnits(stack, selection)) {
    refusals.push(...shard.refusals);
    findings.push(...shard.findings);
    summaries.push(...shard.summaries.filter((it) => it.parent === undefined || !it.parent.includes("tenantry:")));
    for (const { unit, objects } of shard.units) {
      for (const { key } of objects) {
        const other = owners.get(key);
        if (other !== undefined) refusals.push(`${key} is planned for ${other} and for ${titleOf(unit)}`);
        owners.set(key, titleOf(unit));
      }
      const packed = deflateRawSync(JSON.stringify(objects), { level: 1 });
      const kinds = [...new Set(objects.map(({ object }) => `${object.apiVersion} ${object.kind}`))];
      held.push({ unit, kinds, unpack: () => JSON.parse(inflateRawSync(packed).toString()) as PlannedObject[] });
    }
    report({
      kind: "progress",
      text: `planned ${titleOf(shard.units.at(-1)?.unit ?? "platform")}`,
      done: held.filter((it) => it.unit !== "platform").length,
      of,
    });
  }
  findings.push(...(await judgeTogether(stack, summaries)));
  const reasons = [...refusals, ...findings.map(formatFinding)];
  if (reasons.length > 0) throw new Refusal([...new Set(reasons)]);
  return held;
}
