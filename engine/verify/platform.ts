import { LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/object.ts";
import { record } from "../cluster/status.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io/v1";

/** What the cluster holds once, read once for all namespaces. */
export interface Platform {
  /** Tenant by namespace, for every namespace that has one. */
  tenants: Map<string, string>;
  namespaces: string[];
  /** ClusterRoles by name. */
  clusterRoles: Map<string, KubeObject>;
  clusterBindings: KubeObject[];
  /** Admission policies of this platform. */
  policies: KubeObject[];
  policyBindings: KubeObject[];
  /** Who the cluster says runs the fleet; undefined where there is no fleet. */
  runner?: string;
}

export async function readPlatform(cluster: Cluster): Promise<Platform> {
  const listed = (apiVersion: string, kind: string) => cluster.listAll({ apiVersion, kind });
  const [namespaces, roles, bindings, policies, policyBindings, fleet] = await Promise.all([
    listed("v1", "Namespace"),
    listed(RBAC, "ClusterRole"),
    listed(RBAC, "ClusterRoleBinding"),
    listed(ADMISSION, "ValidatingAdmissionPolicy"),
    listed(ADMISSION, "ValidatingAdmissionPolicyBinding"),
    cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: NAME.system, name: NAME.fleet }),
  ]);
  const runner = record(fleet?.["data"])["runner"];
  return {
    tenants: new Map(
      namespaces.flatMap(({ metadata }) => {
        const tenant = metadata.labels?.[LABEL.tenant];
        return tenant ? [[metadata.name, tenant] as const] : [];
      }),
    ),
    namespaces: namespaces.map((it) => it.metadata.name),
    clusterRoles: new Map(roles.map((it) => [it.metadata.name, it])),
    clusterBindings: bindings,
    policies: policies.filter((it) => it.metadata.labels?.[LABEL.part] === "platform"),
    policyBindings,
    ...(typeof runner === "string" && { runner }),
  };
}
