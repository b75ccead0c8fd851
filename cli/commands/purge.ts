import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Doomed, preparePurge, type Purged } from "../../engine/run/purge.ts";
import { UsageError } from "../../engine/stack.ts";
import { EXIT } from "../exit.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../flags.ts";
import { openCluster } from "../stack.ts";
import { print, printJson, progress } from "../terminal.ts";

export function purgeCommand(): Command {
  const command = new Command("purge")
    .description("delete all data of an offboarded tenant, once its retention is over and a backup is recorded")
    .argument("<tenant>", "id of the tenant");
  withFlags(command, ...CLUSTER_FLAGS, "yes", "keepGoing");
  command.option("--confirm <tenant>", "with --yes: the tenant's id once more, in place of typing it");
  command.addOption(new Option("--wait <seconds>", "when to name what does not go").default(45).argParser(seconds));
  return command.action(run);
}

async function run(id: string, flags: Flags & { confirm?: string; wait: number }): Promise<void> {
  const { stack, cluster } = await openCluster(flags);
  const report = progress();
  try {
    const { doomed, commit } = await preparePurge(cluster, stack, id);
    process.stderr.write(`${shown(doomed)}\n`);
    await demandTyped(id, flags);
    const done = await commit(flags.wait * 1000, report);
    report.end();
    if (flags.json) printJson({ ...doomed, ...done });
    else print(summary(id, done));
    for (const line of done.held) process.stderr.write(`${line}\n`);
    if (!done.done) process.exitCode = EXIT.partial;
  } finally {
    report.end();
    await cluster.close();
  }
}

/** All that goes, before anybody is asked. */
function shown({ tenant, resumed, namespaces, claims, volumes, backup }: Doomed): string {
  const kinds = (objects: Record<string, number>) =>
    Object.entries(objects)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ");
  return [
    resumed ? `The purge of ${tenant} goes on. To delete, with all data:` : `To delete of ${tenant}, with all data:`,
    ...namespaces.map((it) => `  namespace ${it.name}: ${kinds(it.objects) || "empty"}`),
    `  claims: ${claims.join(", ") || "none"}`,
    `  volumes: ${volumes.join(", ") || "none"}`,
    "  its generated values and its inventory",
    ...(backup ? [`  what stays is the backup ${backup.name} (${backup.provider}, ${backup.taken})`] : []),
  ].join("\n");
}

/** A yes is typed too easily for what cannot be undone. Throws UsageError for anything but the tenant's id. */
async function demandTyped(id: string, { yes, confirm }: { yes: boolean; confirm?: string }): Promise<void> {
  const typed = yes ? confirm : await ask(id);
  if (typed !== id)
    throw new UsageError(
      `purge: found ${JSON.stringify(typed ?? "nothing")}, want the tenant's id: --yes --confirm ${id}. Nothing was changed.`,
    );
}

async function ask(id: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`Type ${id} to delete it: `)).trim();
  } finally {
    lines.close();
  }
}

const summary = (id: string, { done, until }: Purged): string =>
  done
    ? `${id} is gone: a scan of every kind finds nothing of it. Its id is kept from use until ${until}.\nNext: set its lifecycle to "purged", or remove its file`
    : `${id} is not gone yet: what holds it is named below.\nNext: npm run -s tenantry -- purge ${id}`;

function seconds(text: string): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= 1 && value <= 3600) return value;
  throw new InvalidArgumentError("want a whole number from 1 to 3600.");
}
