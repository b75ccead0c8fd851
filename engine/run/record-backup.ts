import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import type { Cluster } from "../cluster/cluster.ts";
import type { Stack } from "../fleet.ts";
import { type Backup, iso, readRecords, writeRecord } from "../lifecycle/record.ts";
import { serverTime } from "../lifecycle/server-time.ts";
import { lockFleet } from "./lock.ts";
import { Refusal } from "./refusal.ts";

/**
 * Reads a backup file to its end and notes its SHA-256, size and time in the cluster, where a purge asks for it. Throws Refusal unless the
 * file exists, holds something and is newer than the offboarding, which the cluster has to know of.
 */
export async function recordBackup(cluster: Cluster, stack: Stack, tenant: string, path: string): Promise<Backup> {
  const { fleet } = stack.fleet.settings;
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size === 0)
    throw new Refusal([
      `--file ${path}: ${found ? "empty, or no file" : "there is none"}; want the backup of ${tenant}`,
    ]);
  const sha256 = await digestOf(path);
  const lock = await lockFleet(cluster);
  try {
    const writer = cluster.withSignal(lock.lost);
    const record = (await readRecords(writer, fleet)).get(tenant);
    if (record?.state !== "offboarding")
      throw new Refusal([
        `the cluster records ${tenant} as ${record?.state ?? "active"}: a backup counts from its offboarding on, when nobody writes any more`,
      ]);
    const taken = Math.floor(Math.min(found.mtimeMs, await serverTime(writer)) / 1000) * 1000;
    if (taken < Date.parse(record.since))
      throw new Refusal([
        `--file ${path}: written on ${iso(taken)}, before the offboarding of ${record.since}: take a new backup`,
      ]);
    const backup = { provider: "file", name: basename(path), taken: iso(taken), sha256, bytes: found.size };
    await writeRecord(writer, fleet, { ...record, backup });
    return backup;
  } finally {
    await lock.release();
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
