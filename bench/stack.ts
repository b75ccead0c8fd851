import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Fleet, Stack } from "../engine/fleet.ts";
import type { Program } from "../engine/plan/plan.ts";
import { loadStack } from "../engine/stack.ts";
import { programVersion } from "../engine/version.ts";
import type { Guardrail } from "../policy/rules/guardrail.ts";
import { DEMAND } from "./tenants.ts";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Settings that let a platform hold `count` generated tenants beside the ones it ships, as KEY=VALUE. */
export const settingsFor = (count: number): string[] => [
  `capacity.cpu=${80 + count * DEMAND.cpu}`,
  `capacity.memory=${300 + count * DEMAND.memory}Gi`,
];

/** The stack `local` with these settings, as the command puts it together. Throws when a tenant is at fault. */
export async function benchStack(tenants: string, settings: readonly string[]): Promise<Stack> {
  const config = loadStack(ROOT, "local", [`tenants=${tenants}`, ...settings]);
  const { default: program } = (await load("infra/index.ts")) as { default: Program };
  const { fleet } = (await load("infra/fleet.ts")) as { fleet: (config: Record<string, string>) => Fleet };
  const { GUARDRAILS } = (await load("policy/rules/index.ts")) as { GUARDRAILS: readonly Guardrail[] };
  const all = fleet(config);
  if (all.faults.length > 0) throw new Error(all.faults.map((it) => it.text).join("\n"));
  const version = programVersion(ROOT, new Set(all.tenants.map((it) => it.file)));
  return {
    name: "local",
    project: "tenantry",
    config,
    program,
    fleet: all,
    version,
    guardrails: () => Promise.resolve({ rules: GUARDRAILS }),
  };
}

/** By path, as the command loads the program: it is the user's and not the engine's. */
const load = (path: string): Promise<unknown> => import(new URL(path, `file://${ROOT}/`).href);
