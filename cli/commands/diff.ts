import { Command } from "commander";
import { type Difference, diff } from "../../engine/run/diff.ts";
import { EXIT } from "../exit.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../flags.ts";
import { openCluster } from "../stack.ts";
import { print, printJson, progress } from "../terminal.ts";

export function diffCommand(): Command {
  const command = new Command("diff").description("show what up would change, by dry runs; writes nothing");
  withFlags(command, ...CLUSTER_FLAGS, "only", "keepGoing");
  return command.option("--exit-code", "exit with 4 when there are differences", false).action(run);
}

async function run(flags: Flags & { exitCode: boolean }): Promise<void> {
  const { stack, aside, cluster } = await openCluster(flags);
  const report = progress();
  try {
    for (const line of aside) process.stderr.write(`set aside: ${line}\n`);
    const found = await diff(cluster, stack, flags.only.length > 0 ? flags.only : undefined, report);
    report.end();
    if (flags.json) printJson(found);
    else print(found.length === 0 ? "no differences" : found.map(formatDifference).join("\n"));
    if (flags.exitCode && found.length > 0) process.exitCode = EXIT.differences;
  } finally {
    report.end();
    await cluster.close();
  }
}

const SIGN = { create: "+", change: "~", delete: "-", conflict: "!" } as const;
const LONGEST = 60;

export function formatDifference(it: Difference): string {
  const lines = it.fields.map(({ path, from, to }) => `    ${path}: ${short(from)} -> ${short(to)}`);
  return [`${SIGN[it.change]} ${it.unit}: ${it.object}`, ...(it.note ? [`    ${it.note}`] : []), ...lines].join("\n");
}

function short(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
