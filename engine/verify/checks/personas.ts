import { ask, type Asked, WRITE } from "../check.ts";
import { ANONYMOUS, serviceAccount, STRANGER } from "../identity.ts";
import type { Space } from "../space.ts";

const KINDS = [
  ...["pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "deployments.apps", "statefulsets.apps"],
  ...["jobs.batch", "cronjobs.batch", "ingresses.networking.k8s.io", "rolebindings.rbac.authorization.k8s.io"],
];
const READ = ["get", "list", "watch"];
const SHELLS = ["pods/exec", "pods/attach", "pods/portforward"];

const playing = (persona: "users" | "viewers") => (space: Space) =>
  space.identities.filter((it) => it.persona === persona);
const accounts = ({ identities }: Space) => identities.filter((it) => it.user.startsWith("system:serviceaccount:"));

type Row = [id: string, title: string, controls: string[], denied: string[], who: Asked["who"], nobody: string];

const unnamed = (persona: string) => `the namespace names no group of ${persona}`;

/** `get` is enough to open a shell over a websocket, so it counts as much as `create`. */
const ROWS: Row[] = [
  [
    "viewer-writes",
    "Viewers change nothing",
    ["OWASP K02"],
    ask(WRITE, ...KINDS),
    playing("viewers"),
    unnamed("viewers"),
  ],
  [
    "viewer-secrets",
    "Viewers read no Secrets",
    ["CIS 5.1.2", "OWASP K03"],
    ask(READ, "secrets"),
    playing("viewers"),
    unnamed("viewers"),
  ],
  [
    "viewer-shells",
    "Viewers open no shell",
    ["OWASP K02"],
    ask(["get", "create"], ...SHELLS),
    playing("viewers"),
    unnamed("viewers"),
  ],
  [
    "user-secrets",
    "Users read no Secrets",
    ["CIS 5.1.2", "OWASP K03"],
    ask(READ, "secrets"),
    playing("users"),
    unnamed("users"),
  ],
  [
    "user-shells",
    "Users open no shell",
    ["OWASP K02"],
    ask(["get", "create"], ...SHELLS),
    playing("users"),
    unnamed("users"),
  ],
  [
    "user-bindings",
    "Users let nobody else in",
    ["CIS 5.1.8", "OWASP K02"],
    ask(["create", "update", "patch"], "rolebindings.rbac.authorization.k8s.io"),
    playing("users"),
    unnamed("users"),
  ],
  [
    "service-accounts",
    "Pods of the namespace may nothing at all",
    ["CIS 5.1.5", "CIS 5.1.6", "OWASP K08"],
    [...ask(["get", "list", "create", "patch", "delete"], ...KINDS), ...ask(["list"], "namespaces", "nodes")],
    accounts,
    "no service account is known here",
  ],
];

const OPEN = [...ask(["get", "list", "create"], "pods", "configmaps", "secrets"), "create deployments.apps"];

/** Those nobody meant to let in. */
const STRANGERS: Row[] = [
  [
    "authenticated",
    "Being known to the cluster opens nothing here",
    ["OWASP K02", "NSA authentication"],
    OPEN,
    () => [STRANGER],
    "",
  ],
  [
    "foreign-pods",
    "Other namespaces' pods may nothing here",
    ["OWASP K08", "NSA authentication"],
    OPEN,
    ({ namespace }) => [serviceAccount(namespace === "default" ? "kube-public" : "default", "default")],
    "",
  ],
  ["anonymous", "Nobody gets in without credentials", ["OWASP K09", "NSA authentication"], OPEN, () => [ANONYMOUS], ""],
];

const check =
  (family: string, fix: string) =>
  ([id, title, controls, denied, who, nobody]: Row): Asked => ({
    ...{ id: `${family}.${id}`, title, controls, fix },
    denied,
    ...{ who, nobody },
  });

export const PERSONA_CHECKS: Asked[] = [
  ...ROWS.map(check("personas", "delete the binding that gives it, or take it from their role")),
  ...STRANGERS.map(check("strangers", "delete the binding of everybody that gives it")),
];
