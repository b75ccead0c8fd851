import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { connect } from "../engine/cluster/connection.ts";
import type { Cluster } from "../engine/cluster/cluster.ts";
import type { Fleet, Guardrails, Stack } from "../engine/fleet.ts";
import type { Program } from "../engine/plan/plan.ts";
import { Refusal } from "../engine/run/refusal.ts";
import { loadStack, UsageError } from "../engine/stack.ts";
import { programVersion } from "../engine/version.ts";
import { resolveBinaries } from "../local/binaries.ts";
import { terminalReport } from "../local/report.ts";
import type { Flags } from "./flags.ts";
import { userPath } from "./paths.ts";

export const ROOT = join(import.meta.dirname, "..");

export interface Loaded {
  stack: Stack;
  /** Lines about tenants that --keep-going set aside. */
  aside: string[];
}

type Reader = (config: Record<string, string>, options: { stack: string; keepGoing: boolean }) => Fleet;

/** The stack the flags name, with its fleet read and judged. Throws Refusal with every fault of every file. */
export async function openStack(flags: StackFlags): Promise<Loaded> {
  const config = configOf(flags);
  const fleet = await loadReader();
  const keepGoing = flags.keepGoing ?? false;
  const read = fleet(config, { stack: flags.stack, keepGoing });
  const aside = demandSound(read, keepGoing);
  demandKnown(read, flags.only ?? []);
  const files = new Set(["tenants/index.ts", ...read.tenants.map((it) => relative(ROOT, it.file))]);
  const version = programVersion(ROOT, files);
  return {
    stack: {
      name: flags.stack,
      project: "tenantry",
      config,
      program: runProgram,
      fleet: read,
      version,
      guardrails: () => guardrailsFor(read.settings),
      helm: async () => (await resolveBinaries(terminalReport(process.stderr))).helm,
    },
    aside,
  };
}

type StackFlags = Partial<Flags> & Pick<Flags, "stack">;

/** The stack's settings with the flags' overrides. */
function configOf(flags: StackFlags): Record<string, string> {
  const overrides = [
    ...(flags.tenants === undefined ? [] : [`tenants=${userPath(flags.tenants, ROOT)}`]),
    ...(flags.context === undefined ? [] : [`context=${flags.context}`]),
    ...(flags.kubeconfig === undefined ? [] : [`kubeconfig=${userPath(flags.kubeconfig, ROOT)}`]),
    ...(flags.set ?? []),
  ];
  return { ...loadStack(ROOT, flags.stack, overrides), "tenantry:runner": "direct" };
}

/** The stack and its cluster; the caller closes it. */
export async function openCluster(
  flags: Partial<Flags> & Pick<Flags, "stack">,
): Promise<Loaded & { cluster: Cluster }> {
  const loaded = await openStack(flags);
  const { kubeconfig, context } = loaded.stack.fleet.settings;
  return { ...loaded, cluster: await connect({ kubeconfig, context }) };
}

/** By path, since nothing may depend on the infra folder. */
const load = (path: string): Promise<unknown> => import(pathToFileURL(join(ROOT, path)).href);

/** The program, loaded when it runs: it takes a second, and a run with nothing to plan needs it not at all. */
const runProgram: Program = async () => ((await load("infra/index.ts")) as { default: Program }).default();

async function guardrailsFor(settings: Fleet["settings"]): Promise<Guardrails> {
  const { ruleConfig } = await import("../policy/admission.ts");
  const { GUARDRAILS } = await import("../policy/rules/index.ts");
  return { rules: GUARDRAILS, config: ruleConfig(settings) };
}

const loadReader = async (): Promise<Reader> => ((await load("infra/fleet.ts")) as { fleet: Reader }).fleet;

/** The fleet's settings and tenants without its program; a faulty file counts for nothing here. */
export async function readFleet(flags: StackFlags): Promise<Fleet> {
  const fleet = await loadReader();
  return fleet(configOf(flags), { stack: flags.stack, keepGoing: true });
}

/** Ids of the tenants with a node pool of their own; a faulty file counts for nothing here. */
export async function poolTenants(flags: StackFlags): Promise<string[]> {
  const { tenants } = await readFleet(flags);
  return tenants.filter((it) => it.tier === "pool").map((it) => it.id);
}

/** Throws Refusal for a fault that no tenant set aside is to blame for; else gives the lines about those that were. */
function demandSound({ faults, aside }: Fleet, keepGoing: boolean): string[] {
  const lines = faults.map((it) => it.text);
  if (faults.every((it) => it.tenant !== undefined && aside.includes(it.tenant))) return lines;
  const blamed = faults.every((it) => it.tenant !== undefined);
  const next = keepGoing || !blamed ? "" : " Correct the files, or set their tenants aside with --keep-going.";
  throw new Refusal([...lines, `Nothing was changed.${next}`]);
}

function demandKnown(fleet: Fleet, only: readonly string[]): void {
  const known = new Set(fleet.tenants.map((it) => it.id));
  const unknown = only.filter((it) => !known.has(it));
  if (unknown.length === 0) return;
  const ids = [...known];
  const shown = ids.length > 20 ? `${ids.slice(0, 20).join(", ")} and ${ids.length - 20} more` : ids.join(", ");
  throw new UsageError(`--only ${unknown.join(", ")}: no such tenant; allowed: ${shown}`);
}
