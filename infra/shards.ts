import { createHash } from "node:crypto";

/**
 * The shard of a tenant, from 1 to `shards`: the one that scores highest for it (rendezvous hashing).
 * One shard more moves about 1/n of the tenants, all of them to the new shard.
 */
export function shardOf(tenant: string, shards: number): number {
  let best = { shard: 1, score: "" };
  for (let shard = 1; shard <= shards; shard++) {
    const score = createHash("sha256").update(`${tenant}/${shard}`).digest("hex");
    if (score > best.score) best = { shard, score };
  }
  return best.shard;
}

/** Whether a tenant belongs to a shard such as "2/8". No shard means all tenants. */
export function inShard(tenant: string, shard: string | undefined): boolean {
  if (shard === undefined) return true;
  const [own = 1, shards = 1] = shard.split("/").map(Number);
  return shardOf(tenant, shards) === own;
}
