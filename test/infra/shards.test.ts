import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inShard, shardOf } from "../../infra/shards.ts";

const ids = Array.from({ length: 1000 }, (_, index) => `tenant-${index}`);

test("every tenant is in exactly one shard", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,28}$/), fc.integer({ min: 1, max: 40 }), (id, shards) => {
      const own = Array.from({ length: shards }, (_, index) => `${index + 1}/${shards}`).filter((it) =>
        inShard(id, it),
      );
      expect(own).toEqual([`${shardOf(id, shards)}/${shards}`]);
    }),
  );
});

test("one shard more moves about one in n tenants, all of them to the new shard", () => {
  for (const shards of [2, 4, 8]) {
    const moved = ids.filter((id) => shardOf(id, shards) !== shardOf(id, shards + 1));
    expect(moved.every((id) => shardOf(id, shards + 1) === shards + 1)).toBe(true);
    const expected = ids.length / (shards + 1);
    expect(moved.length).toBeGreaterThan(expected * 0.75);
    expect(moved.length).toBeLessThan(expected * 1.25);
  }
});

test("shards are of about one size", () => {
  const sizes = Array.from({ length: 8 }, (_, index) => ids.filter((id) => shardOf(id, 8) === index + 1).length);
  expect(Math.min(...sizes)).toBeGreaterThan(90);
  expect(Math.max(...sizes)).toBeLessThan(160);
});

test("no shard means every tenant", () => {
  expect(inShard("acme", undefined)).toBe(true);
});
