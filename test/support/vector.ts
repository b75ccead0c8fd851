import type { KubeObject } from "../../engine/cluster/object.ts";
import type { Identity } from "./admission-client.ts";
import type { Loose } from "./admission-loose.ts";

export const NAMESPACE = "acme-api";
export const FOREIGN = "globex-portal";

const account = (name: string): Identity => ({
  user: `system:serviceaccount:${NAMESPACE}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${NAMESPACE}`, "system:authenticated"],
});
const person = (tenant: string, ...groups: string[]): Identity => ({
  user: `somebody@${tenant}.example`,
  groups: [...groups, "system:authenticated"],
});

/** Who tries. Only "platform" is nobody's tenant. */
export const PEOPLE = {
  admin: person("acme", "acme-admins"),
  user: person("acme", "acme-users"),
  viewer: person("acme", "acme-viewers"),
  /** A service account inside the tenant, which its administrator gave all the rights it could give. */
  service: account("default"),
  /** Somebody RBAC no longer holds back: what still stops them is admission. */
  breach: person("acme", "acme-admins", "vectors-breach"),
  robot: account("robot"),
  /** May write roles, by mistake. */
  roler: person("acme", "acme-admins", "vectors-rolers"),
  globex: person("globex", "globex-admins"),
  platform: undefined,
} as const satisfies Record<string, Identity | undefined>;
export type Who = keyof typeof PEOPLE;

/** A person and a service account of the tenant. */
export const INSIDE = ["admin", "service"] as const;
/** The same two, after RBAC has failed. */
export const LOOSE = ["breach", "robot"] as const;

/** What stands in the namespace: the platform's Deployment, a pod of it, and the namespace itself. */
export interface Standing {
  web: KubeObject;
  pod: string;
  namespace: KubeObject;
}

export interface Asked {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: object;
  type?: string;
  /** Opens a connection: there is nothing to try dry. */
  connects?: boolean;
}

export interface Attempt {
  vector: number;
  verdict: "refused" | "admitted";
  title: string;
  as: readonly Who[];
  ask: (it: Standing) => Asked;
  /** What must be answered: "ok", or status and message. */
  answer: RegExp;
}

type Ask = Asked | ((it: Standing) => Asked);
const always = (ask: Ask) => (typeof ask === "function" ? ask : () => ask);

export const refused = (vector: number, title: string, as: readonly Who[], ask: Ask, answer: RegExp): Attempt => ({
  ...{ vector, verdict: "refused", title, as, ask: always(ask), answer },
});
/** The control beside a refusal: without it a cluster that refuses everything would pass. */
export const admitted = (vector: number, title: string, as: readonly Who[], ask: Ask, answer = /^ok$/): Attempt => ({
  ...{ vector, verdict: "admitted", title, as, ask: always(ask), answer },
});

/** Refused by an admission policy, which names itself and what it found. */
export const by = (rule: string) => new RegExp(`^422 .*'tenantry-${rule}'.* denied request: ${rule}: `);
/** Refused by RBAC, which names what is missing. */
export const cannot = (verb: string, resource: string) =>
  new RegExp(`^403 .*forbidden: User ".*" cannot ${verb} resource "${resource}"`);
export const byPodSecurity = /^403 .*violates PodSecurity "restricted:v1\.36"/;

export const inside = (group: string, resource: string, namespace = NAMESPACE): string =>
  `${group === "v1" ? "/api" : "/apis"}/${group}/namespaces/${namespace}/${resource}`;
export const RBAC = "rbac.authorization.k8s.io/v1";
export const NETWORKING = "networking.k8s.io/v1";

export const get = (path: string): Asked => ({ method: "GET", path });
export const post = (path: string, body: object): Asked => ({ method: "POST", path, body });
export const put = (path: string, body: object): Asked => ({ method: "PUT", path, body });
export const remove = (path: string): Asked => ({ method: "DELETE", path });
export const merge = (path: string, body: object): Asked => ({
  ...{ method: "PATCH", path, body, type: "application/merge-patch+json" },
});
export const json = (path: string, body: object[]): Asked => ({
  ...{ method: "PATCH", path, body, type: "application/json-patch+json" },
});
export const strategic = (path: string, body: object): Asked => ({
  ...{ method: "PATCH", path, body, type: "application/strategic-merge-patch+json" },
});
/** Server-side apply, by force. */
export const apply = (path: string, body: object): Asked => ({
  ...{ method: "PATCH", path, body, type: "application/apply-patch+yaml" },
});

export type Bend = (spec: Loose, container: Loose, template: Loose) => void;

const template = ({ web }: Standing, bend: Bend): Loose => {
  const { metadata, spec } = structuredClone((web["spec"] as Loose).template);
  const copy = { metadata: { labels: { app: "try" }, annotations: { ...metadata.annotations } }, spec };
  bend(spec, spec.containers[0], copy);
  return copy;
};

/** The platform's own pod once more, bent. */
export const pod =
  (bend: Bend = () => undefined, namespace = NAMESPACE) =>
  (it: Standing): Asked => {
    const { metadata, spec } = template(it, bend);
    return post(inside("v1", "pods", namespace), { metadata: { ...metadata, name: "try" }, spec });
  };

/** A Deployment of such pods. */
export const deployment =
  (bend: Bend = () => undefined, namespace = NAMESPACE) =>
  (it: Standing): Asked => {
    const spec = { selector: { matchLabels: { app: "try" } }, template: template(it, bend) };
    return post(inside("apps/v1", "deployments", namespace), { metadata: { name: "try" }, spec });
  };
