import type { Tenant } from "./schema.ts";

/** In order; a tenant goes one step forward at a time, and back to any earlier one but out of `purged`. */
export type LifecycleState = "active" | "suspended" | "offboarding" | "purged";

/** The state a tenant's file asks for. */
export const stateOf = ({ lifecycle }: Pick<Tenant, "lifecycle">): LifecycleState =>
  typeof lifecycle === "string" ? lifecycle : "offboarding";

/** The day the file says offboarding began; the cluster's own record counts when it is later. */
export const sinceOf = ({ lifecycle }: Pick<Tenant, "lifecycle">): string | undefined =>
  typeof lifecycle === "string" ? undefined : lifecycle.offboarding;

/** A purged tenant holds nothing: its file is only kept to say so. */
export const isPurged = (tenant: Pick<Tenant, "lifecycle">): boolean => stateOf(tenant) === "purged";
