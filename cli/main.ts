import { Command, CommanderError } from "commander";
import { adoptCommand } from "./commands/adopt.ts";
import { checkCommand } from "./commands/check.ts";
import { diffCommand } from "./commands/diff.ts";
import { downCommand } from "./commands/down.ts";
import { handoverCommand } from "./commands/handover.ts";
import { localCommand } from "./commands/local.ts";
import { renderCommand } from "./commands/render.ts";
import { statusCommand } from "./commands/status.ts";
import { tenantsCommand } from "./commands/tenants.ts";
import { upCommand } from "./commands/up.ts";
import { EXIT, exitCodeOf, explain } from "./exit.ts";

const program = new Command("tenantry")
  .description("A multi-tenant Kubernetes platform as one program: bring a fleet up, compare it, render it, judge it.")
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "")) })
  .showHelpAfterError("Run with --help to see what is allowed.");

for (const make of [
  upCommand,
  diffCommand,
  renderCommand,
  checkCommand,
  statusCommand,
  downCommand,
  tenantsCommand,
  adoptCommand,
  handoverCommand,
  localCommand,
]) {
  program.addCommand(make());
}

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
