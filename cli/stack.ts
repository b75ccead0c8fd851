import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { connect } from "../engine/cluster/connection.ts";
import type { Cluster } from "../engine/cluster/cluster.ts";
import type { Fleet, Stack } from "../engine/fleet.ts";
import type { Program } from "../engine/plan/plan.ts";
import { Refusal } from "../engine/run/refusal.ts";
import { loadStack, UsageError } from "../engine/stack.ts";
import { programVersion } from "../engine/version.ts";
import { GUARDRAILS } from "../policy/rules/index.ts";
import type { Flags } from "./flags.ts";

export const ROOT = join(import.meta.dirname, "..");

export interface Loaded {
  stack: Stack;
  /** Lines about tenants that --keep-going set aside. */
  aside: string[];
}

/** What the infra folder offers; loaded by path, since nothing may depend on the program. */
interface Infra {
  program: Program;
  fleet: (config: Record<string, string>, stack: string) => Fleet;
}

/** The stack the flags name, with its fleet read and judged. Throws Refusal with every fault of every file. */
export async function openStack(flags: Partial<Flags> & Pick<Flags, "stack">): Promise<Loaded> {
  const overrides = [
    ...(flags.tenants === undefined ? [] : [`tenants=${flags.tenants}`]),
    ...(flags.context === undefined ? [] : [`context=${flags.context}`]),
    ...(flags.kubeconfig === undefined ? [] : [`kubeconfig=${flags.kubeconfig}`]),
    ...(flags.set ?? []),
  ];
  const config = { ...loadStack(ROOT, flags.stack, overrides), "tenantry:runner": "direct" };
  const { program, fleet } = await loadInfra();
  const read = fleet(config, flags.stack);
  const { kept, aside } = setAside(read, flags.keepGoing ?? false);
  demandKnown(kept, flags.only ?? []);
  const files = new Set(["tenants/index.ts", ...read.tenants.map((it) => relative(ROOT, it.file))]);
  const version = programVersion(ROOT, files);
  return {
    stack: { name: flags.stack, project: "tenantry", config, program, fleet: kept, version, guardrails: GUARDRAILS },
    aside,
  };
}

/** The stack and its cluster; the caller closes it. */
export async function openCluster(
  flags: Partial<Flags> & Pick<Flags, "stack">,
): Promise<Loaded & { cluster: Cluster }> {
  const loaded = await openStack(flags);
  const { kubeconfig, context } = loaded.stack.fleet.settings;
  return { ...loaded, cluster: await connect({ kubeconfig, context }) };
}

async function loadInfra(): Promise<Infra> {
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(ROOT, path)).href);
  const [{ default: program }, { fleet }] = (await Promise.all([load("infra/index.ts"), load("infra/fleet.ts")])) as [
    { default: Program },
    Pick<Infra, "fleet">,
  ];
  return { program, fleet };
}

/** Faulty tenants go only where the user asked for it, and never where the fault is not one tenant's. */
function setAside(read: Fleet, keepGoing: boolean): { kept: Fleet; aside: string[] } {
  const lines = read.faults.map((it) => it.text);
  if (lines.length === 0) return { kept: read, aside: [] };
  if (!keepGoing || read.faults.some((it) => it.tenant === undefined)) {
    const next = keepGoing
      ? "Nothing was changed."
      : "Nothing was changed. Correct the files, or set their tenants aside with --keep-going.";
    throw new Refusal([...lines, next]);
  }
  const faulty = new Set(read.faults.map((it) => it.tenant));
  return { kept: { ...read, tenants: read.tenants.filter((it) => !faulty.has(it.id)), faults: [] }, aside: lines };
}

function demandKnown(fleet: Fleet, only: readonly string[]): void {
  const known = new Set(fleet.tenants.map((it) => it.id));
  const unknown = only.filter((it) => !known.has(it));
  if (unknown.length === 0) return;
  const ids = [...known];
  const shown = ids.length > 20 ? `${ids.slice(0, 20).join(", ")} and ${ids.length - 20} more` : ids.join(", ");
  throw new UsageError(`--only ${unknown.join(", ")}: no such tenant; allowed: ${shown}`);
}
