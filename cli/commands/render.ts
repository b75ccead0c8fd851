import { Command } from "commander";
import { render } from "../../engine/run/render.ts";
import { EXIT } from "../exit.ts";
import { type Flags, withFlags } from "../flags.ts";
import { userPath } from "../paths.ts";
import { openStack, ROOT } from "../stack.ts";
import { print, printJson, progress } from "../terminal.ts";

export function renderCommand(): Command {
  const command = new Command("render")
    .description("write what each tenant gets as plain files, for a GitOps engine to sync; secrets are never written")
    .argument("<dir>", "an empty folder, or one that render wrote before");
  return withFlags(command, "stack", "set", "tenants", "only", "json", "keepGoing").action(run);
}

async function run(target: string, flags: Flags): Promise<void> {
  const { stack, aside } = await openStack(flags);
  for (const line of aside) process.stderr.write(`set aside: ${line}\n`);
  const report = progress();
  const done = await render(stack, userPath(target, ROOT), flags.only.length > 0 ? flags.only : undefined, report);
  report.end();
  if (flags.json) printJson(done);
  else
    print(
      `${done.files.length} files in ${target}, ${done.removed.length} removed; digest ${done.digest.slice(0, 16)}`,
    );
  if (done.absent.length > 0) {
    process.stderr.write(`absent (in ${target}, in no file; left as they are): ${done.absent.join(", ")}\n`);
  }
  if (aside.length > 0) process.exitCode = EXIT.partial;
}
