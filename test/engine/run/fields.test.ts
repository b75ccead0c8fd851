import { expect, test } from "vitest";
import { formatDifference } from "../../../cli/commands/diff.ts";
import { pool } from "../../../engine/run/concurrency.ts";
import { compare } from "../../../engine/run/fields.ts";

const object = (more: object = {}) => ({
  kind: "X",
  metadata: { name: "x", resourceVersion: "1" },
  spec: { a: 1 },
  ...more,
});

test("leaves that differ, with what was and what will be", () => {
  const before = object({ spec: { a: 1, gone: "x", deep: { list: [1, 2], same: 1 } } });
  const after = object({ spec: { a: 2, come: null, deep: { list: [2, 1], same: 1 } } });
  expect(compare(before, after)).toEqual([
    { path: "spec.a", from: 1, to: 2 },
    { path: "spec.gone", from: "x", to: undefined },
    { path: "spec.deep.list", from: [1, 2], to: [2, 1] },
    { path: "spec.come", from: undefined, to: null },
  ]);
});

test("the order of keys is no difference", () => {
  expect(compare(object({ spec: { a: 1, b: { c: 1, d: 2 } } }), object({ spec: { b: { d: 2, c: 1 }, a: 1 } }))).toEqual(
    [],
  );
});

test("status and the server's own fields are no difference, fields of those names elsewhere are", () => {
  const metadata = {
    name: "x",
    resourceVersion: "2",
    generation: 2,
    managedFields: [1],
    uid: "u",
    labels: { uid: "2" },
  };
  const before = object({
    metadata: { name: "x", labels: { uid: "1" } },
    status: { a: 1 },
    spec: { status: 1, generation: 1 },
  });
  const after = object({ metadata, status: { a: 2 }, spec: { status: 2, generation: 2 } });
  expect(compare(before, after).map((it) => it.path)).toEqual([
    "metadata.labels.uid",
    "spec.status",
    "spec.generation",
  ]);
});

test("a difference is shown with its sign, its note and short values", () => {
  const fields = [
    { path: "spec.a", from: 1, to: undefined },
    { path: "spec.b", from: undefined, to: "y".repeat(100) },
  ];
  const one = { unit: "acme", object: "core/ResourceQuota/n/quota", fields: [] };
  expect(formatDifference({ ...one, change: "change", fields, note: '"kubectl" owns .spec.a' })).toBe(
    [
      "~ acme: core/ResourceQuota/n/quota",
      '    "kubectl" owns .spec.a',
      "    spec.a: 1 -> nothing",
      `    spec.b: nothing -> "${"y".repeat(59)}...`,
    ].join("\n"),
  );
  const signs = (["create", "delete", "conflict"] as const).map((change) => formatDifference({ ...one, change })[0]);
  expect(signs).toEqual(["+", "-", "!"]);
});

test("a pool works on a few at a time, ends what it began, then throws the first failure", async () => {
  let inside = 0;
  let most = 0;
  const ended: number[] = [];
  const work = async (item: number) => {
    most = Math.max(most, (inside += 1));
    await new Promise((next) => setImmediate(next));
    inside -= 1;
    if (item === 4) throw new Error(`failed at ${item}`);
    ended.push(item);
  };
  await pool(3, [1, 2, 3], work);
  await expect(pool(3, [4, 5, 6, 7, 8, 9, 10], work)).rejects.toThrow("failed at 4");
  expect([most, inside]).toEqual([3, 0]);
  expect(ended.slice(3)).toEqual([5, 6]);
});
