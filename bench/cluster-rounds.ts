import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { connect } from "../engine/cluster/connection.ts";
import type { ControlPlane } from "../local/control-plane.ts";
import { type Ran, run } from "./child.ts";
import { clusterDigest, renderedDigest } from "./contents.ts";
import type { Measurements } from "./measurements.ts";
import { freshPlane } from "./plane.ts";
import { ROOT } from "./stack.ts";
import { interleaved } from "./statistics.ts";
import { changed, tenant, writeTenant } from "./tenants.ts";
import { arm, NODE_FLAGS, renderedOf, type Workload } from "./workload.ts";

const ARMS = ["direct", "raw", "kubectl"] as const;
export type ArmName = (typeof ARMS)[number];

export interface Round {
  dir: string;
  workload: Workload;
  into: Measurements;
  say: (text: string) => void;
}

/** Each arm on an empty control plane of its own, in turns. */
export async function clusterRounds(round: Round, rounds: number, arms: readonly ArmName[] = ARMS): Promise<void> {
  for (const name of interleaved(arms, rounds)) {
    const plane = await freshPlane(join(round.dir, "plane"));
    // What the control plane does right after its start is nobody's.
    await sleep(3000);
    round.say(`${round.workload.count} tenants: ${name}`);
    await WORK[name](round, plane);
  }
}

const WORK: Record<ArmName, (round: Round, plane: ControlPlane) => Promise<void>> = {
  async direct(round, plane) {
    const { workload, into } = round;
    const { count, tenants } = workload;
    const first = await up(workload, plane);
    into.ran(count, "direct first", first);
    into.add(count, "direct peak", first.peak);
    await verify(round, plane, "direct");
    for (let again = 0; again < 2; again++) into.ran(count, "direct no-op", await up(workload, plane));
    const one = tenant(Math.ceil(count / 2));
    for (const it of [changed(one, "changed"), one]) {
      writeTenant(tenants, it);
      into.ran(count, "direct change", await up(workload, plane));
    }
    await verify(round, plane, "direct");
  },
  async raw(round, plane) {
    const { workload, into } = round;
    const ran = await run(process.execPath, arm("raw", workload.lines, plane.kubeconfig), ROOT);
    into.ran(workload.count, "raw first", ran);
    await verify(round, plane, "raw");
  },
  async kubectl(round, plane) {
    const { workload, into } = round;
    const apply = ["apply", "--server-side", "--field-manager=tenantry", "-f", workload.manifests];
    const args = [`--kubeconfig=${plane.kubeconfig}`, `--context=${plane.context}`, ...apply];
    const first = await run(plane.binaries.kubectl, args, ROOT);
    into.ran(workload.count, "kubectl first", first);
    into.add(workload.count, "kubectl peak", first.peak);
    await verify(round, plane, "kubectl");
    into.ran(workload.count, "kubectl again", await run(plane.binaries.kubectl, args, ROOT));
  },
};

/** The command as users run it, without waiting for pods. */
function up({ tenants, settings }: Workload, { kubeconfig, context }: ControlPlane): Promise<Ran> {
  const where = ["--tenants", tenants, "--kubeconfig", kubeconfig, "--context", context];
  const set = settings.flatMap((it) => ["--set", it]);
  return run(process.execPath, [...NODE_FLAGS, "cli/tenantry.ts", "up", "--yes", "--wait=0", ...where, ...set], ROOT);
}

/** Voids the arm's rows unless the cluster holds what was rendered, and nothing beside it. */
async function verify({ workload, into, say }: Round, plane: ControlPlane, name: ArmName): Promise<void> {
  const rendered = await renderedOf(workload);
  const cluster = await connect({ kubeconfig: plane.kubeconfig, context: plane.context });
  try {
    const { digest, odd } = await clusterDigest(cluster, "local", rendered);
    if (digest === renderedDigest(rendered)) return;
    const reason = `${odd.length} objects are not as rendered, the first: ${odd[0] ?? "none"}`;
    say(`${name}: ${reason}`);
    into.fault(workload.count, name, reason);
  } finally {
    await cluster.close();
  }
}
