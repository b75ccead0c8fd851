import { setTimeout as sleep } from "node:timers/promises";
import { logFile, logTail, pidOf } from "./processes.ts";
import type { Program } from "./programs.ts";

/** Start-up of a component takes seconds; a machine under load gets two minutes. */
const DEADLINE_MS = 120_000;

/** Waits until `ready` says so. Throws with the end of the component's log when it has ended, or is not ready in two minutes. */
export async function waitUntil(dir: string, name: Program, ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await ready())) {
    const reason = Date.now() > deadline ? "is not ready after two minutes" : await ended(dir, name);
    if (reason) throw new Error(`${name} ${reason}. The end of ${logFile(dir, name)}:\n${logTail(dir, name)}`);
    await sleep(50);
  }
}

/** Looked at twice: the pid file is written by the program's own shell, a moment after it is launched. */
async function ended(dir: string, name: Program): Promise<string | undefined> {
  if (pidOf(dir, name) !== undefined) return undefined;
  await sleep(500);
  return pidOf(dir, name) === undefined ? "has ended" : undefined;
}
