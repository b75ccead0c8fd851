import { personaRole } from "../../components/contract.ts";
import type { Weakness } from "./verify-weaknesses.ts";
import { bound, group, past, patched, wider } from "./weaken.ts";

const RBAC = "rbac.authorization.k8s.io";
const VIEWER = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: personaRole("tenant-viewer") };
const AGGREGATE = `${RBAC}/aggregate-to-tenantry-verify`;
const roles = ["least-privilege-roles"];
const subjects = ["named-subjects"];
const own = { kind: "ServiceAccount", name: "default", namespace: "acme-api" };

const INSIDE = [
  ...["quotas", "network-policies", "tokens", "service-accounts", "roles", "escalation", "ephemeral-containers"],
  ...["binding-pods", "proxies", "endpoints", "statuses", "daemons", "namespace"],
];

/** A right too many, and the checks that see it. */
export const WIDENINGS: Weakness[] = [
  ["users write quotas", wider("tenant-user", "", "resourcequotas", "patch"), ["rights.quotas"]],
  [
    "users write network policies",
    wider("tenant-user", "networking.k8s.io", "networkpolicies", "create"),
    ["rights.network-policies"],
  ],
  ["users write roles", wider("tenant-user", RBAC, "roles", "create"), ["rights.roles"]],
  ["users let others in", wider("tenant-user", RBAC, "rolebindings", "create"), ["personas.user-bindings"]],
  ["users read Secrets", wider("tenant-user", "", "secrets", "get"), ["personas.user-secrets"]],
  ["users open shells", wider("tenant-user", "", "pods/exec", "get"), ["personas.user-shells"]],
  ["viewers write", wider("tenant-viewer", "", "configmaps", "create"), ["personas.viewer-writes"]],
  ["viewers read Secrets", past(roles, wider("tenant-viewer", "", "secrets", "list")), ["personas.viewer-secrets"]],
  ["viewers open shells", past(roles, wider("tenant-viewer", "", "pods/attach", "get")), ["personas.viewer-shells"]],
  [
    "administrators make tokens",
    past(roles, wider("tenant-admin", "", "serviceaccounts/token", "create")),
    ["rights.tokens", "roles.dangerous"],
  ],
  [
    "administrators escalate",
    past(roles, wider("tenant-admin", RBAC, "roles", "escalate")),
    ["rights.escalation", "roles.dangerous"],
  ],
  [
    "administrators write service accounts",
    wider("tenant-admin", "", "serviceaccounts", "patch"),
    ["rights.service-accounts"],
  ],
  ["administrators reach pods by proxy", wider("tenant-admin", "", "pods/proxy", "get"), ["rights.proxies"]],
  ["administrators write endpoints", wider("tenant-admin", "", "endpoints", "patch"), ["rights.endpoints"]],
  ["administrators write statuses", wider("tenant-admin", "", "services/status", "patch"), ["rights.statuses"]],
  ["administrators place pods", wider("tenant-admin", "", "pods/binding", "create"), ["rights.binding-pods"]],
  [
    "administrators add containers to running pods",
    wider("tenant-admin", "", "pods/ephemeralcontainers", "patch"),
    ["rights.ephemeral-containers"],
  ],
  ["a role with a wildcard", past(roles, wider("tenant-admin", "discovery.k8s.io", "*", "get")), ["roles.wildcards"]],
  [
    "a role that others collect",
    past(
      roles,
      patched(
        VIEWER,
        { metadata: { labels: { [AGGREGATE]: "true" } } },
        { metadata: { labels: { [AGGREGATE]: null } } },
      ),
    ),
    ["roles.aggregated"],
  ],
  [
    "rights in the whole cluster",
    bound("view", group("acme-viewers"), "ClusterRoleBinding"),
    [
      ...["bindings.cluster-wide", "rights.cluster-everywhere", "rights.cluster-namespaces", "rights.system"],
      "rights.other-tenants",
    ],
  ],
  [
    "a binding of everybody",
    past(subjects, bound(personaRole("tenant-viewer"), group("system:authenticated"))),
    [
      ...["bindings.broad", "bindings.named", "strangers.authenticated", "strangers.foreign-pods"],
      "personas.service-accounts",
    ],
  ],
  [
    "a binding of nobody in particular",
    past(subjects, bound(personaRole("tenant-viewer"), { apiGroup: RBAC, kind: "User", name: "system:anonymous" })),
    ["bindings.broad", "bindings.named", "strangers.anonymous"],
  ],
  ["rights of the namespace's pods", bound(personaRole("tenant-viewer"), own), ["personas.service-accounts"]],
  [
    "a binding to cluster-admin",
    past(subjects, bound("cluster-admin", group("acme-users"))),
    [
      // No more than RBAC is lost: admission still refuses them what it refuses anybody.
      ...["bindings.named", "roles.wildcards", ...INSIDE.map((it) => `rights.${it}`)],
      ...["personas.user-secrets", "personas.user-shells", "personas.user-bindings"],
    ],
  ],
];
