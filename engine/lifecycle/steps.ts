import { type LifecycleRecord, recordRef } from "./record.ts";

/** What a tenant's file asks for. */
export type FileState = "active" | "suspended" | "offboarding" | "purged";

export type Step =
  /** The cluster is in that state already. */
  | { kind: "stay" }
  | { kind: "move" }
  /** Nothing is written for it, and the run goes on without it. */
  | { kind: "rest"; text: string }
  /** The run ends before anything is written. */
  | { kind: "refused"; text: string };

/** One step forward at a time, each its own reviewed change; back at once, since nothing is lost by it. */
const NEXT: Record<"active" | "suspended" | "offboarding", FileState[]> = {
  active: ["active", "suspended"],
  suspended: ["active", "suspended", "offboarding"],
  offboarding: ["active", "suspended", "offboarding"],
};

/** What may follow a recorded state, as an error lists it. */
const allowed = (from: keyof typeof NEXT): string =>
  NEXT[from]
    .filter((it) => it !== from)
    .map((it) => (it === "offboarding" ? "offboarding with a date" : it))
    .join(", ");

/**
 * Judges the state that a file asks for against the one the cluster recorded. `known` says whether the cluster has anything of the
 * tenant, `now` is the API server's time.
 */
export function judgeStep(
  { id, state }: { id: string; state: FileState },
  record: LifecycleRecord | undefined,
  known: boolean,
  now: number,
): Step {
  if (record?.state === "purging") return whilePurging(id, state, record);
  if (record?.state === "purged") return afterPurge(id, state, record, now);
  // A fleet that is rebuilt from its files begins each tenant where its file says.
  if (!known && !record) return state === "active" || state === "purged" ? { kind: "stay" } : { kind: "move" };
  const from = record?.state ?? "active";
  if (from === state) return record && !record.settled ? { kind: "move" } : { kind: "stay" };
  if (NEXT[from].includes(state)) return { kind: "move" };
  const next =
    state === "purged" && from === "offboarding"
      ? `; its data goes first, by: npm run -s tenantry -- purge ${id}`
      : "; each step is a change of its own";
  return {
    kind: "refused",
    text: `${id} lifecycle: found "${state}", but the cluster records "${from}" since ${record?.since ?? "it was made"}; allowed next: ${allowed(from)}${next}`,
  };
}

function whilePurging(id: string, state: FileState, { since, by }: LifecycleRecord): Step {
  const text = `${id} is being purged (since ${since}, by ${by}): end it with: npm run -s tenantry -- purge ${id}`;
  return { kind: state === "active" || state === "suspended" ? "refused" : "rest", text };
}

function afterPurge(id: string, state: FileState, { since, by, until = "" }: LifecycleRecord, now: number): Step {
  if (state === "purged") return { kind: "stay" };
  if (state === "offboarding")
    return { kind: "rest", text: `${id} was purged on ${since}: set its lifecycle to "purged", or remove its file` };
  if (now >= Date.parse(until)) return { kind: "move" };
  const { kind, namespace, name } = recordRef(id);
  return {
    kind: "refused",
    text:
      `${id} was purged on ${since} by ${by}, and its id is kept from use until ${until}: choose another id, or, if it is meant to ` +
      `come back empty, remove the record by hand: kubectl -n ${namespace} delete ${kind.toLowerCase()} ${name}`,
  };
}
