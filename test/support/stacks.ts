import { join } from "node:path";
import type { Stack } from "../../engine/fleet.ts";
import { type Plan, plan } from "../../engine/plan/plan.ts";
import { type Registration, shortType } from "../../engine/plan/registration.ts";
import type { RandomSource } from "../../engine/plan/mocks.ts";
import { loadStack } from "../../engine/stack.ts";
import { fleet } from "../../infra/fleet.ts";
import infra from "../../infra/index.ts";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { strayProof } from "./strays.ts";

export const ROOT = join(import.meta.dirname, "../..");

/** A stack of this repository as the command line opens it. */
export function shipped(name: string, overrides: string[] = []): Stack {
  const config = { ...loadStack(ROOT, name, overrides), "tenantry:runner": "direct" };
  const read = fleet(config, { stack: name });
  return {
    name,
    project: "tenantry",
    config,
    program: infra,
    fleet: read,
    version: "v1",
    guardrails: () => Promise.resolve({ rules: GUARDRAILS }),
  };
}

/** Plans a small program of a test's own. */
export const planOf = (
  program: () => unknown,
  more: { random?: RandomSource; patience?: number } = {},
): Promise<Plan> =>
  strayProof(() =>
    plan({
      program: async () => (await program()) as Record<string, unknown>,
      project: "p",
      stack: "s",
      config: {},
      ...more,
    }),
  );

/** Plans the program of this repository. */
export const planOfStack = ({ program, project, name, config }: Stack, change: Record<string, string> = {}) =>
  plan({ program, project, stack: name, config: { ...config, ...change } });

/** The one registration of a type, by its short name, and of a name where that says which. */
export function registered({ registrations }: Plan, type: string, name?: string): Registration {
  const found = registrations.filter((it) => shortType(it.type) === type && (name === undefined || it.name === name));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${name ?? ""}, want 1`);
  return found[0];
}
