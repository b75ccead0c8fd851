import type { Cluster } from "./cluster.ts";
import { describe, type Holder, holderOf, identityOf, isDead, thisProcess } from "./holder.ts";
import { LEASE, type LeaseSpec, micro, specOf, type Held } from "./lease-spec.ts";
import type { KubeObject } from "./object.ts";
import { keep } from "./renewal.ts";
import { AlreadyExistsError, ApiError, ClusterError, isStale } from "./status.ts";

export interface LeaseOptions {
  namespace: string;
  name: string;
  /** Default: this process. */
  holder?: Holder;
  /** A holder that has not renewed for so long has lost it. Renewed every third of it. Default 30. */
  seconds?: number;
}

/** Another run holds the lease. */
export class HeldError extends ClusterError {
  /** Absent when another program wrote the lease. */
  readonly holder?: Holder;
  readonly since: string;

  constructor(lease: string, spec: LeaseSpec) {
    const identity = spec.holderIdentity ?? "";
    const since = spec.acquireTime ?? "an unknown time";
    super(`${lease} is held by ${describe(identity)}, since ${since}: wait for it to end`);
    const holder = holderOf(identity);
    if (holder) this.holder = holder;
    this.since = since;
  }
}

/** The lease's namespace does not exist (yet). */
export class NamespaceMissingError extends ClusterError {
  readonly namespace: string;

  constructor(namespace: string) {
    super(`namespace ${namespace} does not exist`);
    this.namespace = namespace;
  }
}

/**
 * Takes the lease and keeps it. A free one and that of a dead process on this machine are taken at once. One that looks expired
 * is first watched for its whole duration, since its holder's clock may be wrong. Throws HeldError and NamespaceMissingError.
 */
export async function holdLease(cluster: Cluster, options: LeaseOptions): Promise<Held> {
  const { namespace, name, holder = thisProcess(), seconds = 30 } = options;
  const ref = { ...LEASE, namespace, name };
  const identity = identityOf(holder);
  for (;;) {
    const found = await cluster.get(ref);
    const taken = found
      ? await takeOver(cluster, found, identity, seconds)
      : await make(cluster, ref, identity, seconds);
    if (taken) return keep(cluster, taken, { holder, seconds });
  }
}

async function make(
  cluster: Cluster,
  { apiVersion, kind, namespace, name }: typeof LEASE & { namespace: string; name: string },
  identity: string,
  seconds: number,
): Promise<KubeObject | undefined> {
  const spec = fresh(cluster, identity, seconds, 0);
  try {
    return await cluster.create({ apiVersion, kind, metadata: { namespace, name }, spec });
  } catch (error) {
    if (error instanceof AlreadyExistsError) return undefined;
    if (error instanceof ApiError && error.status === 404 && error.about === "namespaces")
      throw new NamespaceMissingError(namespace);
    throw error;
  }
}

/** Undefined when another contender was faster: look again. */
async function takeOver(
  cluster: Cluster,
  found: KubeObject,
  identity: string,
  seconds: number,
): Promise<KubeObject | undefined> {
  const spec = specOf(found);
  // Ours already: the answer to an earlier write was lost on its way.
  if (spec.holderIdentity === identity) return found;
  if (spec.holderIdentity) {
    const other = holderOf(spec.holderIdentity);
    if (!(other && isDead(other))) await demandExpired(cluster, found);
  }
  try {
    // The resourceVersion makes it a race that one contender wins.
    const transitions = (spec.leaseTransitions ?? 0) + 1;
    return await cluster.replace({ ...found, spec: fresh(cluster, identity, seconds, transitions) });
  } catch (error) {
    if (isStale(error) || (error instanceof ApiError && (error.status === 404 || error.status >= 500)))
      return undefined;
    throw error;
  }
}

/** Throws HeldError unless the lease stands unchanged for its whole duration, by our clock alone. */
async function demandExpired(cluster: Cluster, found: KubeObject): Promise<void> {
  const { clock } = cluster;
  const { namespace, name } = found.metadata;
  const label = `lease ${namespace}/${name}`;
  const spec = specOf(found);
  const lasts = (spec.leaseDurationSeconds ?? 30) * 1000;
  const renewed = Date.parse(spec.renewTime ?? "") || 0;
  const age = clock.now() - renewed;
  // A time from far ahead comes from a wrong clock and says nothing.
  if (age < lasts && age > -lasts) throw new HeldError(label, spec);
  for (const until = clock.now() + lasts; clock.now() < until;) {
    await cluster.pause(Math.min(1000, lasts / 4));
    const now = await cluster.get({ ...LEASE, name, ...(namespace && { namespace }) });
    if (!now || !specOf(now).holderIdentity) return;
    if (now.metadata.resourceVersion !== found.metadata.resourceVersion) throw new HeldError(label, specOf(now));
  }
}

function fresh(cluster: Cluster, identity: string, seconds: number, leaseTransitions: number): LeaseSpec {
  const now = micro(cluster.clock.now());
  return {
    holderIdentity: identity,
    leaseDurationSeconds: seconds,
    acquireTime: now,
    renewTime: now,
    leaseTransitions,
  };
}
