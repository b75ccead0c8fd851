import { Command } from "commander";
import { adopt } from "../../engine/run/adopt.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../flags.ts";
import { openCluster } from "../stack.ts";
import { confirm, print, printJson, progress } from "../terminal.ts";
import { formatDifference } from "./diff.ts";

export function adoptCommand(): Command {
  const command = new Command("adopt")
    .description("take over namespaces that exist already for a tenant of the files; shows the difference first")
    .argument("<tenant>", "id of the tenant");
  return withFlags(command, ...CLUSTER_FLAGS, "yes", "keepGoing").action(run);
}

async function run(id: string, flags: Flags): Promise<void> {
  const { stack, cluster } = await openCluster(flags);
  const report = progress();
  try {
    const adoption = await adopt(cluster, stack, id, report);
    report.end();
    if (!flags.json) print(adoption.differences.map(formatDifference).join("\n") || "no differences");
    if (!(await confirm(`Take over ${id} with these changes?`, flags.yes))) return;
    const result = await adoption.commit();
    if (flags.json) printJson({ differences: adoption.differences, result });
    else print(`${id} is run by this fleet now: ${result.created.length + result.changed.length} objects written`);
  } finally {
    report.end();
    await cluster.close();
  }
}
