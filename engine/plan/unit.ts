import { LABEL } from "../../components/contract.ts";
import type { FleetTenant, Stack } from "../fleet.ts";
import type { Unit } from "../apply/inventory.ts";
import { canonical, digest } from "./canonical.ts";
import { checkPlan, type Finding, summariesOf } from "./check.ts";
import type { RandomSource } from "./mocks.ts";
import { expandCharts } from "./charts.ts";
import { objectsOf, type PlannedObject } from "./objects.ts";
import { plan, type Plan } from "./plan.ts";
import type { Registration } from "./registration.ts";

/** Tenants planned together. Small shards bound memory: after each one the heap falls back to where it was. */
const SHARD = 10;

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

export interface Selection {
  platform: boolean;
  tenants: readonly FleetTenant[];
  /** Values for `random` resources; placeholders without it. Called for each shard before it is planned. */
  random?: (tenants: readonly string[]) => Promise<RandomSource>;
}

/** Plans and judges the selected units shard by shard, the platform first. Throws PlanError when the program itself fails. */
export async function* planUnits(stack: Stack, selection: Selection): AsyncGenerator<PlannedShard, void, undefined> {
  if (selection.platform) yield await planShard(stack, "platform", [], await selection.random?.([]));
  for (let from = 0; from < selection.tenants.length; from += SHARD) {
    const ids = selection.tenants.slice(from, from + SHARD).map((it) => it.id);
    yield await planShard(stack, "tenants", ids, await selection.random?.(ids));
  }
}

async function planShard(
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
  const findings = await checkPlan(made, stack.guardrails, stack.ruleConfig);
  return { units, findings, refusals, summaries: summariesOf(made), plan: made };
}

/** Settings that no tenant's objects are made from: a change of them plans the platform again, or nothing. */
const NOT_TENANTS = /^tenantry:(only|part|tenants|context|kubeconfig|caps|capacity|overcommit)$/;
const PLATFORMS = ["caps", "capacity", "overcommit"];

/** Digest of everything a unit's objects are made from: equal digests need no plan. */
export function inputsOf(stack: Stack): (unit: Unit) => string {
  const settings = Object.entries(stack.config).filter(([key]) => !NOT_TENANTS.test(key));
  const common = digest([stack.version, canonical(Object.fromEntries(settings))].join("\n"));
  const platform = PLATFORMS.map((it) => stack.config[`tenantry:${it}`] ?? "").join("\n");
  const texts = new Map(stack.fleet.tenants.map((it) => [it.id, it.digestInput]));
  return (unit) => digest(`${common}\n${unit === "platform" ? platform : (texts.get(unit.tenant) ?? "")}`);
}
