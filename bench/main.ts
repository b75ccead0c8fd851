import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../engine/cluster/connection.ts";
import { programVersion } from "../engine/version.ts";
import { clusterRounds } from "./cluster-rounds.ts";
import { markdown } from "./markdown.ts";
import { Measurements } from "./measurements.ts";
import { planRounds } from "./plan-rounds.ts";
import { endPlane, freshPlane } from "./plane.ts";
import { plot } from "./plot.ts";
import type { Results } from "./results.ts";
import { growthOf, rowsOf } from "./rows.ts";
import { ROOT } from "./stack.ts";
import { textTable } from "./text-table.ts";
import { prepare } from "./workload.ts";

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "10,100" },
    growth: { type: "string", default: "" },
    rounds: { type: "string", default: "" },
    write: { type: "boolean", default: false },
  },
});
const sizes = numbers("sizes", options.sizes);
const growing = numbers("growth", options.growth).filter((it) => !sizes.includes(it));
const rounds = numbers("rounds", options.rounds)[0];

const dir = mkdtempSync(join(tmpdir(), "tenantry-bench-"));
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const into = new Measurements();
const objects: Record<string, number> = {};
const sources = programVersion(ROOT, new Set());
const load = Math.round((10 * (loadavg()[0] ?? 0)) / cpus().length) / 10;
let kubernetes = "";
process.on("SIGINT", () => void endPlane(join(dir, "plane")).finally(() => process.exit(130)));
try {
  for (const count of [...sizes, ...growing].toSorted((a, b) => a - b)) {
    const plane = await freshPlane(join(dir, "plane"));
    const cluster = await connect({ kubeconfig: plane.kubeconfig, context: plane.context });
    kubernetes = cluster.server.version;
    const workload = await prepare(dir, count, cluster);
    await cluster.close();
    objects[count] = workload.objects;
    const compared = sizes.includes(count);
    const often = rounds ?? (count >= 1000 ? 1 : 4);
    say(`${count} tenants, ${workload.objects} objects: planning`);
    await planRounds(workload, into, often, { cdk8s: compared });
    await clusterRounds(
      { dir, workload, into, say },
      compared ? often : Math.min(often, 2),
      compared ? undefined : ["direct"],
    );
    if (programVersion(ROOT, new Set()) !== sources)
      throw new Error("the sources changed while they were measured: nothing of this run counts; run it again");
    publish(resultsOf());
  }
} finally {
  await endPlane(join(dir, "plane"));
  rmSync(dir, { recursive: true, force: true });
}
if (resultsOf().rows.some((it) => it.void !== undefined)) process.exitCode = 1;

/** Of the sizes that are done. */
function resultsOf(): Results {
  const done = Object.keys(objects).map(Number);
  const asked = process.argv.slice(2).filter((it) => it !== "--write");
  return {
    machine: { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), load },
    node: process.version,
    kubernetes,
    command: ["npm run bench --", ...asked, "--write"].join(" "),
    objects,
    rows: done.flatMap((it) => rowsOf(it, Math.min(...sizes), into)),
    growth: growthOf(done, into),
  };
}

function publish(results: Results): void {
  say(textTable(results.rows));
  for (const { what, growth } of results.growth)
    say(`D8 ${what}: exponent ${growth.exponent.toFixed(2)}, off by at most ${Math.round(growth.residual * 100)} %`);
  if (!options.write) return;
  const file = join(ROOT, "bench", "results", "latest.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(ROOT, "docs", "performance.md"), markdown(results));
  writeFileSync(join(ROOT, "docs", "performance.svg"), plot(results));
  say("written: bench/results/latest.json, docs/performance.md, docs/performance.svg");
}

function numbers(name: string, text: string): number[] {
  const list = text.split(",").filter(Boolean).map(Number);
  if (list.some((it) => !Number.isInteger(it) || it < 1 || it > 10_000)) {
    say(`--${name} ${JSON.stringify(text)}: want whole numbers from 1 to 10000, such as 10,100`);
    process.exit(2);
  }
  return list;
}
