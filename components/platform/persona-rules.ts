import type { Persona } from "../contract.ts";

/** One row of a role. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  /** Only objects of these names; a list or a bare create has no name, so it is never among them. */
  resourceNames?: string[];
}

const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete"];
const FULL = [...READ, ...WRITE, "deletecollection"];
const CHANGE = ["get", "update", "patch"];

const core = (resources: string[], verbs: string[]): Rule => ({ apiGroups: [""], resources, verbs });

/** What every persona sees. No Secrets: list and watch hand out their values. */
const visible: Rule[] = [
  core(
    [
      "pods",
      "services",
      "configmaps",
      "persistentvolumeclaims",
      "events",
      "resourcequotas",
      "limitranges",
      "serviceaccounts",
    ],
    READ,
  ),
  core(["pods/log"], ["get"]),
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "replicasets"], verbs: READ },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: READ },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: READ },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "networkpolicies"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
];

/** Deploys and runs jobs. */
const deploys: Rule[] = [
  core(["configmaps", "services"], WRITE),
  // Restarts a pod; making one goes through a Deployment or a Job.
  core(["pods"], ["delete"]),
  core(["persistentvolumeclaims"], ["create", "update", "patch"]),
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: WRITE },
  { apiGroups: ["apps"], resources: ["deployments/scale", "statefulsets/scale"], verbs: CHANGE },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: WRITE },
];

const administers: Rule[] = [
  core(["pods", "services", "configmaps", "secrets", "persistentvolumeclaims"], FULL),
  // `get` is enough to open these over a websocket, so both verbs are granted or none.
  core(["pods/exec", "pods/attach", "pods/portforward"], ["get", "create"]),
  core(["pods/eviction"], ["create"]),
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: FULL },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: FULL },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: FULL },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: FULL },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: FULL },
  // Needs no `bind`: the API server lets anybody bind a role whose rights they hold, and this role holds the other two.
  { apiGroups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], verbs: [...READ, ...WRITE] },
];

/**
 * What each persona may do in its own namespaces, word for word: no wildcard, no aggregation, so a new API or a new
 * ClusterRole never widens it. Nobody here writes quotas, limits, network policies, namespaces, roles, endpoints,
 * tokens or ephemeral containers. Only an administrator opens a shell: a shell reads the Secrets of its pod.
 */
export const PERSONA_RULES: Record<Persona, Rule[]> = {
  "tenant-admin": [...visible, ...deploys.filter(isScale), ...administers],
  "tenant-user": [...visible, ...deploys],
  "tenant-viewer": visible,
};

function isScale(rule: Rule): boolean {
  return rule.resources.some((it) => it.endsWith("/scale"));
}
