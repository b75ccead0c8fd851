import type { Cluster } from "./cluster.ts";
import { type Holder, identityOf } from "./holder.ts";
import type { Held } from "./lease-spec.ts";
import { micro, specOf } from "./lease-spec.ts";
import { type KubeObject, refOf } from "./object.ts";
import { ApiError, ClusterError, isStale } from "./status.ts";

/** The lease is not surely ours any more. */
export class LeaseLostError extends ClusterError {}

/** Gives up before others may take over, so that the last writes are out by then. */
const SAFE_SHARE = 0.8;

/** Renews a lease that we have just taken, in the background, until it is released or lost. */
export function keep(
  cluster: Cluster,
  taken: KubeObject,
  { holder, seconds }: { holder: Holder; seconds: number },
): Held {
  const lost = new AbortController();
  const stop = new AbortController();
  const bound = cluster.withSignal(stop.signal, true);
  const third = (seconds * 1000) / 3;
  const safe = seconds * 1000 * SAFE_SHARE;
  let lease = taken;
  const loop = renewals();

  async function renewals(): Promise<void> {
    // When our write left, by our own clock: others count from its arrival, so we give up first.
    let renewed = Date.parse(specOf(lease).renewTime ?? "") || cluster.clock.now();
    for (let pause = third; !stop.signal.aborted;) {
      await cluster.clock.sleep(pause, stop.signal);
      if (stop.signal.aborted) return;
      const began = cluster.clock.now();
      // Never less than 2 s: after a sleep of the machine one answer decides, as the resourceVersion shows who wrote since.
      const patience = Math.max(2000, renewed + safe - began);
      const outcome = await Promise.race([
        renew(),
        cluster.clock.sleep(patience, stop.signal).then(() => "late" as const),
      ]);
      if (stop.signal.aborted) return;
      if (outcome === "ours") renewed = began;
      const left = renewed + safe - cluster.clock.now();
      if (outcome === "theirs" || left <= 0) {
        give(outcome);
        return;
      }
      pause = outcome === "ours" ? third : Math.min(third / 3, left);
    }
  }

  /** Does not reject, so the race may leave it behind. */
  async function renew(): Promise<"ours" | "theirs" | "failed"> {
    try {
      lease = await bound.replace({ ...lease, spec: { ...specOf(lease), renewTime: micro(cluster.clock.now()) } });
      return "ours";
    } catch (error) {
      if (!isStale(error) && !(error instanceof ApiError && error.status === 404)) return "failed";
    }
    try {
      // Our own write whose answer was lost makes ours look stale, too.
      const now = await bound.get(refOf(lease));
      if (!now || specOf(now).holderIdentity !== identityOf(holder)) return "theirs";
      lease = now;
      return "ours";
    } catch {
      return "failed";
    }
  }

  /** The resourceVersion keeps us from freeing what somebody else has taken since. */
  async function free(): Promise<void> {
    const emptied = () => ({ ...lease, spec: { ...specOf(lease), holderIdentity: undefined, acquireTime: undefined } });
    try {
      await cluster.replace(emptied());
    } catch {
      // The renewal that the release cut short may have arrived all the same.
      const now = await cluster.get(refOf(lease));
      if (!now || specOf(now).holderIdentity !== identityOf(holder)) return;
      lease = now;
      await cluster.replace(emptied());
    }
  }

  function give(outcome: string): void {
    const why = outcome === "theirs" ? "another run took it over" : "it could not be renewed in time";
    lost.abort(new LeaseLostError(`lease ${lease.metadata.namespace ?? ""}/${lease.metadata.name} is lost: ${why}`));
    stop.abort();
  }

  return {
    holder,
    lost: lost.signal,
    release: async () => {
      if (stop.signal.aborted) return;
      stop.abort();
      await loop;
      await free().catch(() => undefined);
    },
  };
}
