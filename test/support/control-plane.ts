import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { reset, start } from "../../local/control-plane.ts";
import { isRunning } from "../../local/lock.ts";
import { terminalReport } from "../../local/report.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Admin access to the API server of this run. */
    kubeconfig: string;
    context: string;
    /** JSON lines, one for each write. */
    auditLog: string;
    kubectl: string;
    helm: string;
  }
}

const PREFIX = "tenantry-test-";
const HOUR_MS = 3_600_000;

/** Gives each run of the tests a control plane of its own, and takes it away again, with all its data. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const base = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(base, "owner"), String(process.pid));
  const plane = await start({ dir: join(base, "plane"), tests: true, report: terminalReport(process.stderr) });
  project.provide("kubeconfig", plane.kubeconfig);
  project.provide("context", plane.context);
  project.provide("auditLog", plane.auditLog);
  project.provide("kubectl", plane.binaries.kubectl);
  project.provide("helm", plane.binaries.helm);
  return () => remove(base);
}

/** Takes away what runs that were killed have left: their processes outlive them. */
async function sweep(): Promise<void> {
  for (const entry of readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX))) {
    const base = join(tmpdir(), entry);
    try {
      if (abandoned(base)) await remove(base);
    } catch {
      // Another user's, or another run sweeps it at this moment.
    }
  }
}

function abandoned(base: string): boolean {
  try {
    return !isRunning(Number(readFileSync(join(base, "owner"), "utf8")));
  } catch {
    return Date.now() - statSync(base).mtimeMs > HOUR_MS;
  }
}

async function remove(base: string): Promise<void> {
  const planes = readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of planes) await reset(join(base, name));
  rmSync(base, { recursive: true, force: true });
}
