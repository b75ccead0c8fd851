import { Command } from "commander";
import { refKey } from "../../engine/cluster/object.ts";
import { down } from "../../engine/run/down.ts";
import { EXIT } from "../exit.ts";
import { type Flags, withFlags } from "../flags.ts";
import { openCluster } from "../stack.ts";
import { confirm, print, progress } from "../terminal.ts";

export function downCommand(): Command {
  const command = new Command("down").description("delete the fleet with all data; serves the local stack only");
  return withFlags(command, "stack", "set", "context", "kubeconfig", "yes").action(run);
}

async function run(flags: Flags): Promise<void> {
  const { stack, cluster } = await openCluster(flags);
  const report = progress();
  try {
    const where = `context ${stack.fleet.settings.context}`;
    if (!(await confirm(`Delete the fleet "${stack.fleet.settings.fleet}" in ${where} with all data?`, flags.yes)))
      return;
    const { removed, stuck } = await down(cluster, stack, report);
    report.end();
    if (stuck.length === 0) {
      print(`removed: ${removed.join(", ") || "nothing"}`);
      return;
    }
    for (const it of stuck) {
      process.stderr.write(
        `${refKey(it.ref)} does not go: ${[...it.finalizers, ...it.reasons].join("; ")}. Next: npm run -s tenantry -- down\n`,
      );
    }
    process.exitCode = EXIT.partial;
  } finally {
    report.end();
    await cluster.close();
  }
}
