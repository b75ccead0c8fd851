import type { Cluster } from "../../engine/cluster/cluster.ts";
import { DISCOVERY_ACCEPT } from "../../engine/cluster/discovery.ts";
import { inOrder, partsOf, resourceName } from "./fleet-access.ts";

export interface Subject {
  user: string;
  groups: string[];
}

/** What may be asked of the server: "pods/exec" with the verbs it knows for it. */
export interface Endpoint {
  name: string;
  namespaced: boolean;
  verbs: string[];
}

/** Verbs that are no requests but powers, with what they are over. */
export const POWERS: Endpoint[] = [
  ...["roles", "clusterroles"].map((it) => ({ name: `${it}.rbac.authorization.k8s.io`, verbs: ["bind", "escalate"] })),
  ...["users", "groups", "serviceaccounts", "uids.authentication.k8s.io", "userextras.authentication.k8s.io"].map(
    (name) => ({ name, verbs: ["impersonate"] }),
  ),
  { name: "signers.certificates.k8s.io", verbs: ["approve", "sign", "attest"] },
  { name: "nodes", verbs: ["impersonate-on:user-info:get"] },
].map((it) => ({ ...it, namespaced: false }));

interface Groups {
  items: {
    metadata: { name?: string };
    versions: {
      resources: {
        resource: string;
        scope: string;
        verbs: string[];
        subresources?: { subresource: string; verbs: string[] }[];
      }[];
    }[];
  }[];
}

/** Every kind and subresource that the server serves, of all versions. */
export async function endpoints(cluster: Cluster): Promise<Endpoint[]> {
  const found = new Map<string, Endpoint>();
  for (const path of ["/api", "/apis"]) {
    const { items } = (await cluster.request("GET", path, { accept: DISCOVERY_ACCEPT })) as Groups;
    for (const { metadata, versions } of items)
      for (const { resource, scope, verbs, subresources = [] } of versions.flatMap((it) => it.resources))
        for (const [one, can] of [
          [resource, verbs] as const,
          ...subresources.map((it) => [`${resource}/${it.subresource}`, it.verbs] as const),
        ]) {
          const name = resourceName(metadata.name ?? "", one);
          found.set(name, {
            name,
            namespaced: scope === "Namespaced",
            verbs: inOrder([...(found.get(name)?.verbs ?? []), ...can]),
          });
        }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

interface Rule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
}

/** All that the server itself says somebody may do in a namespace: verbs by "resource" or "resource [names]". */
export async function rightsOf(cluster: Cluster, who: Subject, namespace: string): Promise<Map<string, string[]>> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const { status } = (await cluster.withImpersonation(who).request("POST", path, {
    body: { spec: { namespace } },
    idempotent: true,
  })) as {
    status: {
      incomplete: boolean;
      resourceRules: Rule[];
      nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[];
    };
  };
  if (status.incomplete) throw new Error(`the server does not know all rights of ${who.user}`);
  const rights = new Map<string, string[]>();
  const add = (key: string, verbs: string[]) => rights.set(key, inOrder([...(rights.get(key) ?? []), ...verbs]));
  for (const { verbs, apiGroups = [], resources = [], resourceNames = [] } of status.resourceRules)
    for (const group of apiGroups)
      for (const resource of resources)
        add(
          [resourceName(group, resource), ...(resourceNames.length > 0 ? [`[${resourceNames.join(" ")}]`] : [])].join(
            " ",
          ),
          verbs,
        );
  for (const { verbs, nonResourceURLs } of status.nonResourceRules) for (const url of nonResourceURLs) add(url, verbs);
  return rights;
}

/** Lines of what is granted here beyond `elsewhere`, in order. */
export const linesOf = (
  rights: ReadonlyMap<string, string[]>,
  elsewhere: ReadonlyMap<string, string[]> = new Map(),
): string[] =>
  [...rights]
    .map(([key, verbs]) => [key, verbs.filter((it) => !elsewhere.get(key)?.includes(it))] as const)
    .filter(([, verbs]) => verbs.length > 0)
    .map(([key, verbs]) => `${key}: ${verbs.join(" ")}`)
    .toSorted();

/** Whether rights without a name allow this. */
export function covers(rights: ReadonlyMap<string, string[]>, name: string, verb: string): boolean {
  const { group, resource, subresource } = partsOf(name);
  const sub = subresource === "" ? "" : `/${subresource}`;
  const keys = [`${resource}${group === "" ? "" : `.${group}`}${sub}`, `*.${group}${sub}`, "*.*"];
  return keys.some((key) => rights.get(key)?.some((it) => it === verb || it === "*"));
}

/** Asks the server one by one; the verbs it allows on each endpoint. Without a namespace: in all of them, and beyond. */
export async function allowed(
  cluster: Cluster,
  who: Subject,
  asked: readonly Endpoint[],
  namespace: string | undefined,
): Promise<Map<string, string[]>> {
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const found = new Map<string, string[]>();
  const queue = asked.flatMap(({ name, verbs }) => verbs.map((verb) => ({ name, verb }))).values();
  // As many at once as the client has connections.
  const workers = Array.from({ length: 32 }, async () => {
    for (const { name, verb } of queue) {
      const resourceAttributes = { namespace, verb, ...partsOf(name) };
      const body = { spec: { user: who.user, groups: who.groups, resourceAttributes } };
      const { status } = (await cluster.request("POST", path, { body, idempotent: true })) as {
        status: { allowed: boolean };
      };
      if (status.allowed) found.set(name, inOrder([...(found.get(name) ?? []), verb]));
    }
  });
  await Promise.all(workers);
  return found;
}
