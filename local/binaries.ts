import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { build, builtDirectory, goVersion, newEnough } from "./build.ts";
import { type Module, MODULES, oldestGo, pinnedVersion, type Program, programsOf } from "./programs.ts";
import type { Report } from "./report.ts";

/** Program to the absolute path of a version that fits. */
export type Binaries = Record<Program, string>;

/**
 * Finds every program: in KUBEBUILDER_ASSETS, in the cache, on PATH, and else builds it with the user's Go (about five minutes, once).
 * A version fits when major and minor are those that go.mod pins. Throws an error that names every way to get what is missing.
 */
export async function resolveBinaries(report: Report = () => undefined): Promise<Binaries> {
  const found: Partial<Binaries> = {};
  const missing: Module[] = [];
  for (const module of MODULES) {
    const programs = await Promise.all(programsOf(module).map(async (it) => [it, await find(module, it)] as const));
    for (const [program, path] of programs) if (path) found[program] = path;
    if (programs.some(([, path]) => !path)) missing.push(module);
  }
  if (missing.length > 0) await requireGo(missing);
  for (const module of missing) {
    await build(module, report);
    for (const program of programsOf(module)) found[program] ??= join(builtDirectory(module), program);
  }
  return found as Binaries;
}

async function find(module: Module, program: Program): Promise<string | undefined> {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets && (await fits(module, program, join(assets, program)))) return join(assets, program);
  const cached = join(builtDirectory(module), program);
  if (executable(cached)) return cached;
  for (const directory of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const path = join(directory, program);
    if (executable(path)) return (await fits(module, program, path)) ? path : undefined;
  }
  return undefined;
}

async function fits(module: Module, program: Program, path: string): Promise<boolean> {
  if (!executable(path)) return false;
  try {
    const { stdout } = await promisify(execFile)(path, module.versionArgs(program), { timeout: 10_000 });
    return minor(stdout) === minor(pinnedVersion(module));
  } catch {
    // A program that cannot even tell its version (a wrapper, another platform's) does not fit.
    return false;
  }
}

const minor = (text: string): string | undefined => /v?(\d+\.\d+)\.\d+/.exec(text)?.[1];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function requireGo(missing: Module[]): Promise<void> {
  const version = await goVersion();
  const tooOld = version === undefined ? undefined : missing.find((module) => !newEnough(version, module));
  if (version !== undefined && !tooOld) return;
  const wanted = missing.flatMap((module) =>
    programsOf(module).map((it) => `${it} ${minor(pinnedVersion(module)) ?? ""}`),
  );
  const go =
    missing
      .map(oldestGo)
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
      .at(-1) ?? "";
  throw new Error(
    [
      `The local control plane lacks: ${wanted.join(", ")}.`,
      tooOld ? `Go ${version ?? ""} is too old to build them.` : "There is no Go to build them with.",
      "Any one of these helps:",
      `  1. install Go ${go} or newer and run this again: it builds them once, in about five minutes`,
      "  2. set KUBEBUILDER_ASSETS to a directory that holds them in these versions",
      "  3. put them on PATH in these versions",
      "Or use a cluster that exists, such as one of kind: kind create cluster, then add --context kind-kind.",
    ].join("\n"),
  );
}
