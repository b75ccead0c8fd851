import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Ran {
  /** Milliseconds, the whole process. */
  wall: number;
  /** Milliseconds of processor time, of the process and all below it; as of the last look, every 20 ms. */
  cpu: number;
  /** Sum of the peaks of the process and all below it, in MB. 0 where the system does not tell. */
  peak: number;
  stdout: string;
}

const LIMIT_MS = 20 * 60_000;
const TICK_MS = 10;

/** Runs a program to its end and measures it from outside. Throws when it fails or lasts longer than 20 minutes. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_PROXY: "*" },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr = (stderr + text.toString()).slice(-4000)));
  let code: number | null | undefined;
  let wall = 0;
  child.on("exit", () => (wall = performance.now() - began));
  const closed = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (it) => {
      code = it;
      resolve();
    });
  });
  const seen = new Map<number, { peak: number; cpu: number }>();
  const late = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  while (code === undefined && child.pid !== undefined) {
    look(child.pid, seen);
    await Promise.race([closed, sleep(20)]);
  }
  await closed;
  clearTimeout(late);
  if (code !== 0)
    throw new Error(`${command} ${args[0] ?? ""} ended with ${String(code)}: ${stderr.trim() || stdout.slice(-2000)}`);
  const all = [...seen.values()];
  const sum = (of: (it: { peak: number; cpu: number }) => number) => all.reduce((total, it) => total + of(it), 0);
  return { wall, cpu: sum((it) => it.cpu), peak: sum((it) => it.peak), stdout };
}

/** Peaks only grow, so the last look before the end counts. Linux only; elsewhere nothing is noted. */
function look(pid: number, seen: Map<number, { peak: number; cpu: number }>): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const cpu = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    if (peak > 0) seen.set(pid, { peak, cpu });
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    for (const child of children === "" ? [] : children.split(" ")) look(Number(child), seen);
  } catch {
    // It has ended, or this is not Linux.
  }
}
