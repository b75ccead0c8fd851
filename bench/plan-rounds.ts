import { run } from "./child.ts";
import type { Measurements } from "./measurements.ts";
import { ROOT } from "./stack.ts";
import { interleaved } from "./statistics.ts";
import { arm, type Workload } from "./workload.ts";

/** Plan, plan judged by all guardrails, and cdk8s with the same objects, in turns; no cluster. */
export async function planRounds(
  { count, tenants, settings, rendered, objects }: Workload,
  into: Measurements,
  rounds: number,
  { cdk8s }: { cdk8s: boolean },
): Promise<void> {
  for (const name of interleaved(["plan", "cdk8s", "judge"] as const, rounds)) {
    if (name === "plan") {
      const ran = await run(process.execPath, arm("direct", "plan", tenants, ...settings), ROOT);
      into.ran(count, "plan", ran);
      const said = JSON.parse(ran.stdout) as { objects: number };
      if (said.objects !== objects) into.fault(count, "plan", `planned ${said.objects} objects of ${objects}`);
    } else if (name === "cdk8s" && cdk8s) {
      // Its own heap is not ours to cap.
      const uncapped = arm("cdk8s", rendered).filter((it) => !it.startsWith("--max"));
      const ran = await run(process.execPath, uncapped, ROOT);
      into.ran(count, "cdk8s", ran);
      const said = JSON.parse(ran.stdout) as { objects: number };
      if (said.objects !== objects) into.fault(count, "cdk8s", `synthesised ${said.objects} objects of ${objects}`);
    } else if (name === "judge") {
      const ran = await run(process.execPath, arm("direct", "check", tenants, ...settings), ROOT);
      const { checking, planning } = JSON.parse(ran.stdout) as { checking: number; planning: number };
      into.add(count, "judge", (100 * checking) / planning);
    }
  }
}
