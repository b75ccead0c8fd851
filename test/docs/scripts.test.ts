import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT } from "../support/source-files.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tenantry-scripts-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What the stand-ins answer: whether a cluster exists, by the variable HAVE. */
const ANSWERS: Record<string, string> = {
  kind: 'if [ "$1 $2" = "get clusters" ]; then echo "$HAVE"; fi',
  k3d: 'if [ "$1 $2" = "cluster get" ]; then test -n "$HAVE"; fi',
};
const TOOLS = ["bash", "sh", "grep", "dirname"];

/** Runs a script where nothing is on PATH but its tools and stand-ins that note how they are called. */
function run(script: string, programs: string[], { have = false, args = [] as string[] } = {}) {
  const log = join(folder, "log");
  writeFileSync(log, "");
  for (const name of TOOLS) symlinkSync(execFileSync("which", [name], { encoding: "utf8" }).trim(), join(folder, name));
  for (const name of programs) {
    const lines = ["#!/bin/sh", `echo "${name} $*" >> "${log}"`, ANSWERS[name] ?? ":", ""];
    writeFileSync(join(folder, name), lines.join("\n"), { mode: 0o755 });
  }
  const env = { PATH: folder, HAVE: have ? "tenantry" : "" };
  const done = spawnSync(join(ROOT, "scripts", script), args, { env, encoding: "utf8" });
  const calls = readFileSync(log, "utf8").trim().split("\n");
  return { status: done.status, stderr: done.stderr, calls };
}

const KIND = ["docker", "kind", "kubectl", "npm"];
const UP = "npm run -s tenantry -- up --stack dev --context";

test("kind: makes the cluster, taints the pool, brings the fleet up", () => {
  const { calls } = run("kind-up.sh", KIND, { args: ["--yes"] });
  expect(calls.map((it) => it.split(" ").slice(0, 3).join(" "))).toEqual([
    "kind get clusters",
    "kind create cluster",
    "kubectl --context kind-tenantry",
    "npm run -s",
  ]);
  expect(calls.at(-1)).toBe(`${UP} kind-tenantry --yes`);
});

test("kind: a cluster that exists is used as it is", () => {
  const { calls, status } = run("kind-up.sh", KIND, { have: true });
  expect(calls.filter((it) => it.startsWith("kind create"))).toEqual([]);
  expect([calls.at(-1), status]).toEqual([`${UP} kind-tenantry`, 0]);
});

test("k3d: makes the cluster with its pool, and shuts its own ranges", () => {
  const { calls } = run("k3d-up.sh", ["docker", "k3d", "npm"], { args: ["--yes"] });
  expect(calls[1]).toContain("--node-taint=tenantry.dev/pool=globex:NoSchedule@agent:2");
  expect(calls.at(-1)).toMatch(/--context k3d-tenantry --set ranges=.*10\.42\.0\.0\/16.*10\.43\.0\.0\/16.* --yes$/);
});

test("k3d: a program that is missing is named, and nothing is made", () => {
  const { status, stderr, calls } = run("k3d-up.sh", ["docker", "npm"]);
  expect([status, stderr, calls]).toEqual([2, "k3d is not on PATH; see docs/clusters.md\n", [""]]);
});

test("every script is one that bash can read", () => {
  const scripts = [".ci/run", "scripts/kind-up.sh", "scripts/k3d-up.sh"].map((it) => join(ROOT, it));
  expect(() => execFileSync("bash", ["-n", ...scripts])).not.toThrow();
  expect(scripts.map((it) => readFileSync(it, "utf8")).every((it) => it.includes("\nset -euo pipefail\n"))).toBe(true);
});
