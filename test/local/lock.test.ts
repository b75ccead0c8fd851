import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { locked } from "../../local/lock.ts";

const dir = mkdtempSync(join(tmpdir(), "tenantry-lock-"));
afterAll(() => rmSync(dir, { recursive: true }));

test("one at a time, and each gets its turn", async () => {
  const file = join(dir, "turns");
  let inside = 0;
  let most = 0;
  const turn = async () => {
    most = Math.max(most, ++inside);
    await sleep(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 5 }, () => locked(file, turn)));
  expect([most, inside]).toEqual([1, 0]);
});

test("who waits is told for whom, once", async () => {
  const file = join(dir, "told");
  const told: number[] = [];
  const waiting = (pid: number) => told.push(pid);
  await Promise.all([locked(file, () => sleep(500), waiting), locked(file, () => sleep(0), waiting)]);
  expect(told).toEqual([process.pid]);
});

test("a dead holder's lock is taken over", async () => {
  const file = join(dir, "dead");
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(file, `${dead} gone`);
  expect(await locked(file, () => Promise.resolve("mine"))).toBe("mine");
});

test("the lock is free again after a failure, and nothing is left behind", async () => {
  const file = join(dir, "failure");
  await expect(locked(file, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await locked(file, () => Promise.resolve("mine"))).toBe("mine");
  expect(readdirSync(dir)).toEqual([]);
});
