import { isAbsolute, relative, resolve } from "node:path";
import { Command, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { connect } from "../../engine/cluster/connection.ts";
import { CHECKS } from "../../engine/verify/catalogue.ts";
import { junit } from "../../engine/verify/format/junit.ts";
import { sarif } from "../../engine/verify/format/sarif.ts";
import type { CheckResult, Target, VerifyReport } from "../../engine/verify/report.ts";
import { PROBE } from "../../engine/verify/network-pods.ts";
import { type NetworkReport, verifyNetwork } from "../../engine/verify/network.ts";
import { UsageError } from "../../engine/stack.ts";
import type { Report } from "../../engine/run/events.ts";
import { chooseTargets } from "../../engine/verify/targets.ts";
import { verify } from "../../engine/verify/verify.ts";
import { EXIT } from "../exit.ts";
import { collect, type Flags, withFlags } from "../flags.ts";
import { type OutputFile, outputFile } from "../output-file.ts";
import { readFleet, ROOT } from "../stack.ts";
import { confirm, print, printJson, progress } from "../terminal.ts";
import { verifyTable } from "../verify-table.ts";

interface VerifyFlags extends Flags {
  namespace: string[];
  junit?: string;
  sarif?: string;
  network: boolean;
  networkImage?: string;
}

export function verifyCommand(): Command {
  const command = new Command("verify")
    .description(
      "prove the boundary of tenants or of any namespace by asking the cluster; changes nothing without --network",
    )
    .argument("[tenant...]", "tenants of this cluster; all of the fleet unless tenants or namespaces are named")
    .addOption(
      new Option("--namespace <name>", "judge this namespace, whoever made it (repeatable)")
        .argParser(collect)
        .default([], "none"),
    )
    .option("--junit <file>", "write a JUnit XML report, readable by you only")
    .option("--sarif <file>", "write a SARIF 2.1.0 report, readable by you only")
    .option("--network", "say whether network policies hold at all, and what those that stand open", false)
    .option("--network-image <image>", "agnhost image by digest to try --network with two pods, for a minute");
  return withFlags(command, "stack", "set", "tenants", "context", "kubeconfig", "json", "yes").action(run);
}

async function run(tenants: string[], flags: VerifyFlags): Promise<void> {
  const files: [OutputFile, (report: VerifyReport) => string][] = [];
  const fleet = await readFleet(flags);
  const fileOf = (tenant: string) => inRepository(fleet.tenants.find((it) => it.id === tenant)?.file);
  if (flags.junit !== undefined) files.push([outputFile("--junit", flags.junit, ROOT), junit]);
  if (flags.sarif !== undefined) {
    const write = (report: VerifyReport) =>
      JSON.stringify(sarif(report, { version: manifest.version, fileOf }), undefined, 2);
    files.push([outputFile("--sarif", flags.sarif, ROOT), write]);
  }
  demandAllowed(flags.networkImage, fleet.settings.registries);
  const { kubeconfig, context } = fleet.settings;
  const cluster = await connect({ kubeconfig, context });
  const report = progress();
  try {
    const targets = await chooseTargets(cluster, {
      ...{ tenants, namespaces: flags.namespace, fleet: fleet.settings.fleet },
      files: fleet.tenants.map((it) => it.id),
    });
    const asked = flags.network || flags.networkImage !== undefined;
    const network = asked ? await lookAtNetwork(cluster, targets, flags, report) : undefined;
    const of = CHECKS.length * targets.length;
    report({ kind: "phase", text: `Asking ${cluster.server.url} ${of} times` });
    let done = 0;
    const onResult = (it: CheckResult) =>
      report({ kind: "progress", text: `${it.namespace} ${it.id}`, done: ++done, of });
    const found = merged(await verify({ cluster, targets, onResult }), network);
    report.end();
    for (const [file, format] of files) file.write(format(found));
    if (flags.json) printJson(found);
    else print(verifyTable(found));
    for (const [file] of files) process.stderr.write(`report: ${file.shown}\n`);
    if (found.results.some((it) => it.outcome === "fail")) process.exitCode = EXIT.refused;
  } finally {
    report.end();
    await cluster.close();
  }
}

/** First of all: two pods are a change of the cluster, to which somebody has to agree. */
async function lookAtNetwork(
  cluster: Cluster,
  targets: Target[],
  { yes, networkImage: image }: VerifyFlags,
  report: Report,
) {
  report({ kind: "phase", text: "Looking at network policies" });
  const agree = () => confirm(`Run two pods for a minute in the namespace ${PROBE} of ${cluster.server.url}?`, yes);
  return verifyNetwork({ cluster, targets, agree, ...(image !== undefined && { image }) });
}

const merged = (found: VerifyReport, network?: NetworkReport): VerifyReport =>
  network === undefined
    ? found
    : {
        ...{ ...found, targets: network.targets, results: [...found.results, ...network.results] },
        seconds: found.seconds + network.seconds,
      };

/** Only what the fleet's tenants could run: by digest, from a registry of the settings. */
function demandAllowed(image: string | undefined, registries: readonly string[]): void {
  if (image === undefined) return;
  if (/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(image) && registries.some((it) => image.startsWith(it))) return;
  throw new UsageError(
    `--network-image ${image}: want NAME@sha256:DIGEST from one of ${registries.join(", ")}, such as ${registries[0] ?? ""}e2e-test-images/agnhost@sha256:...`,
  );
}

/** Data files of another folder have no place in the repository that a report could point at. */
function inRepository(file: string | undefined): string | undefined {
  const path = file === undefined ? ".." : relative(ROOT, resolve(ROOT, file));
  return path.startsWith("..") || isAbsolute(path) ? undefined : path;
}
