import {
  admitted,
  type Attempt,
  by,
  cannot,
  inside,
  INSIDE,
  LOOSE,
  merge,
  NAMESPACE,
  NETWORKING,
  post,
  RBAC,
  refused,
  remove,
} from "./vector.ts";

const path = `/api/v1/namespaces/${NAMESPACE}`;
const bindings = inside(RBAC, "rolebindings");
const WALLS: [string, string][] = [
  ["resourcequotas", inside("v1", "resourcequotas/quota")],
  ["limitranges", inside("v1", "limitranges/limits")],
  ["networkpolicies", inside(NETWORKING, "networkpolicies/closed")],
  ["serviceaccounts", inside("v1", "serviceaccounts/default")],
];
const UNMARKED = { metadata: { labels: { "app.kubernetes.io/managed-by": null } } };
const HELD_UP = { metadata: { finalizers: ["acme.example/never"] } };
const OWNED = {
  metadata: { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "gone", uid: "0" }] },
};
const kept = by("kept-guards");
const MEDDLING: [string, object][] = [
  ["to unmark", UNMARKED],
  ["to hold up", HELD_UP],
  ["to tie to something else", OWNED],
];
const mark = { labels: { "app.kubernetes.io/managed-by": "tenantry" } };
const bound = (metadata: object) => ({
  metadata: { name: "try", ...metadata },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "tenantry-tenant-viewer" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "acme-viewers" }],
});

export const GUARDS: Attempt[] = [
  ...WALLS.flatMap(([resource, at]) => [
    refused(17, `to delete its ${resource}`, INSIDE, remove(at), cannot("delete", resource)),
    refused(
      17,
      `to clear its ${resource}`,
      INSIDE,
      remove(at.replace(/\/[^/]+$/, "")),
      cannot("deletecollection", resource),
    ),
    refused(17, `to delete its ${resource}`, LOOSE, remove(at), kept),
    refused(17, `to clear its ${resource}`, LOOSE, remove(at.replace(/\/[^/]+$/, "")), kept),
    ...MEDDLING.flatMap(([what, body]) => [
      refused(17, `${what} its ${resource}`, INSIDE, merge(at, body), cannot("patch", resource)),
      refused(17, `${what} its ${resource}`, LOOSE, merge(at, body), kept),
    ]),
  ]),
  refused(
    17,
    "to raise its quota",
    LOOSE,
    merge(inside("v1", "resourcequotas/quota"), { spec: { hard: { pods: "999" } } }),
    kept,
  ),
  refused(17, "to remove the platform's binding", [...INSIDE, ...LOOSE], remove(`${bindings}/tenant-viewer`), kept),
  refused(
    17,
    "to empty the platform's binding",
    [...INSIDE, ...LOOSE],
    merge(`${bindings}/tenant-viewer`, { subjects: [] }),
    kept,
  ),
  ...MEDDLING.map(([what, body]) =>
    refused(17, `${what} the platform's binding`, INSIDE, merge(`${bindings}/tenant-user`, body), kept),
  ),
  refused(17, "a binding marked as the platform's", INSIDE, post(bindings, bound(mark)), kept),
  refused(17, "to delete its namespace", INSIDE, remove(path), cannot("delete", "namespaces")),
  refused(17, "to delete its namespace", LOOSE, remove(path), kept),
  admitted(17, "a binding of its own", INSIDE, post(bindings, bound({}))),
  admitted(17, "to remove its own binding", INSIDE, remove(`${bindings}/service`)),
  admitted(17, "to hold up its own binding", INSIDE, merge(`${bindings}/service`, HELD_UP)),
  admitted(17, "to change a guard", ["platform"], merge(`${bindings}/tenant-viewer`, HELD_UP)),
];
