import { NAME } from "../../components/contract.ts";
import type { KubeObject, ObjectMeta } from "../cluster/object.ts";
import type { PlannedObject } from "../plan/objects.ts";
import type { ConflictError } from "../cluster/status.ts";
import { withoutFields } from "./field-path.ts";

/** Kinds that are nothing but guards: any field of theirs is taken back. */
const GUARD_KINDS = new Set([
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "CiliumNetworkPolicy",
  "ApplicationNetworkPolicy",
  "ClusterNetworkPolicy",
  "RoleBinding",
  "ClusterRole",
  "ClusterRoleBinding",
  "ServiceAccount",
  "PriorityLevelConfiguration",
  "FlowSchema",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
]);

/** Fields of other kinds that keep a tenant inside. Everything else belongs to whoever holds it, and is reported. */
const GUARD_FIELDS = [
  /^\.metadata\.labels\.(pod-security\.kubernetes\.io|tenantry\.dev)\//,
  /^\.metadata\.annotations\.tenantry\.dev\//,
  /\.securityContext(\.|$)/,
  /\.automountServiceAccountToken$/,
  /\.(hostNetwork|hostPID|hostIPC|hostPath|hostUsers|serviceAccountName|runtimeClassName|priorityClassName)$/,
];

/** Whether every field in dispute is a guard: only then may an apply take fields from another manager. */
export const mayForce = ({ object }: PlannedObject, conflict: ConflictError): boolean =>
  GUARD_KINDS.has(object.kind) || (conflict.conflicts.length > 0 && conflict.conflicts.every(isGuardOf(object)));

/** A workload that is planned at zero belongs to a tenant at rest: no autoscaler and no tenant keeps it running. */
const isGuardOf =
  (object: KubeObject) =>
  ({ field }: { field: string }): boolean =>
    GUARD_FIELDS.some((it) => it.test(field)) ||
    (field === ".spec.replicas" && (object["spec"] as { replicas?: number } | undefined)?.replicas === 0);

/**
 * The object without what it may not take: where guards and other fields are in dispute together, an edit of the latter must
 * not shield the former. Undefined where no guard is in dispute, or a field cannot be told apart.
 */
export function guardsOf({ object }: PlannedObject, { conflicts }: ConflictError): KubeObject | undefined {
  const theirs = conflicts.filter((it) => !isGuardOf(object)(it)).map(({ field }) => field);
  return theirs.length < conflicts.length ? withoutFields(object, theirs) : undefined;
}

/** What a guard consists of; the rest is metadata. */
const BODY = ["f:spec", "f:rules", "f:subjects", "f:roleRef", "f:automountServiceAccountToken"];

/**
 * Whether somebody else added to a guard what we left out, such as a condition under which a policy no longer matches. That takes
 * no field of ours, so our mark stays the same, and an apply cannot take it away: only writing the whole object can.
 */
export const isTampered = (kind: string, metadata: ObjectMeta): boolean =>
  GUARD_KINDS.has(kind) &&
  (metadata.managedFields ?? []).some(
    ({ manager, subresource, fieldsV1 = {} }) =>
      manager !== NAME.manager && !subresource && BODY.some((it) => it in fieldsV1),
  );
