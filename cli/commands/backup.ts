import { Command } from "commander";
import { recordBackup } from "../../engine/run/record-backup.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../flags.ts";
import { userPath } from "../paths.ts";
import { openCluster, ROOT } from "../stack.ts";
import { print, printJson } from "../terminal.ts";

export function backupCommand(): Command {
  const record = new Command("record")
    .description("note in the cluster that a file is the backup of an offboarded tenant, by its SHA-256")
    .argument("<tenant>", "id of the tenant")
    .requiredOption("--file <file>", "the backup; it is read to its end");
  withFlags(record, ...CLUSTER_FLAGS, "keepGoing").action(run);
  return new Command("backup").description("backups that a purge asks for").addCommand(record);
}

async function run(tenant: string, flags: Flags & { file: string }): Promise<void> {
  const { stack, cluster } = await openCluster(flags);
  try {
    const backup = await recordBackup(cluster, stack, tenant, userPath(flags.file, ROOT));
    if (flags.json) printJson(backup);
    else print(`${tenant}: ${backup.name}, ${backup.bytes} bytes, sha256 ${backup.sha256}, of ${backup.taken}`);
  } finally {
    await cluster.close();
  }
}
