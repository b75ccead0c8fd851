import { emptyInventory, type Inventory, nameOfUnit, readInventories, titleOf, type Unit } from "../apply/inventory.ts";
import { waitEnforced } from "../apply/enforcement.ts";
import { demandOwner } from "../apply/owner.ts";
import { type Readiness, waitReady } from "../apply/ready.ts";
import { applyUnit, type Result, UnitError } from "../apply/transaction.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { refKey } from "../cluster/object.ts";
import { ClusterError } from "../cluster/status.ts";
import { demandSteady, moving } from "../lifecycle/moves.ts";
import { type Stack, summaryOf } from "../fleet.ts";
import { Vault } from "../random/vault.ts";
import { pool } from "./concurrency.ts";
import type { Report, Timing } from "./events.ts";
import { type Held, planAndJudge } from "./gate.ts";
import { driftOf, type Drifted, healedOf } from "./healed.ts";
import { lockFleet } from "./lock.ts";
import { demandBuilder, isSettled, noteSettled } from "./settled.ts";
import { demandServed } from "./served.ts";
import { stopwatch } from "./stopwatch.ts";
import { survey, type Survey } from "./survey.ts";

export interface UpOptions {
  /** Only these tenants; nobody else is looked at, nobody becomes absent. */
  only?: readonly string[];
  /** How long to wait for pods, in milliseconds; 0 does not wait. */
  waitMs: number;
  report: Report;
}

export interface UnitReport {
  unit: string;
  /** Of a unit that failed what was done before. */
  result?: Result;
  /** Why this unit failed; the others went on. */
  error?: string;
  /** How long it took, in milliseconds. */
  ms: number;
}

export interface UpReport {
  units: UnitReport[];
  /** Pods that did not become ready in time, by namespace. */
  waiting: Map<string, Readiness>;
  /** Why nothing is known of the pods: the cluster no longer answered. */
  unseen?: string;
  absent: string[];
  /** What had drifted and was written again. */
  healed: Drifted[];
  /** From the start of the run until all drift was known. */
  detectSeconds: number;
  /** From then until it was written again, planning and checking included; 0 when nothing was healed. */
  healSeconds: number;
  timing: Timing;
}

/** How many units are applied at once; the cluster's gate bounds the requests of all of them together. */
const UNITS_AT_ONCE = 24;

/**
 * Brings the cluster to what the stack's files say: plans and judges what changed or drifted, and only then writes, each
 * tenant on its own. Throws Refusal, PlanError or ClusterError with nothing changed; once writing, a tenant's failure is its line.
 */
export async function up(cluster: Cluster, stack: Stack, options: UpOptions): Promise<UpReport> {
  const { fleet } = stack.fleet.settings;
  const watch = stopwatch();
  await demandOwner(cluster, fleet);
  options.report({ kind: "phase", text: "Comparing with the cluster" });
  const before = await survey(cluster, stack, options.only);
  watch.lap("compare");
  for (const text of before.moves.resting.values()) options.report({ kind: "note", text });
  const report: UpReport = {
    units: [],
    waiting: new Map(),
    absent: before.absent.map((it) => titleOf(it.unit)),
    ...{ healed: [], detectSeconds: secondsOf(watch.laps, "compare"), healSeconds: 0 },
    timing: watch.laps,
  };
  if (!before.platform && before.tenants.length === 0) return report;

  const vault = new Vault(cluster, fleet);
  const held = await planAndJudge(stack, { ...before, random: (tenants) => vault.source(tenants) }, options.report);
  await demandBuilder(cluster, before, held);
  await demandServed(cluster, held);
  watch.lap("plan and check");

  const lock = await lockFleet(cluster, held);
  try {
    const writer = cluster.withSignal(lock.lost);
    await demandOwner(writer, fleet);
    await demandUnmoved(writer, fleet, before);
    await demandSteady(writer, fleet, before.moves);
    report.units.push(...(await applyAll(writer, stack, before, held, vault, options.report)));
    watch.lap("apply");
    report.healed = healedOf(driftOf(before), report.units);
    if (report.healed.length > 0) report.healSeconds = secondsOf(watch.laps, "plan and check", "apply");
  } finally {
    await lock.release();
  }
  if (options.waitMs > 0) {
    const namespaces = new Set(before.tenants.flatMap((it) => it.namespaces));
    options.report({ kind: "phase", text: "Waiting for pods" });
    // What was written is written: from here on a failure is part of the report.
    try {
      report.waiting = await waitReady(cluster, fleet, namespaces, options.waitMs, (done, of) =>
        options.report({ kind: "progress", text: "pods ready", done, of }),
      );
    } catch (error) {
      report.unseen = (error as Error).message;
    }
    watch.lap("wait for pods");
  }
  return report;
}

