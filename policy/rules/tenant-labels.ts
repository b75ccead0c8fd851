import { LABEL, NAME } from "../../components/contract.ts";
import { isPlatformNamespace, tenantOf, text, type KubeObject } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { notPlatform } from "../judging/exemption.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "tenant-labels";
/** Kinds of the built-in groups that live in no namespace: they are the platform's. */
const CLUSTER_WIDE =
  /^(Namespace|Node|PersistentVolume|ClusterRole|ClusterRoleBinding|StorageClass|PriorityClass|RuntimeClass|IngressClass|CustomResourceDefinition|APIService|FlowSchema|ClusterNetworkPolicy|PriorityLevelConfiguration|ComponentStatus|CSI(Driver|Node)|VolumeAttach.*|CertificateSigningRequest|.*Webhook.*|.*AdmissionPolicy.*|GatewayClass|ClusterIssuer|ClusterSecretStore)$/;
const OWNED = ["configmaps", "secrets", "services", "serviceaccounts", "persistentvolumeclaims", "pods", "limitranges"];
const SYSTEM = "^(kube|openshift|istio|argocd|cert-manager|velero)(-|$)|^default$";

/**
 * Rules and admission bindings find tenants by their label: a namespace without one would be outside all of them,
 * and an object with another tenant's label would be counted, selected and pruned as that tenant's.
 */
export const tenantLabels: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "Namespaces say whose they are, and objects in a tenant's namespace carry that tenant's labels.",
      remediationSteps: `Set ${LABEL.tenant} and ${LABEL.fleet} in metadata.labels, or ${LABEL.part}=platform on a platform namespace.`,
    },
    (object) => {
      if (object.kind === "Namespace" && object.group === "core") return namespaceFaults(object);
      if (CLUSTER_WIDE.test(object.kind) || isPlatformNamespace(object.namespace)) return [];
      const what = `${object.kind} "${object.name}" in namespace "${object.namespace}"`;
      if (object.namespace === "default") return [`${what}: want a namespace of a tenant or of the platform`];
      return labelFaults(what, object, tenantOf(object.namespace));
    },
  ),
  admission: ({ platformGroups }) =>
    twin({
      name,
      scope: "cluster",
      match: [
        { apiGroups: [""], resources: ["namespaces", "replicationcontrollers", ...OWNED] },
        { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
        { apiGroups: ["batch"], resources: ["jobs", "cronjobs"] },
        { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "networkpolicies"] },
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"] },
      ],
      conditions: {
        ...notPlatform(platformGroups),
        // Match conditions see no namespaceObject (it is always null there), so objects are sorted out below.
        "not-system": `request.resource.resource != "namespaces" || !object.metadata.name.matches(${cel(SYSTEM)})`,
        "labels-changed": 'request.operation == "CREATE" || object.metadata.?labels != oldObject.metadata.?labels',
      },
      variables: {
        labels: "object.metadata.?labels.orValue({})",
        tenant: `variables.labels[?${cel(LABEL.tenant)}].orValue("")`,
        isNamespace: 'request.resource.resource == "namespaces"',
        platform: `variables.labels[?${cel(LABEL.part)}].orValue("") == "platform"`,
        home: `namespaceObject == null ? "" : namespaceObject.metadata.?labels[?${cel(LABEL.tenant)}].orValue("")`,
        rest: `object.metadata.name.startsWith(variables.tenant + "-") ? object.metadata.name.substring(size(variables.tenant) + 1) : ""`,
      },
      verdicts: [
        {
          found:
            'variables.isNamespace && (variables.platform ? variables.tenant != "" || ' +
            `!object.metadata.name.startsWith("${NAME.manager}-")` +
            ' : variables.tenant == "" || variables.rest == "" || variables.rest.contains("-") || ' +
            `object.metadata.name.startsWith("${NAME.manager}-") || variables.labels[?${cel(LABEL.fleet)}].orValue("") == "") ? ["namespace " + object.metadata.name] : []`,
          wanted: `${LABEL.tenant} and ${LABEL.fleet} on a namespace named TENANT-SPACE, or ${LABEL.part}=platform on one of the platform`,
        },
        {
          found:
            '!variables.isNamespace && variables.home != "" && variables.tenant != "" && variables.tenant != variables.home ? [variables.tenant] : []',
          wanted: `the tenant of this namespace in ${LABEL.tenant}`,
        },
      ],
    }),
};

function namespaceFaults(object: KubeObject): string[] {
  const what = `namespace "${object.name}"`;
  const [tenant, part] = [text(object.labels[LABEL.tenant]), text(object.labels[LABEL.part])];
  if (part === "platform")
    return tenant === "" && isPlatformNamespace(object.name)
      ? []
      : [`${what} is labelled ${LABEL.part}=platform, want that only on the platform's own names and without a tenant`];
  if (tenant === "") return [`${what} has neither ${LABEL.tenant} nor ${LABEL.part}=platform, want one of them`];
  if (isPlatformNamespace(object.name))
    return [`${what} is given to tenant "${tenant}", want a name that is not reserved`];
  return labelFaults(what, object, tenantOf(object.name));
}

function labelFaults(what: string, object: KubeObject, tenant: string): string[] {
  const found = object.labels[LABEL.tenant];
  const faults =
    tenant !== "" && found === tenant
      ? []
      : [
          `${what} has ${LABEL.tenant} ${text(found) === "" ? "unset" : `"${text(found)}"`}, want "${tenant || "TENANT, and the name TENANT-SPACE"}"`,
        ];
  return text(object.labels[LABEL.fleet]) === ""
    ? [...faults, `${what} has ${LABEL.fleet} unset, want the fleet's name`]
    : faults;
}
