import { ask, type Asked, WRITE } from "../check.ts";

/** What would open the whole cluster. */
const ROWS: Omit<Asked, "where">[] = [
  {
    ...{ id: "nodes", title: "Nobody here reaches nodes: get on nodes/proxy runs commands in every pod" },
    controls: ["CIS 5.1.10", "OWASP K06"],
    denied: ask(["get", "create"], "nodes/proxy").concat(ask(["list", "update", "patch"], "nodes")),
    fix: "take nodes and nodes/proxy from their roles",
  },
  {
    ...{ id: "volumes", title: "Nobody here makes volumes, which may be a node's files" },
    controls: ["CIS 5.1.9", "OWASP K02"],
    denied: ask(["create", "update", "patch", "delete"], "persistentvolumes", "storageclasses.storage.k8s.io"),
    fix: "take persistentvolumes and storageclasses from their roles",
  },
  {
    ...{ id: "admission", title: "Nobody here writes what judges all requests" },
    controls: ["CIS 5.1.12", "OWASP K04"],
    denied: ask(
      ["create", "update", "patch", "delete"],
      ...["validatingwebhookconfigurations", "mutatingwebhookconfigurations"].map(
        (it) => `${it}.admissionregistration.k8s.io`,
      ),
      ...["validatingadmissionpolicies", "validatingadmissionpolicybindings"].map(
        (it) => `${it}.admissionregistration.k8s.io`,
      ),
    ),
    fix: "take admissionregistration.k8s.io from their roles",
  },
  {
    ...{ id: "kinds", title: "Nobody here adds kinds or API servers" },
    controls: ["OWASP K02"],
    denied: ask(WRITE, "customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io"),
    fix: "take customresourcedefinitions and apiservices from their roles",
  },
  {
    ...{ id: "cluster-roles", title: "Nobody here writes rights of the whole cluster" },
    controls: ["CIS 5.1.1", "OWASP K02"],
    denied: ask(WRITE, "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io"),
    fix: "take clusterroles and clusterrolebindings from their roles",
  },
  {
    ...{ id: "certificates", title: "Nobody here signs certificates, and with them identities" },
    controls: ["CIS 5.1.11", "OWASP K09"],
    denied: ["update certificatesigningrequests.certificates.k8s.io/approval", "approve signers.certificates.k8s.io"],
    fix: "take certificatesigningrequests/approval and signers from their roles",
  },
  {
    ...{ id: "classes", title: "Nobody here makes classes of priority, runtime, ingress or flow" },
    controls: ["OWASP K02", "NSA resource policies"],
    denied: ask(
      ["create", "update", "patch"],
      ...["priorityclasses.scheduling.k8s.io", "runtimeclasses.node.k8s.io", "ingressclasses.networking.k8s.io"],
      ...["flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"],
    ),
    fix: "take these kinds from their roles",
  },
  {
    ...{ id: "namespaces", title: "Nobody here makes namespaces or lists them" },
    controls: ["CIS 5.6.1", "OWASP K02"],
    denied: ["create namespaces", "list namespaces", "watch namespaces"],
    fix: "take namespaces from their roles",
  },
  {
    ...{ id: "everywhere", title: "Nobody here reads or runs anything in all namespaces" },
    controls: ["CIS 5.1.2", "CIS 5.1.4", "OWASP K02"],
    denied: ["list secrets", "list pods", "create pods", "create pods/exec", "list configmaps"],
    fix: "bind their roles in their own namespaces, by RoleBindings",
  },
];

export const CLUSTER_RIGHTS: Asked[] = ROWS.map((it) => ({
  ...it,
  id: `rights.cluster-${it.id}`,
  where: () => ["cluster"],
}));
