import { join } from "node:path";
import { Command } from "commander";
import { reset, start, status, stop } from "../../local/control-plane.ts";
import { terminalReport } from "../../local/report.ts";
import { EXIT } from "../exit.ts";
import { poolTenants, ROOT } from "../stack.ts";
import { confirm, print, printJson } from "../terminal.ts";

/** One control plane a checkout. */
const DIR = join(ROOT, ".local");

export function localCommand(): Command {
  return new Command("local")
    .description("the embedded control plane: real Kubernetes on this machine, without containers")
    .addCommand(
      new Command("start").description("build what is missing and start, or find the one that runs").action(runStart),
    )
    .addCommand(new Command("stop").description("stop it and keep its data").action(runStop))
    .addCommand(
      new Command("reset")
        .description("stop it and delete its data")
        .option("-y, --yes", "do not ask", false)
        .action(runReset),
    )
    .addCommand(
      new Command("status").description("say whether it runs").option("--json", "print JSON", false).action(runStatus),
    )
    .addCommand(new Command("kubeconfig").description("print the path of its kubeconfig").action(runKubeconfig));
}

async function runStart(): Promise<void> {
  const pools = await poolTenants({ stack: "local" });
  const plane = await start({ dir: DIR, pools, report: terminalReport(process.stderr) });
  print(`Kubernetes answers at ${plane.server}, context ${plane.context}`);
}

async function runStop(): Promise<void> {
  await stop(DIR);
  print("stopped; data kept");
}

async function runReset(flags: { yes: boolean }): Promise<void> {
  if (!(await confirm("Delete the local control plane with everything in it?", flags.yes))) return;
  await reset(DIR);
  print("stopped and deleted");
}

async function runStatus(flags: { json: boolean }): Promise<void> {
  const it = await status(DIR);
  if (flags.json) printJson(it);
  else print(`${it.state}${it.server ? ` at ${it.server}` : ""}`);
  if (it.state !== "running") process.exitCode = EXIT.refused;
}

async function runKubeconfig(): Promise<void> {
  print((await status(DIR)).kubeconfig);
}
