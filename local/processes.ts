import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Program } from "./programs.ts";

/** How long the database may take to end by itself. The others keep nothing, and without a database they would wait for it in vain. */
const GRACE_MS = { database: 15_000, others: 3_000 };
/** How long a killed process may take to vanish. */
const VANISH_MS = 15_000;

const pidFile = (dir: string, name: Program): string => join(dir, "run", `${name}.pid`);
export const logFile = (dir: string, name: Program): string => join(dir, "logs", `${name}.log`);

/** Starts a program that outlives us. A shell writes the pid and becomes the program, so none ever runs without its pid on disk. */
export function launch(dir: string, name: Program, argv: string[]): void {
  mkdirSync(join(dir, "run"), { recursive: true, mode: 0o700 });
  mkdirSync(join(dir, "logs"), { recursive: true, mode: 0o700 });
  const log = openSync(logFile(dir, name), "w", 0o600);
  const script = 'echo $$ >"$0" && exec "$@"';
  const child = spawn("/bin/sh", ["-c", script, pidFile(dir, name), ...argv], {
    detached: true,
    stdio: ["ignore", log, log],
    // Proxies of the user's must not come between parts that talk over loopback.
    env: { PATH: process.env["PATH"] ?? "", HOME: dir, NO_PROXY: "*" },
  });
  child.on("error", () => undefined);
  child.unref();
  closeSync(log);
}

/** The pid of a running program of this control plane; undefined when it is not running, or when its pid is now a stranger's. */
export function pidOf(dir: string, name: Program): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile(dir, name), "utf8"));
    // Every program of ours has the data directory in its arguments, and no other process has.
    const ours = pid > 0 && commandOf(pid).includes(`${dir}/`);
    return ours ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the given programs together and waits until they are gone: a signal to leave first, then without mercy. */
export async function end(dir: string, names: Program[]): Promise<void> {
  const pids = names.map((name) => pidOf(dir, name)).filter((pid) => pid !== undefined);
  for (const pid of pids) signal(pid, "SIGTERM");
  const grace = names.includes("etcd") ? GRACE_MS.database : GRACE_MS.others;
  if (!(await gone(pids, grace))) {
    for (const name of names) signal(pidOf(dir, name), "SIGKILL");
    if (!(await gone(pids, VANISH_MS))) throw new Error(`${names.join(", ")}: pids ${pids.join(", ")} cannot be ended`);
  }
  for (const name of names) rmSync(pidFile(dir, name), { force: true });
}

export function running(dir: string, names: Program[]): Program[] {
  return names.filter((name) => pidOf(dir, name) !== undefined);
}

/** The last lines that a program wrote, for an error message. */
export function logTail(dir: string, name: Program, lines = 15): string {
  try {
    return readFileSync(logFile(dir, name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "(it wrote nothing)";
  }
}

async function gone(pids: number[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!pids.every(hasEnded)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

function signal(pid: number | undefined, kind: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, kind);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Whether a process is gone with all it held: a dying one has no command line any more but may still hold its ports. */
function hasEnded(pid: number): boolean {
  try {
    if (process.platform === "linux") return isCollectable(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return ps("stat=", pid).startsWith("Z");
  } catch {
    return true;
  }
}

/** Ended (Z, or X) with its last thread: the first one may end long before those that hold the files. */
function isCollectable(stat: string): boolean {
  // proc(5): after the name in parentheses, the state is field 3 and the number of threads field 20.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return "ZX".includes(fields[0] ?? "") && Number(fields[17]) <= 1;
}

/** Command line of a process; empty for one that is ending. Throws for one that is not there. */
function commandOf(pid: number): string {
  if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  return ps("command=", pid);
}

function ps(column: string, pid: number): string {
  return execFileSync("ps", ["-ww", "-o", column, "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
}
