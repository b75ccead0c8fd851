import { Command } from "commander";
import { status } from "../../engine/run/status.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../flags.ts";
import { openCluster } from "../stack.ts";
import { statusTable } from "../status-table.ts";
import { print, printJson } from "../terminal.ts";

export function statusCommand(): Command {
  const command = new Command("status").description("show every tenant: plan, tier, spaces, quota, pods, state");
  return withFlags(command, ...CLUSTER_FLAGS, "only", "keepGoing").action(run);
}

async function run(flags: Flags): Promise<void> {
  const { stack, cluster } = await openCluster(flags);
  try {
    const rows = (await status(cluster, stack)).filter(
      (it) => flags.only.length === 0 || flags.only.includes(it.tenant),
    );
    if (flags.json) printJson(rows);
    else print(statusTable(rows));
  } finally {
    await cluster.close();
  }
}
