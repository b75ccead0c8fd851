import { rmSync } from "node:fs";
import { join } from "node:path";
import { type ControlPlane, reset, start, stop } from "../local/control-plane.ts";

/** An empty control plane without pods: the same keys and ports each time, a new database. Starting it takes a few seconds. */
export async function freshPlane(dir: string): Promise<ControlPlane> {
  await stop(dir);
  for (const it of ["etcd", "audit.log"]) rmSync(join(dir, it), { recursive: true, force: true });
  return start({ dir, tests: true, pods: false });
}

export const endPlane = (dir: string): Promise<void> => reset(dir);
