import fc from "fast-check";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { formatFault } from "../../tenants/fault.ts";
import { judgeFleet, readTenants } from "../../tenants/fleet.ts";
import { Tenant } from "../../tenants/schema.ts";
import { mutation, valid, type Mutation } from "./mutations.ts";
import { directory, limits } from "./samples.ts";

const FILES = 1000;
const SEED = 1042;

const id = (index: number, kind: string): string => `${kind}${`${index}`.padStart(4, "0")}`;
const json = (index: number): boolean => index % 4 === 0;
const name = (index: number, kind: string): string => `${id(index, kind)}.${json(index) ? "json" : "yaml"}`;

/** YAML in the block style people write, or JSON. A key such as __proto__ is written as it stands. */
const written = (tree: object, index: number): string =>
  json(index)
    ? JSON.stringify(tree, undefined, index % 8)
    : stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false });

function mutated(it: Mutation, index: number): string {
  const tree = valid(id(index, "bad"), index);
  if ("text" in it) return it.text(stringify(tree, { lineWidth: 0 }));
  it.tree(tree);
  return written(tree, index);
}

test(`of ${FILES} broken tenants none crashes the reader and none is accepted; their valid neighbours are, unchanged`, () => {
  const mutations = fc.sample(mutation, { seed: SEED, numRuns: FILES });
  const bad = mutations.map((it, index) => [
    "text" in it ? `${id(index, "bad")}.yaml` : name(index, "bad"),
    mutated(it, index),
  ]);
  const good = Array.from({ length: FILES / 4 }, (_, index) => [
    name(index, "ok"),
    written(valid(id(index, "ok"), index), index),
  ]);
  const dir = directory(Object.fromEntries([...bad, ...good]) as Record<string, string>);

  const { tenants, faults } = readTenants({ registry: [], dir });

  const blamed = new Set(faults.map(({ file }) => basename(file)));
  const accepted = mutations.filter((_it, index) => !blamed.has(bad[index]?.[0] ?? ""));
  expect(accepted.map((it) => it.name)).toEqual([]);
  expect(tenants.map(({ tenant }) => tenant)).toEqual(
    Array.from({ length: FILES / 4 }, (_, index) => Tenant.parse(valid(id(index, "ok"), index))).sort((a, b) =>
      a.id < b.id ? -1 : 1,
    ),
  );
  expect([...blamed].filter((it) => it.startsWith("ok"))).toEqual([]);

  const lines = faults.map(formatFault);
  expect(lines.filter((it) => !/^\S+\.(yaml|json):[0-9]+( \S.*)?: found .+, allowed: .+$/.test(it))).toEqual([]);
  expect(
    lines.filter((it) => it.length > 600 || /[\p{Cc}\p{Cf}]|\bat .*\.ts:|node_modules|undefined|\[object/u.test(it)),
  ).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("plan");
  expect(judgeFleet(tenants, { ...limits, tenants: FILES, capacity: { cpu: "9999", memory: "99Ti" } })).toEqual([]);
});

test("every kind of mutation is tried", () => {
  const names = new Set(fc.sample(mutation, { seed: SEED, numRuns: FILES }).map((it) => it.name));
  expect(names.size).toBeGreaterThan(250);
});
