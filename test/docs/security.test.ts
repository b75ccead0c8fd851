import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { ROOT } from "../support/source-files.ts";
import { ACCESS } from "../support/vector-access.ts";
import { CLUSTER_WIDE } from "../support/vector-cluster.ts";
import { GUARDS } from "../support/vector-guards.ts";
import { HOSTNAMES } from "../support/vector-hosts.ts";
import { RUNNING } from "../support/vector-pods.ts";
import { PROFILES } from "../support/vector-profile.ts";
import { RIGHTS, SUBJECTS } from "../support/vector-rights.ts";
import { TRAFFIC } from "../support/vector-traffic.ts";
import { VOLUMES } from "../support/vector-volumes.ts";
import type { Attempt } from "../support/vector.ts";
import { page, tableBelow } from "./markdown.ts";

const rows = tableBelow(page("docs/security.md"), "## Vectors").map(([number, , guards = "", tests = ""]) => ({
  number: Number(number),
  guards,
  files: [...tests.matchAll(/[\w/.-]+\.test\.ts/g)].map(([it]) => it),
}));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The tables a live test goes through. */
const TABLES: Record<string, Record<string, Attempt[]>> = {
  "test/live/vectors-pods.test.ts": { PROFILES, RUNNING, VOLUMES },
  "test/live/vectors-access.test.ts": { ACCESS, RIGHTS, SUBJECTS, CLUSTER_WIDE, GUARDS },
  "test/live/vectors-traffic.test.ts": { TRAFFIC, HOSTNAMES },
};
/** Tests that prove a vector under a title of their own: what is refused, and what is admitted beside it. */
const OTHERS: Record<number, { refused: [string, string]; admitted: [string, string] }> = {
  15: {
    refused: ["test/live/network.test.ts", "copies every label it may"],
    admitted: ["test/live/network.test.ts", "what is open is what the files declare"],
  },
  29: {
    refused: ["test/live/network.test.ts", "metadata, nodes, pods and services by address are shut"],
    admitted: ["test/live/network.test.ts", "outside is what it declared"],
  },
  30: {
    refused: ["test/live/network.test.ts", "and to nobody else"],
    admitted: ["test/live/network.test.ts", "DNS goes to the cluster's resolvers"],
  },
  31: {
    refused: ["test/live/fairness.test.ts", "a flood by one tenant is refused with 429"],
    admitted: ["test/live/fairness.test.ts", "neither the others nor the platform are"],
  },
};

test("the table has all 34 vectors, each once and in order, with a guard", () => {
  expect(rows.map((it) => it.number)).toEqual(Array.from({ length: 34 }, (_, index) => index + 1));
  expect(rows.filter((it) => it.guards.length < 4)).toEqual([]);
});

test("every guardrail it names is one, and every test it names exists", () => {
  const rules = GUARDRAILS.map((it) => it.rule.name);
  const named = rows.flatMap((it) => [...it.guards.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name ?? ""));
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((it) => !rules.includes(it))).toEqual([]);
  const files = rows.flatMap((it) => it.files);
  expect(rows.filter((it) => it.files.length === 0)).toEqual([]);
  expect(files.filter((it) => !existsSync(join(ROOT, it)))).toEqual([]);
});

describe("a live test that is named in the row", () => {
  test.each(["refused", "admitted"] as const)("has something %s for every vector", (verdict) => {
    const without = rows.filter(({ number, files }) => !files.some((file) => proves(file, number, verdict)));
    expect(without.map((it) => it.number)).toEqual([]);
  });

  test("goes through its tables", () => {
    for (const [file, tables] of Object.entries(TABLES))
      for (const name of Object.keys(tables)) expect(read(file), file).toMatch(new RegExp(`tries\\(\\[[^\\]]*\\b${name}\\b`));
  });
});

function proves(file: string, vector: number, verdict: "refused" | "admitted"): boolean {
  const attempts = Object.values(TABLES[file] ?? {}).flat();
  if (attempts.some((it) => it.vector === vector && it.verdict === verdict)) return true;
  if (new RegExp(`vector ${vector}, [^"]*${verdict}:|vector ${vector}, ${verdict}:`).test(read(file))) return true;
  const [other, title] = OTHERS[vector]?.[verdict] ?? [];
  return other === file && title !== undefined && read(file).includes(title);
}
