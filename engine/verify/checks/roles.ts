import { ANNOTATION, PERSONAS, personaRole } from "../../../components/contract.ts";
import type { KubeObject } from "../../cluster/object.ts";
import type { Looked } from "../check.ts";
import { roleOf, type Subject, subjectsOf } from "../identity.ts";
import type { Space } from "../space.ts";

/** Everybody, or everybody's pods: bound once, nobody is kept out. */
const BROAD = /^system:(authenticated|unauthenticated|anonymous|serviceaccounts(:.*)?|masters)$/;
const titled = ({ kind, name }: Subject): string => `${kind} "${name}"`;

/** Rules of every role that is bound here, with the role's title. */
function boundRules({
  roleBindings,
  roles,
  platform,
}: Space): { title: string; labels: object; rules: Record<string, unknown>[] }[] {
  const found = new Map<string, KubeObject>();
  for (const it of roleBindings) {
    const { kind, name } = roleOf(it);
    const role = kind === "Role" ? roles.find((one) => one.metadata.name === name) : platform.clusterRoles.get(name);
    if (role) found.set(`${kind} "${name}"`, role);
  }
  return [...found].map(([title, role]) => ({
    title,
    labels: { ...role.metadata.labels, ...(role["aggregationRule"] ? { aggregationRule: "" } : {}) },
    rules: (role["rules"] ?? []) as Record<string, unknown>[],
  }));
}

const saysAny = (rule: Record<string, unknown>, key: string, wanted: readonly string[]): string[] =>
  ((rule[key] ?? []) as string[]).filter((it) => wanted.includes(it));

const namedHere = ({ object: it, namespace }: Space, { kind, name, namespace: home }: Subject): boolean => {
  if (kind === "ServiceAccount") return (home ?? namespace) === namespace;
  const notes = it.metadata.annotations ?? {};
  const groups = [ANNOTATION.admins, ANNOTATION.users, ANNOTATION.viewers].flatMap((key) =>
    (notes[key] ?? "").split(","),
  );
  return kind === "Group" && groups.map((group) => group.trim()).includes(name);
};

const GROWING = ["rbac.authorization.k8s.io/aggregate-to-", "aggregationRule"];
const PERSONA_ROLES = PERSONAS.map(personaRole);

/** What stands already: trials only show what could be added. */
export const ROLES: Looked[] = [
  {
    ...{ id: "bindings.broad", title: "No binding here is for everybody" },
    controls: ["CIS 5.1.1", "OWASP K02", "NSA authentication"],
    fix: "delete it, and bind the groups that are meant",
    well: "no RoleBinding names a group of everybody",
    look: ({ roleBindings }) =>
      roleBindings.flatMap((it) =>
        subjectsOf(it)
          .filter(({ kind, name }) => kind !== "ServiceAccount" && BROAD.test(name))
          .map((one) => `role binding "${it.metadata.name}" is for ${titled(one)}`),
      ),
  },
  {
    ...{ id: "bindings.named", title: "Every binding is of a persona, for whom the tenant named" },
    controls: ["CIS 5.1.1", "OWASP K02"],
    own: true,
    fix: "delete it, or name the group under owner.groups in the tenant file",
    well: "every RoleBinding binds groups of the tenant to its personas",
    look: (space) =>
      space.roleBindings.flatMap((it) => [
        ...subjectsOf(it)
          .filter((one) => !namedHere(space, one))
          .map((one) => `role binding "${it.metadata.name}" is for ${titled(one)}`),
        ...(PERSONA_ROLES.includes(roleOf(it).name)
          ? []
          : [`role binding "${it.metadata.name}" gives ${roleOf(it).name}`]),
      ]),
  },
  {
    ...{ id: "bindings.cluster-wide", title: "Who is bound here has no rights in the whole cluster" },
    controls: ["CIS 5.1.1", "OWASP K02"],
    fix: "delete the ClusterRoleBinding, and bind the role in the namespaces that are meant",
    well: "no ClusterRoleBinding names them",
    look: ({ identities, platform }) => {
      const names = new Set(identities.flatMap((it) => [it.user, ...it.groups]).filter((it) => !BROAD.test(it)));
      return platform.clusterBindings.flatMap((it) =>
        subjectsOf(it)
          .map((one) => ({
            ...one,
            id: one.kind === "ServiceAccount" ? `system:serviceaccount:${one.namespace}:${one.name}` : one.name,
          }))
          .filter((one) => names.has(one.id))
          .map((one) => `cluster role binding "${it.metadata.name}" gives ${roleOf(it).name} to ${titled(one)}`),
      );
    },
  },
  {
    ...{ id: "roles.wildcards", title: "No role bound here grows with every kind the cluster learns" },
    controls: ["CIS 5.1.3", "OWASP K02"],
    fix: "name API groups, resources and verbs one by one",
    well: "no role bound here has a wildcard",
    look: (space) =>
      boundRules(space)
        .filter(({ rules }) =>
          rules.some((it) => ["apiGroups", "resources", "verbs"].some((key) => saysAny(it, key, ["*"]).length > 0)),
        )
        .map(({ title }) => `${title} has a wildcard`),
  },
  {
    ...{ id: "roles.aggregated", title: "No role bound here grows by other roles' labels" },
    controls: ["CIS 5.1.3", "OWASP K02"],
    fix: "bind roles that list their rights themselves",
    well: "no role bound here is aggregated",
    look: (space) =>
      boundRules(space)
        .filter(({ labels }) => Object.keys(labels).some((key) => GROWING.some((it) => key.startsWith(it))))
        .map(({ title }) => `${title} is aggregated`),
  },
  {
    ...{ id: "roles.dangerous", title: "No role bound here hands out rights or identities" },
    controls: ["CIS 5.1.8", "CIS 5.1.13", "OWASP K02"],
    fix: "take escalate, bind, impersonate and serviceaccounts/token out of it",
    well: "no role bound here may escalate, bind, impersonate or make tokens",
    look: (space) =>
      boundRules(space).flatMap(({ title, rules }) => {
        const found = rules.flatMap((it) => [
          ...saysAny(it, "verbs", ["escalate", "bind", "impersonate"]),
          ...saysAny(it, "resources", ["serviceaccounts/token", "nodes/proxy"]),
        ]);
        return found.length === 0 ? [] : [`${title} has ${[...new Set(found)].join(", ")}`];
      }),
  },
];
