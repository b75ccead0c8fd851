import { ANNOTATION, PERSONAS, personaRole, VIRTUAL } from "../../components/contract.ts";
import { fields, isTenants, list, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "named-subjects";
const GROUP = "rbac.authorization.k8s.io";
const ROLES = PERSONAS.map(personaRole);

/**
 * A binding to system:authenticated lets every tenant in; one to a stranger's group or service account lets that stranger in.
 * Which groups a tenant named stands on its namespace, so only the twin can check that.
 */
export const namedSubjects: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "Rights go to the groups a tenant named, and to nobody by default.",
      remediationSteps:
        "Put the group under owner.groups in the tenant file, and bind it to a role of the tenant's personas.",
    },
    (object) => {
      if (object.group !== GROUP || !["RoleBinding", "ClusterRoleBinding"].includes(object.kind)) return [];
      const strict = object.kind === "RoleBinding" && isTenants(object);
      const what = `${object.kind} "${object.name}"`;
      return [
        ...list(object.body.subjects)
          .map(fields)
          .filter((it) => isBroad(it) || (strict && !mayBeNamed(it, object)))
          .map((it) => `${what} binds ${text(it.kind)} "${text(it.name)}", want a group of the tenant`),
        ...(strict ? roleFaults(what, fields(object.body.roleRef), list(object.body.subjects).map(fields)) : []),
      ];
    },
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: [GROUP], resources: ["rolebindings"] }],
      conditions: {
        changed:
          'request.operation == "CREATE" || object.?subjects != oldObject.?subjects || object.roleRef != oldObject.roleRef',
      },
      variables: {
        notes: "namespaceObject.metadata.?annotations.orValue({})",
        // Splitting "" gives one empty name, which a subject could bear.
        groups: [ANNOTATION.admins, ANNOTATION.users, ANNOTATION.viewers]
          .map((key) => `variables.notes[?${cel(key)}].orValue("").split(",").map(g, g.trim()).filter(g, g != "")`)
          .join(" + "),
        subjects: "object.?subjects.orValue([])",
      },
      verdicts: [
        {
          found:
            'variables.subjects.filter(s, !(s.kind == "Group" && !s.name.startsWith("system:") && s.name in variables.groups) && ' +
            '!(s.kind == "ServiceAccount" && s.?namespace.orValue("") == request.namespace)).map(s, s.kind + " " + s.name)',
          wanted: "a group listed on the namespace, or its own service account",
        },
        {
          found:
            `object.roleRef.kind == "ClusterRole" && (object.roleRef.name in ${cel(ROLES)} || object.roleRef.name == "${VIRTUAL.role}" && ` +
            `variables.subjects.all(s, s.kind == "ServiceAccount" && s.name == "${VIRTUAL.name}")) ? [] : [object.roleRef.kind + " " + object.roleRef.name]`,
          wanted: `one of ${ROLES.join(", ")}`,
        },
      ],
    }),
};

/** Everybody, or a part of the cluster itself. */
const isBroad = ({ kind, name: subject }: Fields): boolean =>
  (kind === "Group" && text(subject).startsWith("system:")) || (kind === "User" && subject === "system:anonymous");

const mayBeNamed = ({ kind, name: subject, namespace }: Fields, object: KubeObject): boolean =>
  (kind === "Group" && text(subject) !== "") || (kind === "ServiceAccount" && namespace === object.namespace);

/** The role of virtual control planes is for their own account alone. */
const roleFaults = (what: string, { kind, name: role }: Fields, subjects: Fields[]): string[] =>
  kind === "ClusterRole" &&
  (ROLES.includes(text(role)) ||
    (role === VIRTUAL.role && subjects.every((it) => it.kind === "ServiceAccount" && it.name === VIRTUAL.name)))
    ? []
    : [`${what} gives ${text(kind)} "${text(role)}", want one of ${ROLES.join(", ")}`];
