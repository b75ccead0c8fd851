import type { Cluster } from "./cluster.ts";
import { type KubeObject, type ObjectRef, refKey } from "./object.ts";
import { line, record } from "./status.ts";

/** What was asked to go. With a uid, an object of the same name made since counts as gone. */
export type Leaving = ObjectRef & { uid?: string };

/** What still stands at the deadline, and why as far as the API server says. */
export interface Stuck {
  ref: ObjectRef;
  /** Finalizers of the object; for a namespace also those of what is left inside. */
  finalizers: string[];
  reasons: string[];
}

export interface WaitOptions {
  deadlineMs: number;
  /** Called after each poll with what is still there. */
  report?: (left: ObjectRef[]) => void;
}

const FIRST_POLL_MS = 250;
const SLOWEST_POLL_MS = 2000;

/**
 * Waits until the objects are gone: one list per kind and namespace a poll, so a thousand namespaces cost one request. Does not
 * throw at the deadline: returns what is stuck, empty when all are gone.
 */
export async function waitGone(cluster: Cluster, refs: Leaving[], options: WaitOptions): Promise<Stuck[]> {
  const until = cluster.clock.now() + options.deadlineMs;
  let left = refs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(SLOWEST_POLL_MS, pause * 1.5)) {
    left = await standing(cluster, left);
    options.report?.(left);
    const time = until - cluster.clock.now();
    if (left.length === 0 || time <= 0) return Promise.all(left.map((ref) => explain(cluster, ref)));
    await cluster.pause(Math.min(pause, time));
  }
}

async function standing(cluster: Cluster, refs: Leaving[]): Promise<Leaving[]> {
  const groups = Map.groupBy(refs, ({ apiVersion, kind, namespace = "" }) => `${apiVersion} ${kind} ${namespace}`);
  const left: Leaving[] = [];
  for (const group of groups.values()) {
    const [{ apiVersion, kind, namespace }] = group as [Leaving];
    const wanted = new Map(group.map((ref) => [ref.name, ref]));
    const query = { apiVersion, kind, ...(namespace && { namespace }), metadataOnly: true };
    for await (const { metadata } of cluster.list(query)) {
      const ref = wanted.get(metadata.name);
      if (ref && (!ref.uid || ref.uid === metadata.uid)) left.push(ref);
    }
  }
  return left;
}

async function explain(cluster: Cluster, { apiVersion, kind, namespace, name }: Leaving): Promise<Stuck> {
  const ref = { apiVersion, kind, ...(namespace && { namespace }), name };
  const live = await cluster.get(ref);
  if (!live) return { ref, finalizers: [], reasons: [`${refKey(ref)} went at the last moment`] };
  const { finalizers = [], deletionTimestamp } = live.metadata;
  const reasons = deletionTimestamp ? remaining(live) : ["its deletion was not asked for, or it was made again"];
  return { ref, finalizers: [...finalizers, ...within(reasons)], reasons };
}

/** The namespace controller tells what it waits for in conditions. */
function remaining(live: KubeObject): string[] {
  const conditions = record(live["status"])["conditions"];
  return (Array.isArray(conditions) ? (conditions as unknown[]) : [])
    .map(record)
    .filter(({ status, type }) => status === "True" && /^Namespace(Deletion|Content|Finalizers)/.test(line(type)))
    .map(({ message }) => line(message));
}

/** "Some content in the namespace has finalizers remaining: a.example/x in 2 resource instances". */
const within = (reasons: string[]): string[] =>
  reasons
    .filter((reason) => reason.includes("finalizers remaining"))
    .flatMap((reason) => [...reason.matchAll(/([\w./-]+) in \d+ resource instances/g)].map(([, name = ""]) => name));
