import { app, tenantFile } from "./fleet-tenants.ts";

const file = (id: string, more: object = {}, spaces: object = { main: {} }) => tenantFile(id, spaces, more);
const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: smuggled }\nrules: []\n";
const groups = (...admins: string[]) => ({ owner: { email: "ops@evil.example", groups: { admins } } });

/** Tenant files that want more than a tenant: each is refused by what it says, and named with file and line. */
export const SMUGGLING: Record<string, string> = {
  "role.yaml": role,
  "second-document.yaml": `${file("second")}---\n${role}`,
  "manifests.yaml": file("manifests", { manifests: [{ apiVersion: "v1", kind: "Namespace" }] }),
  "object-in-space.yaml": file("inspace", {}, { main: { resources: [{ kind: "ClusterRoleBinding" }] } }),
  "foreign-namespace.yaml": file("foreign", {}, { main: { namespace: "kube-system" } }),
  "reserved.yaml": file("kube", {}, { system: {} }),
  "platform.yaml": file("tenantry", {}, { system: {} }),
  "path.yaml": file("../../kube-system"),
  "dotted-space.yaml": file("dotted", {}, { "../kube-system": {} }),
  "template.yaml": file("{{ .Values.id }}"),
  "shell.yaml": file("a$(kubectl delete ns --all)"),
  "yaml-in-name.yaml": file("a\nkind: ClusterRole"),
  "yaml-in-group.yaml": file("ingroup", groups("a\n- system:masters")),
  "masters.yaml": file("masters", groups("system:masters")),
  "everybody.yaml": file("everybody", groups("system:authenticated")),
  "list-in-group.yaml": file("listgroup", groups("evil,globex-admins")),
  "image.yaml": file("image", {}, { main: { app: app({ image: "evil.example/x:latest\n  privileged: true" }) } }),
  "security.yaml": file("security", {}, { main: { app: app({ securityContext: { privileged: true } }) } }),
  "host-path.yaml": file("hostpath", {}, { main: { app: app({ volume: { size: "1Gi", hostPath: "/" } }) } }),
  "labels.yaml": file("labels", { labels: { "pod-security.kubernetes.io/enforce": "privileged" } }),
  "metadata-service.yaml": file("metadata", { egress: [{ cidr: "169.254.169.254/32", reason: "credentials" }] }),
  "others-domain.yaml": file("domain", { domains: ["acme.example"] }),
  "prototype.yaml": `${file("prototype")}__proto__: { plan: enterprise }\n`,
  "tag.yaml": `${file("tagged")}owner2: !!js/function "function () { return 1 }"\n`,
};

/** Names that would meet in one namespace, were names put together carelessly. */
export const SQUATTING: Record<string, string> = {
  "dashed-space.yaml": file("acme", {}, { "dev-x": {} }),
  "same-id-a.yaml": file("twin"),
  "same-id-b.yaml": file("twin"),
  "long.yaml": file("a".repeat(64)),
  "reserved-prefix.yaml": file("kube-x"),
};
