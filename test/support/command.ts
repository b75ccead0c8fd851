import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./stacks.ts";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `tenantry ARGS` as a process of its own, without a terminal. */
export async function tenantry(...args: string[]): Promise<Ended> {
  const flags = ["--disable-warning=ExperimentalWarning", "--stack-trace-limit=0", join(ROOT, "cli/tenantry.ts")];
  const child = spawn(process.execPath, [...flags, ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (ended.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (ended.stderr += chunk.toString()));
  ended.code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return ended;
}
