import { NAME } from "../../../components/contract.ts";
import { ask, type Asked, WRITE } from "../check.ts";
import type { Space } from "../space.ts";

type Row = Omit<Asked, "where"> & { id: string };

/** What would open the namespace from inside. */
const INSIDE: Row[] = [
  {
    ...{ id: "quotas", title: "Nobody here moves their own bounds" },
    controls: ["OWASP K02", "NSA resource policies"],
    denied: ask(WRITE, "resourcequotas", "limitranges"),
    ...{ allowed: "get resourcequotas", fix: "take write on resourcequotas and limitranges from their roles" },
  },
  {
    ...{ id: "network-policies", title: "Nobody here writes network policies, which only ever add" },
    controls: ["CIS 5.3.2", "OWASP K05"],
    denied: ask(WRITE, "networkpolicies.networking.k8s.io"),
    allowed: "get networkpolicies.networking.k8s.io",
    fix: "take write on networkpolicies from their roles",
  },
  {
    ...{ id: "tokens", title: "Nobody here makes tokens of service accounts" },
    controls: ["CIS 5.1.13", "OWASP K09"],
    denied: ["create serviceaccounts/token"],
    ...{ allowed: "get serviceaccounts", fix: "take create on serviceaccounts/token from their roles" },
  },
  {
    ...{ id: "service-accounts", title: "Nobody here writes service accounts" },
    controls: ["CIS 5.1.5", "OWASP K02"],
    denied: ask(WRITE, "serviceaccounts"),
    ...{ allowed: "get serviceaccounts", fix: "take write on serviceaccounts from their roles" },
  },
  {
    ...{ id: "roles", title: "Nobody here writes roles" },
    controls: ["CIS 5.1.8", "OWASP K02"],
    denied: ask(WRITE, "roles.rbac.authorization.k8s.io"),
    fix: "take write on roles from their roles",
  },
  {
    ...{ id: "escalation", title: "Nobody here may escalate, bind or impersonate" },
    controls: ["CIS 5.1.8", "OWASP K02"],
    denied: [
      ...ask(["escalate", "bind"], "roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"),
      ...ask(["impersonate"], "users", "groups", "serviceaccounts"),
    ],
    fix: "take escalate, bind and impersonate from their roles",
  },
  {
    ...{ id: "ephemeral-containers", title: "Nobody here adds containers to a running pod" },
    controls: ["OWASP K02", "NSA pod security"],
    denied: ask(["update", "patch"], "pods/ephemeralcontainers"),
    fix: "take pods/ephemeralcontainers from their roles",
  },
  {
    ...{ id: "binding-pods", title: "Nobody here puts pods on nodes past the scheduler" },
    controls: ["OWASP K02"],
    denied: ask(["create"], "pods/binding", "bindings"),
    fix: "take pods/binding and bindings from their roles",
  },
  {
    ...{ id: "proxies", title: "Nobody here reaches pods through the API server's proxy" },
    controls: ["OWASP K05", "OWASP K06"],
    denied: ask(["get", "create"], "pods/proxy", "services/proxy"),
    fix: "take pods/proxy and services/proxy from their roles",
  },
  {
    ...{ id: "endpoints", title: "Nobody here points a Service at somebody else (CVE-2021-25740)" },
    controls: ["OWASP K05"],
    denied: ask(["create", "update", "patch"], "endpoints", "endpointslices.discovery.k8s.io"),
    fix: "take write on endpoints and endpointslices from their roles",
  },
  {
    ...{ id: "statuses", title: "Nobody here writes what only controllers know" },
    controls: ["OWASP K02"],
    denied: ask(["update", "patch"], "services/status", "pods/status", "ingresses.networking.k8s.io/status"),
    fix: "take the status subresources from their roles",
  },
  {
    ...{ id: "daemons", title: "Nobody here puts a pod on every node" },
    controls: ["OWASP K02"],
    denied: ask(["create", "update", "patch"], "daemonsets.apps"),
    fix: "take write on daemonsets from their roles",
  },
  {
    ...{ id: "namespace", title: "Nobody here writes or deletes the namespace" },
    controls: ["CIS 5.6.1", "OWASP K02"],
    denied: ask(["update", "patch", "delete"], "namespaces").concat(
      ask(["update", "patch"], "namespaces/status", "namespaces/finalize"),
    ),
    fix: "take write on namespaces from their roles",
  },
];

const READS = [
  "get pods",
  "list secrets",
  "create pods",
  "create deployments.apps",
  "create pods/exec",
  "create rolebindings.rbac.authorization.k8s.io",
];
/** As many foreign namespaces as say enough: a right in one of them is a right too many. */
const OTHERS = 10;

const ELSEWHERE: Asked[] = [
  {
    ...{ id: "rights.system", title: "Nobody here has rights where the cluster itself runs" },
    controls: ["CIS 5.1.1", "OWASP K02", "NSA authentication"],
    denied: READS,
    where: ({ platform, namespace }) =>
      ["kube-system", "kube-public", NAME.system, NAME.gateway].filter(
        (it) => it !== namespace && platform.namespaces.includes(it),
      ),
    nobody: "nobody is bound here",
    fix: "delete the bindings in the namespaces named",
  },
  {
    ...{ id: "rights.other-tenants", title: "Nobody here has rights at another tenant's" },
    controls: ["CIS 5.6.1", "OWASP K02", "NSA authentication"],
    denied: READS,
    where: others,
    nobody: "there is no other tenant on this cluster",
    fix: "delete the bindings in the namespaces named",
  },
];

function others({ platform, tenant, namespace }: Space): string[] {
  const foreign = [...platform.tenants].filter(([name, owner]) => name !== namespace && owner !== tenant);
  return foreign.map(([name]) => name).slice(0, OTHERS);
}

export const RIGHTS: Asked[] = [...INSIDE.map((it) => ({ ...it, id: `rights.${it.id}` })), ...ELSEWHERE];
