import { DEPLOYER, NAME, PERSONAS, personaRole } from "../contract.ts";
import type { Rule } from "./persona-rules.ts";

const RBAC = "rbac.authorization.k8s.io";
const READ = ["get", "list"];
/** A server-side apply is a patch, and a create of that very name where there is nothing yet. */
const APPLY = ["get", "create", "patch"];
/** A guard that somebody added to is written whole, and never deleted alone. */
const GUARD = [...APPLY, "update"];
const WORKLOAD = [...APPLY, "delete"];

const rule = (apiGroup: string, resource: string, verbs: string[], ...resourceNames: string[]): Rule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  ...(resourceNames.length > 0 && { resourceNames }),
  verbs,
});
const listed = (apiGroup: string, ...resources: string[]): Rule => ({
  apiGroups: [apiGroup],
  resources,
  verbs: ["list"],
});
const seen = (apiGroup: string, ...resources: string[]): Rule => ({ apiGroups: [apiGroup], resources, verbs: READ });

/**
 * What a run of `up`, `diff` or `status` needs anywhere in the cluster. Each object by its name: whoever writes the fleet's files may
 * make a tenant's `closed`, and no other network policy. Where names end, the guardrail contained-deployer holds. No role or
 * admission policy is among them: whoever writes those owns the cluster. No shells, no tokens, nobody to impersonate.
 */
export const DEPLOYER_RULES: readonly Rule[] = [
  rule("", "namespaces", [...READ, "create", "patch", "delete"]),
  rule("", "resourcequotas", GUARD, NAME.quota, NAME.priority),
  rule("", "limitranges", GUARD, NAME.limits),
  rule("networking.k8s.io", "networkpolicies", GUARD, NAME.closed, NAME.declared),
  rule("cilium.io", "ciliumnetworkpolicies", WORKLOAD, NAME.hostNames),
  rule("networking.k8s.aws", "applicationnetworkpolicies", WORKLOAD, NAME.hostNames),
  rule("", "serviceaccounts", GUARD, "default"),
  rule(RBAC, "rolebindings", [...GUARD, "delete"], ...PERSONAS),
  // Needs no rights of theirs to hand the personas out, and may hand out nothing else.
  rule(RBAC, "clusterroles", ["bind"], ...PERSONAS.map(personaRole)),
  // Also its list is of this name alone: a list of all would show everybody's values.
  rule("", "secrets", [...WORKLOAD, "list"], "web-generated"),
  rule("", "services", WORKLOAD, "web"),
  // Not deleted: it holds data.
  rule("", "persistentvolumeclaims", APPLY, "web-data"),
  rule("apps", "deployments", WORKLOAD, "web"),
  rule("autoscaling", "horizontalpodautoscalers", WORKLOAD, "web"),
  rule("policy", "poddisruptionbudgets", WORKLOAD, "web"),
  rule("networking.k8s.io", "ingresses", WORKLOAD, "web"),
  // Of a tenant that is suspended whatever still runs is ended.
  rule("", "pods", ["list", "delete"]),
  // Drift is found by lists.
  listed("", "resourcequotas", "limitranges", "serviceaccounts", "services", "persistentvolumeclaims"),
  listed("apps", "deployments"),
  listed("autoscaling", "horizontalpodautoscalers"),
  listed("policy", "poddisruptionbudgets"),
  listed("networking.k8s.io", "networkpolicies", "ingresses"),
  listed("cilium.io", "ciliumnetworkpolicies"),
  listed("networking.k8s.aws", "applicationnetworkpolicies"),
  listed(RBAC, "rolebindings"),
  // Classes that nobody granted are named at the end of a run.
  listed("storage.k8s.io", "storageclasses"),
  // The platform's own objects: seen, never written.
  seen(RBAC, "clusterroles", "clusterrolebindings"),
  seen("networking.k8s.aws", "clusternetworkpolicies"),
  seen("scheduling.k8s.io", "priorityclasses"),
  seen("flowcontrol.apiserver.k8s.io", "flowschemas", "prioritylevelconfigurations"),
  seen("admissionregistration.k8s.io", "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
  seen("admissionregistration.k8s.io", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
];

/** And in the platform's namespace: its notes of what was applied, the values it made, and the lock. */
export const DEPLOYER_HOME_RULES: readonly Rule[] = [
  rule("", "configmaps", [...READ, "create", "patch", "delete"]),
  rule("", "secrets", APPLY),
  rule("coordination.k8s.io", "leases", ["create"]),
  rule("coordination.k8s.io", "leases", ["get", "update"], NAME.fleet),
  seen(RBAC, "roles"),
  rule("", "serviceaccounts", ["get"], DEPLOYER.name),
];
