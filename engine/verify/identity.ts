import { ANNOTATION } from "../../components/contract.ts";
import type { KubeObject } from "../cluster/object.ts";
import { record } from "../cluster/status.ts";

/** Somebody who is impersonated. */
export interface Identity {
  /** 'group "acme-admins"' */
  title: string;
  user: string;
  /** All of them: nothing is added by itself. */
  groups: string[];
  /** The part of a tenant it plays, where the namespace says so. */
  persona?: "admins" | "users" | "viewers";
  /** Stands for whoever runs this: nobody is impersonated. */
  self?: boolean;
}

/** Nobody's name: what counts is the group. */
const SOMEBODY = "tenantry-verify";
const EVERYBODY = "system:authenticated";

export const ADMINISTRATOR: Identity = { title: "the administrator who asks", user: "", groups: [], self: true };

/** A user whom nobody gave anything. */
export const STRANGER: Identity = { title: "any user of the cluster", user: SOMEBODY, groups: [EVERYBODY] };

export const ANONYMOUS: Identity = {
  title: "somebody without credentials",
  user: "system:anonymous",
  groups: ["system:unauthenticated"],
};

export const memberOf = (group: string): Identity => ({
  title: `group "${group}"`,
  user: SOMEBODY,
  groups: [group, EVERYBODY],
});

export const serviceAccount = (namespace: string, name: string): Identity => ({
  title: `service account "${namespace}/${name}"`,
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, EVERYBODY],
});

const PERSONAS = ["admins", "users", "viewers"] as const;

/** A member of each group that the namespace names, strongest first, and its service account. */
export function ownIdentities(namespace: KubeObject): Identity[] {
  const notes = namespace.metadata.annotations ?? {};
  const named = PERSONAS.flatMap((persona) =>
    (notes[ANNOTATION[persona]] ?? "")
      .split(",")
      .map((it) => it.trim())
      .filter(Boolean)
      .map((group) => ({ ...memberOf(group), persona })),
  );
  return [...named, serviceAccount(namespace.metadata.name, "default")];
}

/** Everybody bound by a RoleBinding, and the service account that pods get when they say nothing. */
export function boundIdentities(namespace: string, bindings: readonly KubeObject[]): Identity[] {
  const found = new Map<string, Identity>();
  const all = [
    ...bindings.flatMap(subjectsOf).map((it) => identityOf(it, namespace)),
    serviceAccount(namespace, "default"),
  ];
  for (const one of all) if (one) found.set(one.title, one);
  return [...found.values()];
}

export interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

export const subjectsOf = (binding: KubeObject): Subject[] =>
  Array.isArray(binding["subjects"]) ? (binding["subjects"] as Subject[]) : [];

function identityOf({ kind, name, namespace }: Subject, home: string): Identity | undefined {
  if (kind === "ServiceAccount") return serviceAccount(namespace ?? home, name);
  // These are the cluster's own, or everybody: other checks look for them.
  if (name.startsWith("system:")) return undefined;
  return kind === "User" ? { title: `user "${name}"`, user: name, groups: [EVERYBODY] } : memberOf(name);
}

export const roleOf = (binding: KubeObject): { kind: string; name: string } => {
  const { kind, name } = record(binding["roleRef"]);
  return { kind: String(kind), name: String(name) };
};
