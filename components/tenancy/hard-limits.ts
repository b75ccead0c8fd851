import type { Budget } from "../../tenants/plans.ts";

/** Finished pods stay until they are collected; `pods` counts the live ones only, `count/pods` all. */
const KEPT_PODS = 2;
/** One for all that a space may use, one for the priorities it may not. */
const QUOTAS = 2;
/** Ours are two; the rest is room for add-ons of the platform. A tenant may write none. */
const NETWORK_POLICIES = 4;

/**
 * A budget keyed as in a ResourceQuota, with every key that security depends on: what a quota does not name, it does not limit.
 * `namespaces` is over how many namespaces the budget goes, for what each of them holds once.
 * `refusedClasses` are storage classes the tenant was not granted.
 */
export function hardLimits(
  budget: Budget,
  options: { namespaces: number; refusedClasses: readonly string[] },
): Record<string, string> {
  const classes = options.refusedClasses.map((name) => [`${name}.storageclass.storage.k8s.io/requests.storage`, "0"]);
  return {
    "requests.cpu": budget.guaranteed.cpu,
    "requests.memory": budget.guaranteed.memory,
    "limits.cpu": budget.cpu,
    "limits.memory": budget.memory,
    "requests.ephemeral-storage": budget.ephemeralStorage,
    "limits.ephemeral-storage": budget.ephemeralStorage,
    "requests.storage": budget.storage,
    persistentvolumeclaims: `${budget.claims}`,
    pods: `${budget.pods}`,
    "count/pods": `${budget.pods * KEPT_PODS}`,
    services: `${budget.services}`,
    // Both reach past the gateway to the outside, and the first opens a port on every node.
    "services.nodeports": "0",
    "services.loadbalancers": "0",
    replicationcontrollers: "0",
    resourcequotas: `${QUOTAS * options.namespaces}`,
    secrets: `${budget.secrets}`,
    // Kubernetes puts one of its own, kube-root-ca.crt, into every namespace.
    configmaps: `${budget.configMaps + options.namespaces}`,
    "count/deployments.apps": `${budget.deployments}`,
    "count/jobs.batch": `${budget.jobs}`,
    "count/cronjobs.batch": `${budget.jobs}`,
    "count/ingresses.networking.k8s.io": `${budget.ingresses}`,
    "count/networkpolicies.networking.k8s.io": `${NETWORK_POLICIES * options.namespaces}`,
    ...(Object.fromEntries(classes) as Record<string, string>),
  };
}
