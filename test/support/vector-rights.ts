import {
  admitted,
  apply,
  type Asked,
  type Attempt,
  by,
  cannot,
  FOREIGN,
  inside,
  INSIDE,
  LOOSE,
  merge,
  post,
  put,
  RBAC,
  refused,
} from "./vector.ts";

const rule = (resource: string, verb: string) => ({ apiGroups: [""], resources: [resource], verbs: [verb] });
const role = (...rules: object[]) => post(inside(RBAC, "roles"), { metadata: { name: "try" }, rules });
const HELD = /^403 .*attempting to grant RBAC permissions not currently held/;
export const binding = (name: string, roleName: string, subject: object) => ({
  ...{ apiVersion: RBAC, kind: "RoleBinding", metadata: { name }, subjects: [subject] },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
});
export const group = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name });
const bindings = inside(RBAC, "rolebindings");

export const RIGHTS: Attempt[] = [
  refused(7, "any Role", INSIDE, role(rule("pods", "get")), cannot("create", "roles")),
  refused(7, "a Role wider than its own rights", ["roler"], role(rule("nodes", "get")), HELD),
  refused(7, "a Role to write its quota", ["roler"], role(rule("resourcequotas", "update")), HELD),
  refused(7, "a Role that may impersonate", ["roler"], role(rule("users", "impersonate")), HELD),
  refused(
    7,
    "a Role of every right",
    LOOSE,
    role({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }),
    by("least-privilege-roles"),
  ),
  admitted(7, "a Role within its own rights", ["roler"], role(rule("pods", "get"))),
  ...["cluster-admin", "admin", "edit"].map((it) =>
    refused(7, `a binding to ${it}`, INSIDE, post(bindings, binding("try", it, group("acme-users"))), HELD),
  ),
  refused(
    7,
    "more rights for its own role",
    INSIDE,
    merge(`/apis/${RBAC}/clusterroles/tenantry-tenant-admin`, { rules: [] }),
    cannot("patch", "clusterroles"),
  ),
  admitted(
    7,
    "a binding to a persona",
    INSIDE,
    post(bindings, binding("try", "tenantry-tenant-user", group("acme-users"))),
  ),
];

const STRANGERS: [string, object][] = [
  ["everybody", group("system:authenticated")],
  ["every service account", group("system:serviceaccounts")],
  ["another tenant's group", group("globex-admins")],
  ["another tenant's service account", { kind: "ServiceAccount", name: "default", namespace: FOREIGN }],
  ["somebody by name", { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "mallory" }],
];
const OWN: [string, object][] = [
  ["its own group", group("acme-viewers")],
  ["its own service account", { kind: "ServiceAccount", name: "robot", namespace: "acme-api" }],
];
/** "service" is the tenant's own binding, made before. */
const ways = (subject: object): [string, Asked][] => {
  const whole = binding("service", "tenantry-tenant-admin", subject);
  return [
    ["by create", post(bindings, binding("try", "tenantry-tenant-viewer", subject))],
    ["by update", put(`${bindings}/service`, whole)],
    ["by patch", merge(`${bindings}/service`, { subjects: [subject] })],
    ["by apply", apply(`${bindings}/service`, whole)],
  ];
};
export const SUBJECTS: Attempt[] = [
  ...STRANGERS.flatMap(([who, subject]) =>
    ways(subject).map(([way, it]) => refused(8, `access for ${who} ${way}`, INSIDE, it, by("named-subjects"))),
  ),
  ...OWN.flatMap(([who, subject]) =>
    ways(subject).map(([way, it]) => admitted(8, `access for ${who} ${way}`, INSIDE, it)),
  ),
];
