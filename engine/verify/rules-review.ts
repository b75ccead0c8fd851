import type { Cluster } from "../cluster/cluster.ts";
import { ApiError, record } from "../cluster/status.ts";
import type { Identity } from "./identity.ts";
import { partsOf } from "./resource.ts";

interface Rule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
}

/** All rights of somebody in a namespace; undefined where the cluster cannot list them, as with an authorizer outside of it. */
export async function rulesOf(cluster: Cluster, who: Identity, namespace: string): Promise<Rule[] | undefined> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const as = who.self ? cluster : cluster.withImpersonation(who);
  try {
    const answer = await as.request("POST", path, { body: { spec: { namespace } }, idempotent: true });
    const { incomplete, resourceRules } = record(record(answer)["status"]);
    return incomplete === false ? ((resourceRules ?? []) as Rule[]) : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** Whether some rule could grant it. It may be about certain names only, so a yes is worth another question; a no is a no. */
export function couldGrant(rules: readonly Rule[], verb: string, name: string): boolean {
  const { group, resource, subresource } = partsOf(name);
  const whole = subresource ? `${resource}/${subresource}` : resource;
  const wanted = ["*", whole, ...(subresource ? [`*/${subresource}`] : [])];
  return rules.some(
    ({ verbs = [], apiGroups = [], resources = [] }) =>
      (verbs.includes("*") || verbs.includes(verb)) &&
      (apiGroups.includes("*") || apiGroups.includes(group)) &&
      resources.some((it) => wanted.includes(it)),
  );
}
