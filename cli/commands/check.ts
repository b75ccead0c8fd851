import { Command } from "commander";
import { judge } from "../../engine/run/check.ts";
import { formatFinding } from "../../engine/run/refusal.ts";
import { EXIT } from "../exit.ts";
import { type Flags, withFlags } from "../flags.ts";
import { openStack } from "../stack.ts";
import { print, printJson } from "../terminal.ts";

export function checkCommand(): Command {
  const command = new Command("check").description("plan everything and judge it by every guardrail; needs no cluster");
  return withFlags(command, "stack", "set", "tenants", "json", "keepGoing").action(run);
}

async function run(flags: Flags): Promise<void> {
  const { stack, aside } = await openStack(flags);
  for (const line of aside) process.stderr.write(`set aside: ${line}\n`);
  const { resources, rules, findings, refusals } = await judge(stack);
  if (flags.json) printJson({ resources, rules, findings, onlyByCli: refusals });
  else {
    for (const line of findings.map(formatFinding)) print(line);
    for (const line of refusals) print(`not by the direct engine: ${line}`);
    print(`${resources} resources judged by ${rules} guardrails: ${findings.length} findings`);
  }
  if (findings.length > 0) process.exitCode = EXIT.refused;
}
