import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";

export const RBAC = "/apis/rbac.authorization.k8s.io/v1";
export const ADMISSION = "/apis/admissionregistration.k8s.io/v1";

export interface Try {
  method: Parameters<Cluster["request"]>[0];
  path: string;
  body?: object;
  /** Default: server-side apply for PATCH. */
  contentType?: string;
  query?: Record<string, string>;
  as?: string;
}

export const get = (path: string, query: Record<string, string> = {}): Try => ({ method: "GET", path, query });
export const post = (path: string, body: object): Try => ({ method: "POST", path, body });
export const remove = (path: string): Try => ({ method: "DELETE", path });
export const merge = (path: string, body: object): Try => ({
  method: "PATCH",
  path,
  body,
  contentType: "application/merge-patch+json",
});
export const apply = (path: string, kind: string, apiVersion: string, rest: object): Try => {
  const [, namespace, name] = /\/namespaces\/([^/]+)\/[^/]+\/([^/]+)$/.exec(path) ?? [];
  const metadata = { name: name ?? path.split("/").at(-1), namespace };
  return {
    method: "PATCH",
    path,
    body: { apiVersion, kind, metadata, ...rest },
    contentType: "application/apply-patch+yaml",
  };
};

export const binding = (namespace: string, name: string, role: string, group: string): Try =>
  apply(`${RBAC}/namespaces/${namespace}/rolebindings/${name}`, "RoleBinding", "rbac.authorization.k8s.io/v1", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
  });
export const namespace = (name: string, labels: Record<string, string>): Try =>
  apply(`/api/v1/namespaces/${name}`, "Namespace", "v1", { metadata: { name, labels } });
export const mark = { [LABEL.tenant]: "evil", [LABEL.fleet]: "local", [LABEL.space]: "x" };
export const wide = { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] };
export const secret = (where: string, name: string, type: string): Try =>
  apply(`/api/v1/namespaces/${where}/secrets/${name}`, "Secret", "v1", {
    metadata: { name, namespace: where, annotations: { "kubernetes.io/service-account.name": "deployer" } },
    type,
  });

/** The platform's own Deployment once more, somewhere or changed. */
export const web = (
  live: KubeObject,
  where: string,
  change: (pod: Record<string, unknown>) => void = () => undefined,
): Try => {
  const spec = structuredClone(live["spec"]) as { template: { spec: Record<string, unknown> } };
  change(spec.template.spec);
  const metadata = { name: "web", namespace: where, labels: live.metadata.labels };
  return apply(`/apis/apps/v1/namespaces/${where}/deployments/web`, "Deployment", "apps/v1", { metadata, spec });
};
