import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { connect } from "../../engine/cluster/connection.ts";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { type ControlPlane, reset, start } from "../../local/control-plane.ts";
import { linesSince, sizeOf, type Write, writesSince } from "./fleet-audit.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run of the command line that is under way. */
export interface Run {
  pid: number;
  ended: Promise<Ended>;
}

/** A control plane for one test file: other files' admission policies would judge this file's fleets as well. */
export class FleetPlane {
  readonly base: string;
  plane!: ControlPlane;
  cluster!: Cluster;
  /** Flags every run gets; a test may add its own. */
  flags: string[] = [];

  constructor() {
    // The shared setup sweeps away what killed runs leave under this prefix.
    this.base = mkdtempSync(join(tmpdir(), "tenantry-test-"));
    writeFileSync(join(this.base, "owner"), String(process.pid));
  }

  get dir(): string {
    return join(this.base, "plane");
  }

  /** Starts it, or brings back what a test killed. */
  async start(): Promise<void> {
    this.plane = await start({ dir: this.dir, tests: true });
    this.flags = ["--kubeconfig", this.plane.kubeconfig, "--context", this.plane.context];
    await this.cluster?.close();
    this.cluster = await connect(this.plane);
  }

  async end(): Promise<void> {
    await this.cluster?.close();
    await reset(this.dir);
    rmSync(this.base, { recursive: true, force: true });
  }

  /** An empty folder of this plane, filled with files. */
  folder(name: string, files: Record<string, string> = {}): string {
    const path = join(this.base, "folders", name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  }

  /** Begins `tenantry ARGS` as the package's script does, on this plane. */
  begin(...args: string[]): Run {
    return this.#spawn([...args, ...this.flags]);
  }

  #spawn(args: string[]): Run {
    const [program = "", ...nodeFlags] = script();
    const child = spawn(join(ROOT, "node_modules/.bin", program), [...nodeFlags, ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { pid: child.pid ?? 0, ended };
  }

  /** Runs `tenantry ARGS` to its end. No run may ever show a stack trace. */
  async run(...args: string[]): Promise<Ended> {
    const ended = await this.begin(...args).ended;
    expect(ended.stderr + ended.stdout).not.toMatch(/^\s+at .*[:(]\d+:\d+\)?$/m);
    return ended;
  }

  /** Runs, expects this exit code, and parses what `--json` printed. */
  async json<T>(code: number, ...args: string[]): Promise<T> {
    const ended = await this.run(...args, "--json");
    expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code });
    return JSON.parse(ended.stdout) as T;
  }

  /** Renders into a folder; needs no cluster. */
  async renders(folder: string, ...args: string[]): Promise<void> {
    const ended = await this.#spawn(["render", folder, ...args]).ended;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  }

  /** Runs and expects success. */
  async ok(...args: string[]): Promise<Ended> {
    const ended = await this.run(...args);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    return ended;
  }

  /** Waits until a namespace is gone. */
  async gone(name: string): Promise<void> {
    const look = () => this.cluster.get({ apiVersion: "v1", kind: "Namespace", name });
    await expect.poll(look, { timeout: 60_000, interval: 250 }).toBeUndefined();
  }

  /** Writes that the API server logged while `work` ran, dry runs and what the cluster's own programs do left out. */
  async writesDuring(work: () => Promise<unknown>): Promise<Write[]> {
    const from = await this.#flushed();
    await work();
    await this.#flushed();
    return writesSince(this.plane.auditLog, from);
  }

  /** Sends a request that changes nothing and waits for its line: all before it is in the log by then. */
  async #flushed(): Promise<number> {
    const from = sizeOf(this.plane.auditLog);
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mark" } };
    await this.cluster.request("POST", "/api/v1/namespaces/default/configmaps", { body, query: { dryRun: "All" } });
    const seen = () => linesSince(this.plane.auditLog, from).some((it) => it.requestURI.includes("dryRun"));
    await expect.poll(seen, { timeout: 10_000 }).toBe(true);
    return sizeOf(this.plane.auditLog);
  }
}

/** A control plane of the test file's own, gone afterwards whatever happens. */
export function fleetPlane(prepare?: (plane: FleetPlane) => Promise<unknown>): FleetPlane {
  const plane = new FleetPlane();
  beforeAll(async () => {
    await plane.start();
    await prepare?.(plane);
  }, 180_000);
  afterAll(() => plane.end());
  return plane;
}

/** The words of the package's own script, so that tests run what users run. */
const script = (): string[] => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: { tenantry: string } };
  return scripts.tenantry.split(" ");
};
