import { Command, InvalidArgumentError, Option } from "commander";
import { leftToCli } from "../../engine/run/cli-only.ts";
import { diff } from "../../engine/run/diff.ts";
import { status } from "../../engine/run/status.ts";
import { ungrantedClasses } from "../../engine/run/ungranted.ts";
import { up, type UpReport } from "../../engine/run/up.ts";
import { EXIT } from "../exit.ts";
import { CLUSTER_FLAGS, type Flags, withFlags } from "../flags.ts";
import { openCluster } from "../stack.ts";
import { statusTable } from "../status-table.ts";
import { confirm, print, printJson, progress } from "../terminal.ts";
import { formatDifference } from "./diff.ts";

export function upCommand(): Command {
  const command = new Command("up").description("bring the cluster to what the files say, each tenant on its own");
  withFlags(command, ...CLUSTER_FLAGS, "only", "yes", "keepGoing");
  command.addOption(
    new Option("--wait <seconds>", "how long to wait for pods; 0 does not wait").default(300).argParser(seconds),
  );
  return command.action(run);
}

async function run(flags: Flags & { wait: number }): Promise<void> {
  const started = performance.now();
  const { stack, aside, cluster } = await openCluster(flags);
  const only = flags.only.length > 0 ? flags.only : undefined;
  const left = leftToCli(stack, only);
  const report = progress();
  try {
    for (const line of aside) process.stderr.write(`set aside: ${line}\n`);
    // The local stack is for trying things out; anywhere else the change is shown before it is made.
    if (stack.fleet.settings.cloud !== "local" && !flags.yes) {
      const differences = (await diff(cluster, stack, only, report)).filter((it) => it.change !== "absent");
      report.end();
      if (differences.length > 0) {
        process.stderr.write(`${differences.map(formatDifference).join("\n")}\n`);
        if (!(await confirm(`Make these ${differences.length} changes?`, flags.yes))) return;
      }
    }
    const done = await up(cluster, stack, {
      only,
      waitMs: flags.wait * 1000,
      report,
    });
    report.end();
    const open = await ungrantedClasses(cluster, stack.name, stack.fleet.settings.storage).catch(() => undefined);
    const rows = done.unseen === undefined ? await status(cluster, stack).catch(() => []) : [];
    const seconds = (performance.now() - started) / 1000;
    if (flags.json) printJson({ ...done, waiting: [...done.waiting.keys()], aside, left, tenants: rows, seconds });
    else {
      if (rows.length > 0) print(statusTable(rows, tookOf(done)));
      print(`\n${summary(done, seconds)}`);
      if (done.healed.length > 0) print(healing(done));
      print(nextSteps(flags, rows[0]?.tenant));
    }
    for (const line of problems(done)) process.stderr.write(`${line}\n`);
    if (open !== undefined) process.stderr.write(`${open}\n`);
    for (const line of left) process.stderr.write(`${line}\n`);
    process.exitCode = codeOf(done, [...aside, ...left]);
  } finally {
    report.end();
    await cluster.close();
  }
}

function codeOf(done: UpReport, aside: readonly string[]): number {
  const failed = done.units.filter((it) => it.error !== undefined);
  if (failed.some((it) => it.unit === "platform")) return EXIT.partial;
  return failed.length > 0 || done.unseen !== undefined || done.waiting.size > 0 || aside.length > 0
    ? EXIT.partial
    : EXIT.done;
}

function problems(done: UpReport): string[] {
  return [
    ...done.units
      .filter((it) => it.error !== undefined)
      .map(
        (it) =>
          `${it.unit}: ${it.error}. Next: npm run -s tenantry -- diff${it.unit === "platform" ? "" : ` --only ${it.unit}`}`,
      ),
    ...done.units.flatMap((it) => (it.result?.kept ?? []).map((line) => `${it.unit}: ${line}`)),
    ...[...done.waiting].map(
      ([namespace, it]) =>
        `${namespace}: ${it.ready} of ${it.wanted} pods ready${it.reasons.length > 0 ? `: ${it.reasons.join("; ")}` : ""}`,
    ),
    ...(done.unseen === undefined ? [] : [`the pods could not be watched: ${done.unseen}`]),
    ...(done.absent.length > 0
      ? [`absent (in the cluster, in no file; left as they are): ${done.absent.join(", ")}`]
      : []),
  ];
}

function summary(done: UpReport, seconds: number): string {
  const count = (of: "created" | "changed" | "pruned") =>
    done.units.reduce((sum, it) => sum + (it.result?.[of].length ?? 0), 0);
  const [created, changed, pruned] = [count("created"), count("changed"), count("pruned")];
  const time = `${seconds.toFixed(1)} s`;
  const failed = done.units.filter((it) => it.error !== undefined).length;
  const failures = failed === 0 ? "" : `; ${failed} of ${done.units.length} failed, see below`;
  if (created + changed + pruned === 0 && failed === 0) return `no changes (${time})`;
  return `${created} objects created, ${changed} changed, ${pruned} removed in ${time}${failures}`;
}

/** What others had changed or removed, and how long that lasted from the run's start on. */
function healing({ healed, detectSeconds, healSeconds }: UpReport): string {
  const objects = healed.length === 1 ? "1 drifted object" : `${healed.length} drifted objects`;
  const lines = healed.map((it) => `  ${it.unit}: ${it.object} was ${it.was}`);
  const times = `found in ${detectSeconds.toFixed(1)} s, repaired in ${healSeconds.toFixed(1)} s`;
  return [`${objects} taken back (${times}):`, ...lines].join("\n");
}

const tookOf = (done: UpReport): Map<string, number> => new Map(done.units.map((it) => [it.unit, it.ms]));

/** With the flags that lead to the same fleet. */
const nextSteps = ({ stack, context, kubeconfig, tenants }: Flags, tenant = "ID"): string => {
  const flag = Object.entries({ stack: stack === "local" ? undefined : stack, tenants, context, kubeconfig })
    .map(([name, value]) => (value === undefined ? "" : ` --${name} ${value}`))
    .join("");
  return [
    "Next:",
    `  npm run -s tenantry -- tenants kubeconfig ${tenant}${flag} --out ${tenant}.kubeconfig   be one of the tenant's own`,
    `  npm run -s tenantry -- status${flag}                                         the table above, any time`,
    `  npm run -s tenantry -- diff${flag}                                           what is not as the files say`,
  ].join("\n");
};

function seconds(text: string): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value <= 3600) return value;
  throw new InvalidArgumentError("want a whole number from 0 to 3600.");
}
