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
  const started = performance.now();
  const { stack, aside, cluster } = await openCluster(flags);
  const report = progress();
  try {
    for (const line of aside) process.stderr.write(`set aside: ${line}\n`);
    const found = await diff(cluster, stack, flags.only.length > 0 ? flags.only : undefined, report);
    report.end();
    if (flags.json) printJson(found);
    else if (found.length > 0) print(found.map(formatDifference).join("\n"));
    const said = `${summary(found)} (${((performance.now() - started) / 1000).toFixed(1)} s)`;
    // With --json the list alone is on standard output.
    if (flags.json) process.stderr.write(`${said}\n`);
    else print(said);
    if (flags.exitCode && found.length > 0) process.exitCode = EXIT.differences;
  } finally {
    report.end();
    await cluster.close();
  }
}

/** In words: how many, how many of them drift, and how many of them up cannot settle. */
export function summary(found: readonly Difference[]): string {
  if (found.length === 0) return "no differences";
  const drifted = found.filter((it) => it.drifted).length;
  const conflicts = found.filter((it) => it.change === "conflict").length;
  const parts = [
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
    ...(conflicts > 0 ? [`${conflicts} held by others, which up reports and leaves`] : []),
  ];
  const count = found.length === 1 ? "1 difference" : `${found.length} differences`;
  return [count, parts.join(", ")].filter(Boolean).join(": ");
}

const SIGN = { create: "+", change: "~", delete: "-", conflict: "!", absent: "!" } as const;
const LONGEST = 60;

export function formatDifference(it: Difference): string {
  const lines = it.fields.map(({ path, from, to }) => `    ${path}: ${short(from)} -> ${short(to)}`);
  const mark = it.drifted ? " (drift)" : "";
  return [`${SIGN[it.change]} ${it.unit}: ${it.object}${mark}`, ...(it.note ? [`    ${it.note}`] : []), ...lines].join(
    "\n",
  );
}

function short(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