const secondsOf = (laps: Timing, ...names: string[]): number =>
  names.reduce((sum, name) => sum + (laps[name] ?? 0), 0) / 1000;

/** Another run may have changed the fleet between our look and our lock: what was judged must be what is applied. */
async function demandUnmoved(cluster: Cluster, fleet: string, before: Survey): Promise<void> {
  const now = await readInventories(cluster, fleet);
  const text = (it: Inventory | undefined) => it && JSON.stringify([it.inputs, it.objects, [...it.entries]]);
  const names = new Set([...now.keys(), ...before.inventories.keys()]);
  const moved = [...names].filter((name) => text(now.get(name)) !== text(before.inventories.get(name)));
  if (moved.length > 0) {
    throw new ClusterError(
      `another run changed ${moved.map((it) => it.replace("tenant.", "")).join(", ")} meanwhile: nothing was applied; run the command again`,
    );
  }
}

async function applyAll(
  cluster: Cluster,
  stack: Stack,
  before: Survey,
  held: readonly Held[],
  vault: Vault,
  report: Report,
): Promise<UnitReport[]> {
  const reports: UnitReport[] = [];
  const tenants = new Map(stack.fleet.tenants.map((it) => [it.id, it]));
  const apply = async (it: Held): Promise<UnitReport> => {
    const { unit, unpack } = it;
    const title = titleOf(unit);
    const since = performance.now();
    const ms = () => Math.round(performance.now() - since);
    try {
      if (isSettled(before, it))
        return { unit: title, result: await noteSettled(cluster, stack.fleet.settings.fleet, before, it), ms: ms() };
      if (unit !== "platform") await vault.save(unit.tenant, cluster);
      const tenant = unit === "platform" ? undefined : tenants.get(unit.tenant);
      const change = { unit, objects: unpack(), inputs: before.inputs(unit), summary: tenant ? summaryOf(tenant) : {} };
      const known = withoutLost(before, unit);
      const { fleet } = stack.fleet.settings;
      const work = () => applyUnit(cluster, fleet, known, change);
      const result = await moving(cluster, fleet, before.moves, change, known, work);
      return { unit: title, result, ms: ms() };
    } catch (error) {
      const result = error instanceof UnitError ? { result: error.result } : {};
      return { unit: title, ...result, error: (error as Error).message, ms: ms() };
    }
  };

  const platform = held.find((it) => it.unit === "platform");
  if (platform) {
    report({ kind: "phase", text: "Applying the platform" });
    const done = await apply(platform);
    reports.push(done);
    // Without the platform's guards no tenant may be let in.
    if (done.error !== undefined) return reports;
    // The platform as it stood is enforced already.
    if (done.result && (done.result.created.length > 0 || done.result.changed.length > 0)) {
      try {
        await waitEnforced(cluster);
      } catch (error) {
        done.error = (error as Error).message;
        return reports;
      }
    }
  }
  const rest = held.filter((it) => it.unit !== "platform");
  report({ kind: "phase", text: `Applying ${rest.length} ${rest.length === 1 ? "tenant" : "tenants"}` });
  await pool(UNITS_AT_ONCE, rest, async (it) => {
    const done = await apply(it);
    reports.push(done);
    report({ kind: "progress", text: done.unit, done: reports.length - (platform ? 1 : 0), of: rest.length });
  });
  return reports;
}

/** What was lost since it was applied counts as never made: somebody else may have made one of that name since. */
function withoutLost(before: Survey, unit: Unit): Inventory {
  const name = nameOfUnit(unit);
  const known = before.inventories.get(name) ?? emptyInventory(unit);
  const entries = new Map(known.entries);
  for (const { entry, what } of before.drifts.get(name) ?? []) {
    if (what === "missing") entries.set(refKey(entry), { ...entry, uid: "", print: "" });
  }
  return { ...known, entries };
}
