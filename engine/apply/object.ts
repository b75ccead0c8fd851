import { LABEL } from "../../components/contract.ts";
import type { PlannedObject } from "../plan/objects.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type KubeObject, refOf } from "../cluster/object.ts";
import { ApiError, ClusterError, ConflictError, InvalidError } from "../cluster/status.ts";
import type { Entry } from "./inventory.ts";
import { guardsOf, isTampered, mayForce } from "./ownership.ts";
import { othersOf, printOf } from "./print.ts";

export type Outcome = "created" | "changed" | "unchanged";

/** An object stands where ours should, made by somebody else. */
export class ForeignObjectError extends ClusterError {}

/** How long the cluster may be busy with what goes before: a name being deleted, a new quota not yet counted. In milliseconds. */
const PASSING_MS = 60_000;

/**
 * Server-side apply of one object. Fields of other managers are taken back only where they are guards; an object that we never
 * applied and that exists already is refused, unless it is `fresh`: inside a namespace this run has just made.
 */
export async function applyObject(
  cluster: Cluster,
  fleet: string,
  planned: PlannedObject,
  known: Entry | undefined,
  fresh: boolean,
): Promise<{ live: KubeObject; outcome: Outcome; existed: boolean }> {
  const existed = !known?.uid && !fresh && !isPatch(planned) && (await refuseForeign(cluster, fleet, planned));
  const applied = await send(cluster, planned);
  const live = isTampered(planned.object.kind, applied.metadata) ? await rewrite(cluster, planned, applied) : applied;
  if (!known?.uid || known.uid !== live.metadata.uid) return { live, outcome: "created", existed };
  return { live, outcome: known.print === printOf(live.metadata) ? "unchanged" : "changed", existed: true };
}

/** Writes a guard whole, so that nothing stays in it that was not planned. */
async function rewrite(cluster: Cluster, { object }: PlannedObject, applied: KubeObject): Promise<KubeObject> {
  const { resourceVersion } = applied.metadata;
  return cluster.replace({ ...object, metadata: { ...object.metadata, resourceVersion } });
}

async function send(cluster: Cluster, planned: PlannedObject): Promise<KubeObject> {
  const deadline = cluster.clock.now() + PASSING_MS;
  for (;;) {
    try {
      return await cluster.apply(planned.object);
    } catch (error) {
      if (error instanceof ConflictError) return takeBack(cluster, planned, error);
      if (error instanceof InvalidError && isReplaceable(planned)) {
        await cluster.remove(refOf(planned.object));
        return cluster.apply(planned.object);
      }
      if (!isPassing(error) || cluster.clock.now() > deadline) throw error;
      await cluster.pause(100);
    }
  }
}

/** Guards are taken from whoever holds them, also where other fields are in dispute: those stay, and are the error. */
async function takeBack(cluster: Cluster, planned: PlannedObject, conflict: ConflictError): Promise<KubeObject> {
  if (mayForce(planned, conflict)) return cluster.apply(planned.object, { force: true });
  const guards = guardsOf(planned, conflict);
  if (!guards) throw conflict;
  await cluster.apply(guards, { force: true });
  try {
    return await cluster.apply(planned.object);
  } catch (error) {
    if (error instanceof ConflictError) error.message += " (the guards beside it were taken back)";
    throw error;
  }
}

/** Whether there is one already, which then is ours from a run that did not end. */
async function refuseForeign(
  cluster: Cluster,
  fleet: string,
  { object, key, tenant }: PlannedObject,
): Promise<boolean> {
  const live = await cluster.get(refOf(object));
  if (!live || printOf(live.metadata) !== "") {
    const other = live?.metadata.labels?.[LABEL.fleet];
    if (other === undefined || other === fleet) return live !== undefined;
    throw new ForeignObjectError(`${key} belongs to the fleet "${other}", not to "${fleet}"`);
  }
  const owner = othersOf(live.metadata).join(", ") || "somebody else";
  const next =
    tenant === undefined
      ? "remove it, or bring the fleet up in another cluster"
      : `see and take it over with: npm run -s tenantry -- adopt ${tenant}`;
  throw new ForeignObjectError(`${key} exists already and was made by ${owner}: ${next}`);
}

/** Patches of what the cluster itself makes, such as a namespace's default service account. */
const isPatch = ({ urn }: PlannedObject): boolean => /Patch::[^:]+$/.test(urn);

/** A binding's role cannot be changed in place; made anew it holds no data and nobody keeps rights in between. */
const isReplaceable = ({ object }: PlannedObject): boolean =>
  object.kind === "RoleBinding" || object.kind === "ClusterRoleBinding";

/** Refusals that end by themselves. A quota refuses what it limits until it was counted for the first time. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.causes.some((it) => it.reason === "NamespaceTerminating") ||
    /being (terminated|deleted)|status unknown for quota/.test(error.message));
