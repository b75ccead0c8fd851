import { runtime } from "@pulumi/pulumi";
import { PlanMocks, placeholder, type RandomSource } from "./mocks.ts";
import { watchMonitor } from "./monitor.ts";
import { describe, type Registration, tenantOf } from "./registration.ts";

/** A Pulumi program as its entry exports it. */
export type Program = () => Promise<Record<string, unknown> | undefined>;

export interface PlanRequest {
  program: Program;
  project: string;
  stack: string;
  /** Stack configuration, keys with their namespace: "tenantry:fleet". */
  config: Record<string, string>;
  random?: RandomSource;
  /** How long the program may stay silent, in milliseconds, before it counts as hung. */
  patience?: number;
}

export interface Plan {
  /** Sorted by URN: the same input gives the same plan, to the byte. */
  registrations: Registration[];
  outputs: Record<string, unknown>;
}

/** A program that cannot be planned; the message lists every reason once. */
export class PlanError extends Error {
  readonly reasons: string[];
  constructor(reasons: Iterable<string>) {
    const unique = [...new Set(reasons)].filter((it) => it !== "").toSorted();
    super(unique.join("\n"));
    this.reasons = unique;
  }
}

/**
 * Runs the program on the SDK's test monitor and returns all it registered. Nothing leaves the process.
 * Runs one after the other: the SDK keeps its state in the process. Throws PlanError when the program fails,
 * hangs, registers twice, or uses what only the CLI offers.
 */
export async function plan(request: PlanRequest): Promise<Plan> {
  if (busy) throw new PlanError(["another plan is being made in this process: wait for it"]);
  busy = true;
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
  // The SDK lifts the limit to note where each resource was made, and traces every promise: a plan uses neither.
  Object.defineProperty(Error, "stackTraceLimit", { configurable: true, get: () => 0, set: () => undefined });
  try {
    return await planAlone(request);
  } finally {
    if (limit) Object.defineProperty(Error, "stackTraceLimit", limit);
    busy = false;
  }
}

let busy = false;

async function planAlone(request: PlanRequest): Promise<Plan> {
  const { program, project, stack, config } = request;
  const registrations = new Map<string, Registration>();
  const reasons: string[] = [];
  let lastNews = Date.now();
  const refuse = (reason: string) => void reasons.push(reason);
  const note = (it: Registration) => {
    lastNews = Date.now();
    if (registrations.has(it.urn)) reasons.push(`${describe(it)} is registered twice as ${it.urn}`);
    registrations.set(it.urn, it);
    latest = it;
  };
  // The monitor asks the mocks in the same turn in which it notes the request.
  let latest: Registration | undefined;
  const tenant = () => latest && tenantOf(latest, registrations);

  // A failure inside an apply or an input does not reject the program: the resource is just never registered,
  // and the reason arrives here, up to once per resource that waited for it.
  const stray = (error: unknown) => reasons.push(messageOf(error));
  process.on("unhandledRejection", stray);
  let watchdog: NodeJS.Timeout | undefined;
  try {
    const mocks = new PlanMocks(request.random ?? placeholder, tenant, refuse);
    await runtime.setMocks(mocks, project, stack, true);
    runtime.setAllConfig(config, []);
    watchMonitor(stack, project, note, refuse, mocks);
    const patience = request.patience ?? 60_000;
    const hung = new Promise<never>((_resolve, reject) => {
      watchdog = setInterval(
        () => {
          if (Date.now() - lastNews < patience) return;
          reject(new Error(`the program registered nothing for ${patience / 1000} s and has not ended`));
        },
        Math.min(1000, patience),
      );
    });
    const outputs = await Promise.race([run(program), hung]);
    await nextTurn();
    if (reasons.length > 0) throw new PlanError(reasons);
    return { registrations: [...registrations.values()].toSorted(byUrn), outputs };
  } catch (error) {
    if (error instanceof PlanError) throw error;
    await nextTurn();
    throw new PlanError([messageOf(error), ...reasons]);
  } finally {
    clearInterval(watchdog);
    process.off("unhandledRejection", stray);
  }
}

async function run(program: Program): Promise<Record<string, unknown>> {
  const outputs: unknown = await runtime.runInPulumiStack(program);
  // Without the drain only the first few registrations are seen.
  await runtime.disconnect();
  return (outputs ?? {}) as Record<string, unknown>;
}

const byUrn = (a: Registration, b: Registration): number => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0);
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();
