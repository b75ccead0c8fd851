import { LABEL } from "../../components/contract.ts";
import type { Unit } from "../apply/inventory.ts";
import type { Stack } from "../fleet.ts";
import { checkPlan, type Finding, summariesOf } from "./check.ts";
import type { RandomSource } from "./mocks.ts";
import { expandCharts } from "./charts.ts";
import { objectsOf, type PlannedObject } from "./objects.ts";
import { plan, type Plan } from "./plan.ts";
import type { Registration } from "./registration.ts";

export interface PlannedUnit {
  unit: Unit;
  objects: PlannedObject[];
}

/** One run of the program over a few units, judged. */
export interface PlannedShard {
  units: PlannedUnit[];
  findings: Finding[];
  /** Why the direct engine cannot apply it. */
  refusals: string[];
  summaries: Registration[];
  plan: Plan;
}

/** Runs the program once, for the platform or for a few tenants, and judges what it registered. */
export async function planShard(
  stack: Stack,
  part: "platform" | "tenants",
  only: string[],
  random?: RandomSource,
): Promise<PlannedShard> {
  const config = { ...stack.config, "tenantry:part": part, "tenantry:only": JSON.stringify(only) };
  const bare = await plan({ program: stack.program, project: stack.project, stack: stack.name, config, random });
  const { plan: made, unexpanded } = await expandCharts(bare, stack.helm);
  const { objects, refusals } = objectsOf(made, stack.name);
  refusals.push(...unexpanded);
  const units: PlannedUnit[] =
    part === "platform"
      ? [{ unit: "platform", objects }]
      : only.map((tenant) => ({ unit: { tenant }, objects: objects.filter((it) => it.tenant === tenant) }));
  for (const { key, object, tenant } of objects) {
    if (object.metadata.labels?.[LABEL.fleet] === undefined) refusals.push(`${key} has no label ${LABEL.fleet}`);
    if (part === "tenants" && tenant === undefined) refusals.push(`${key} belongs to no tenant`);
  }
  const { rules, config: ruleConfig } = await stack.guardrails();
  const findings = await checkPlan(made, rules, ruleConfig);
  return { units, findings, refusals, summaries: summariesOf(made), plan: made };
}
