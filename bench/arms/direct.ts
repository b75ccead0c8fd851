import { closeSync, openSync, writeSync } from "node:fs";
import { checkFleet, checkPlan, type Finding } from "../../engine/plan/check.ts";
import type { Registration } from "../../engine/plan/registration.ts";
import { planUnits } from "../../engine/plan/unit.ts";
import type { Stack } from "../../engine/fleet.ts";
import type { Rendered } from "../rendered.ts";
import { benchStack } from "../stack.ts";

/** Parts of the direct engine in a process of their own: `plan`, `check` or `render FILE`, then a directory of tenants and settings. */
const [mode = "", ...rest] = process.argv.slice(2);

/** Plans and drops everything; with `judge` times the guardrails apart, on the very plans. */
async function planAll(stack: Stack, judge: boolean): Promise<Record<string, number>> {
  const began = performance.now();
  const summaries: Registration[] = [];
  const findings: Finding[] = [];
  const { rules } = await stack.guardrails();
  let [objects, checking] = [0, 0];
  for await (const shard of planUnits(
    { ...stack, guardrails: () => Promise.resolve({ rules: [] }) },
    everything(stack),
  )) {
    objects += shard.units.reduce((sum, it) => sum + it.objects.length, 0);
    if (!judge) continue;
    const since = performance.now();
    findings.push(...(await checkPlan(shard.plan, rules)));
    checking += performance.now() - since;
    summaries.push(...shard.summaries);
  }
  const since = performance.now();
  if (judge) findings.push(...(await checkFleet(summaries, rules)));
  checking += performance.now() - since;
  if (findings.length > 0) throw new Error(findings.map((it) => `${it.on} ${it.rule}: ${it.message}`).join("\n"));
  return { objects, checking, planning: performance.now() - began - checking };
}

async function render(stack: Stack, file: string): Promise<Record<string, number>> {
  const out = openSync(file, "w");
  let objects = 0;
  for await (const shard of planUnits(stack, everything(stack))) {
    for (const { unit, objects: planned } of shard.units) {
      for (const { key, object, secrets } of planned) {
        const line: Rendered = { key, unit: unit === "platform" ? unit : unit.tenant, object, secrets };
        writeSync(out, `${JSON.stringify(line)}\n`);
        objects += 1;
      }
    }
  }
  closeSync(out);
  return { objects };
}

const everything = (stack: Stack) => ({ platform: true, tenants: stack.fleet.tenants });

async function main(): Promise<Record<string, number>> {
  if (mode === "render") {
    const [file = "", tenants = "", ...settings] = rest;
    return render(await benchStack(tenants, settings), file);
  }
  const [tenants = "", ...settings] = rest;
  if (mode === "plan" || mode === "check") return planAll(await benchStack(tenants, settings), mode === "check");
  throw new Error(`unknown mode ${mode}`);
}

process.stdout.write(JSON.stringify(await main()));
