import { Command, CommanderError } from "commander";
import { adoptCommand } from "./commands/adopt.ts";
import { backupCommand } from "./commands/backup.ts";
import { checkCommand } from "./commands/check.ts";
import { diffCommand } from "./commands/diff.ts";
import { downCommand } from "./commands/down.ts";
import { handoverCommand } from "./commands/handover.ts";
import { localCommand } from "./commands/local.ts";
import { purgeCommand } from "./commands/purge.ts";
import { renderCommand } from "./commands/render.ts";
import { statusCommand } from "./commands/status.ts";
import { tenantsCommand } from "./commands/tenants.ts";
import { upCommand } from "./commands/up.ts";
import { verifyCommand } from "./commands/verify.ts";
import manifest from "../package.json" with { type: "json" };
import { EXIT, exitCodeOf, explain } from "./exit.ts";
import { ROOT } from "./stack.ts";

const program = new Command("tenantry")
  .description("A multi-tenant Kubernetes platform as one program: bring a fleet up, compare it, render it, judge it.")
  .version(manifest.version)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "")) })
  .showHelpAfterError("Run with --help to see what is allowed.");

for (const make of [
  upCommand,
  diffCommand,
  renderCommand,
  checkCommand,
  statusCommand,
  verifyCommand,
  downCommand,
  tenantsCommand,
  adoptCommand,
  backupCommand,
  purgeCommand,
  handoverCommand,
  localCommand,
]) {
  program.addCommand(inherit(program, make()));
}

/** Sub-commands made apart do not take over the way errors and exits are handled. */
function inherit(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const it of command.commands) inherit(command, it);
  return command;
}

// Settings name files from the project's root on.
process.env["INIT_CWD"] ??= process.cwd();
process.chdir(ROOT);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
