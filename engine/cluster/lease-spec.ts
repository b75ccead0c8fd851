import type { Holder } from "./holder.ts";
import type { KubeObject } from "./object.ts";
import { record } from "./status.ts";

/** The spec of a coordination.k8s.io/v1 Lease. Nobody holds it without a holderIdentity. */
export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

export const LEASE = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" } as const;

export const specOf = (lease: KubeObject): LeaseSpec => record(lease["spec"]);

/** Kubernetes' MicroTime. */
export const micro = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");

/** A lease that this process holds. */
export interface Held {
  holder: Holder;
  /** Aborts with a LeaseLostError when somebody else may hold it: stop writing. */
  lost: AbortSignal;
  /** Gives it up. Never throws: a lease nobody renews ends by itself. */
  release(): Promise<void>;
}
