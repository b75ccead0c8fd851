import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isRunning, locked } from "./lock.ts";
import { type Buildable, buildArgs, buildKey, moduleDirectory, oldestGo, PROGRAMS, programsOf } from "./programs.ts";
import { type Report, tick } from "./report.ts";

/** Holds one directory per build, named by its content, so an entry never changes and is safe to share and to delete. */
export function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "tenantry", "bin");
}

/** Where the programs of a module lie once built. */
export function builtDirectory(module: Buildable): string {
  return join(cacheDirectory(), `${module.name}-${buildKey(module)}`);
}

/** Whether the user's Go can build the module; `version` is undefined where there is no Go. */
export async function goVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"], { env: environment() });
    return /^go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

export function newEnough(version: string, module: Pick<Buildable, "name">): boolean {
  const [have, want] = [version, oldestGo(module)].map((it) => it.split(".").map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (have?.[at] ?? 0) - (want?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Builds a module's programs into the cache. Safe to run in many processes at once and to kill: the entry appears whole. */
export async function build(module: Buildable, report: Report): Promise<void> {
  const target = builtDirectory(module);
  const lock = join(cacheDirectory(), `.${module.name}.lock`);
  const waiting = (pid: number) => report(`waiting for process ${pid}, which builds ${programsOf(module).join(", ")}`);
  await locked(lock, () => buildInto(target, module, report), waiting);
}

async function buildInto(target: string, module: Buildable, report: Report): Promise<void> {
  if (existsSync(target)) return;
  sweep();
  const draft = join(cacheDirectory(), `.draft-${process.pid}-${module.name}`);
  mkdirSync(draft, { recursive: true });
  try {
    await goBuild(module, draft, report);
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function goBuild(module: Buildable, draft: string, report: Report): Promise<void> {
  const programs = programsOf(module);
  const began = Date.now();
  // What belongs to the control plane is counted within it, a tool by itself.
  const counted: readonly string[] = PROGRAMS.some((it) => programs.includes(it)) ? PROGRAMS : programs;
  const first = counted.indexOf(programs[0] ?? "") + 1;
  const done = new Set<string>();
  let packages = 0;
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const line = () => {
    for (const program of programs.filter((it) => !done.has(it) && existsSync(join(draft, it)))) {
      done.add(program);
      report(`built ${program} (${first + programs.indexOf(program)} of ${counted.length}) after ${seconds()}`);
    }
    const left = programs.filter((program) => !done.has(program));
    return `building ${left.join(", ")} (${first + done.size} of ${counted.length}): ${packages} packages, ${seconds()}`;
  };
  report(line());
  const stop = tick(report, line);
  try {
    // A single package is named by us: Go would call etcd's `server`.
    const output = programs.length === 1 ? join(draft, programs[0] ?? "") : `${draft}/`;
    const args = [
      "build",
      "-v",
      ...buildArgs(module),
      "-o",
      output,
      ...Object.values(module.packages).filter((it) => it !== undefined),
    ];
    await run(args, moduleDirectory(module), (compiled) => (packages += compiled));
  } finally {
    stop();
  }
  line();
}

function run(args: string[], cwd: string, compiled: (count: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = spawn("go", args, { cwd, env: environment(), stdio: ["ignore", "ignore", "pipe"] });
    let tail = "";
    go.stderr.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-2000);
      compiled(text.split("\n").length - 1);
    });
    go.on("error", reject);
    go.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`go build failed in ${cwd} (${signal ?? `exit ${code ?? "?"}`}):\n${tail.trimEnd()}`));
    });
  });
}

/** The user's proxies and caches stay; whatever would change the result does not. */
function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GOOS: "",
    GOARCH: "",
    GOTOOLCHAIN: "local",
    CGO_ENABLED: "0",
    GOFLAGS: "-trimpath",
    GOWORK: "off",
  };
}

/** Removes what killed builds left behind. */
function sweep(): void {
  for (const entry of readdirSync(cacheDirectory())) {
    const pid = /^\.draft-(\d+)-/.exec(entry)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(cacheDirectory(), entry), { recursive: true, force: true });
  }
}
