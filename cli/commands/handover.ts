import { existsSync, rmSync, writeFileSync } from "node:fs";
import { Argument, Command } from "commander";
import { handover, importFile, type Runner } from "../../engine/run/handover.ts";
import { UsageError } from "../../engine/stack.ts";
import { type Flags, withFlags } from "../flags.ts";
import { userPath } from "../paths.ts";
import { openCluster, ROOT } from "../stack.ts";
import { confirm, print } from "../terminal.ts";

const TARGETS: Record<string, Runner> = { pulumi: "cli", cli: "cli", gitops: "gitops", direct: "direct" };

export function handoverCommand(): Command {
  const command = new Command("handover")
    .description("make another way of running the fleet its owner; for pulumi, write the file to import")
    .addArgument(new Argument("<to>", "who runs the fleet from now on").choices(Object.keys(TARGETS)))
    .option("--out <file>", "where to write the import file; it holds secret values", "pulumi-import.json");
  return withFlags(command, "stack", "set", "tenants", "context", "kubeconfig", "yes").action(run);
}

async function run(to: string, flags: Flags & { out: string }): Promise<void> {
  const runner = TARGETS[to] ?? "cli";
  const file = userPath(flags.out, ROOT);
  const { stack, cluster } = await openCluster(flags);
  try {
    if (!(await confirm(`Hand the fleet "${stack.fleet.settings.fleet}" over to ${to}?`, flags.yes))) return;
    if (runner === "cli") {
      if (existsSync(file)) throw new UsageError(`--out ${flags.out}: there is such a file already; name another`);
      // For the owner's eyes only: it holds the random values, which the CLI needs to know them as they are.
      const text = JSON.stringify(await importFile(cluster, stack), undefined, 2);
      writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    }
    try {
      await handover(cluster, stack, runner);
    } catch (error) {
      if (runner === "cli") rmSync(file, { force: true });
      throw error;
    }
    print(`the fleet "${stack.fleet.settings.fleet}" is run by "${runner}" now`);
    if (runner === "cli") {
      print(
        [
          `${flags.out} holds secret values: delete it when the import is done. Next:`,
          `  pulumi stack init ${stack.name} && pulumi config set runner cli`,
          `  pulumi up --target '**::cluster' --target '**::random'`,
          `  pulumi import --file ${flags.out} --generate-code=false --protect=false`,
          `  pulumi up`,
        ].join("\n"),
      );
    }
  } finally {
    await cluster.close();
  }
}
