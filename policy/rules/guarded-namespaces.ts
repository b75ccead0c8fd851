import type { PolicyResource } from "@pulumi/policy";
import { LABEL } from "../../components/contract.ts";
import { fields, kubeObjects, list, says, text, type KubeObject } from "../judging/kube-object.ts";
import type { Guardrail } from "./guardrail.ts";

/** A quota limits only what it names. `count/pods` counts finished pods too, which `pods` does not. */
export const QUOTA_KEYS = [
  "requests.cpu",
  "requests.memory",
  "requests.ephemeral-storage",
  "requests.storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "services",
  "services.nodeports",
  "services.loadbalancers",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "count/pods",
  "count/jobs.batch",
  "count/cronjobs.batch",
  "count/deployments.apps",
  "count/ingresses.networking.k8s.io",
  "count/networkpolicies.networking.k8s.io",
];
const NONE = ["services.nodeports", "services.loadbalancers"];

/**
 * Deletions pass every rule that looks at one resource: a namespace that lost its quota, its limits or its default-deny
 * is only seen by looking at all of them.
 */
export const guardedNamespaces: Guardrail = {
  span: "tenant",
  rule: {
    name: "guarded-namespaces",
    enforcementLevel: "mandatory",
    severity: "critical",
    description: "Each namespace of a tenant has a full quota, limits and a default-deny both ways.",
    remediationSteps: "Make the namespace with the Tenant component, which brings all three.",
    validateStack: ({ resources }, report) => {
      const placed = resources.flatMap((it) =>
        kubeObjects(it.type, it.props).map((object) => ({ object, urn: it.urn })),
      );
      const objects = placed.map(({ object }) => object);
      for (const { object, urn } of placed)
        if (isTenantNamespace(object)) for (const fault of faults(object.name, objects)) report(fault, urn);
      for (const fault of resources.flatMap((it) => absent(it, objects))) report(...fault);
    },
  },
};

const isTenantNamespace = ({ group, kind, labels }: KubeObject): boolean =>
  group === "core" && kind === "Namespace" && says(labels[LABEL.tenant]);

/** Spaces that a Tenant component promises and nothing makes. */
function absent({ type, props, urn }: PolicyResource, objects: KubeObject[]): [string, string][] {
  if (type !== "tenantry:tenancy:Tenant") return [];
  const { tenant, spaces, namespaces } = fields(props);
  // The CLI shows outputs, the direct engine inputs: either tells.
  const promised = list(spaces).map((it) => `${text(tenant)}-${text(fields(it).name)}`);
  return [...new Set([...promised, ...list(namespaces).map(text)])]
    .filter((name) => !objects.some((it) => isTenantNamespace(it) && it.name === name))
    .map((name) => [`namespace "${name}" is missing, want one for each space`, urn]);
}

function faults(namespace: string, objects: KubeObject[]): string[] {
  const inside = objects.filter((it) => it.namespace === namespace);
  const what = `namespace "${namespace}"`;
  // A scoped quota limits some pods only, so it cannot be the full one.
  const quotas = inside.filter(
    (it) => it.kind === "ResourceQuota" && !says(it.spec.scopes) && !says(it.spec.scopeSelector),
  );
  return [
    ...quotaFaults(what, quotas),
    ...(inside.some(
      (it) => it.kind === "LimitRange" && list(it.spec.limits).some((limit) => fields(limit).type === "Container"),
    )
      ? []
      : [`${what} has no LimitRange for containers, want one`]),
    ...(inside.some(isDefaultDeny) ? [] : [`${what} has no default-deny both ways, want a NetworkPolicy for all pods`]),
  ];
}

function quotaFaults(what: string, quotas: KubeObject[]): string[] {
  if (quotas.length === 0) return [`${what} has no ResourceQuota without scopes, want one`];
  const hard = Object.assign({}, ...quotas.map((it) => fields(it.spec.hard))) as Record<string, unknown>;
  const missing = QUOTA_KEYS.filter((key) => !(key in hard));
  const open = NONE.filter((key) => key in hard && !["0", 0].includes(hard[key] as string | number));
  return [
    ...(missing.length === 0 ? [] : [`${what} has a quota without ${missing.join(", ")}, want every key`]),
    ...open.map((key) => `${what} allows ${key} ${text(hard[key])}, want 0`),
  ];
}

const isDefaultDeny = ({ group, kind, spec }: KubeObject): boolean =>
  group === "networking.k8s.io" &&
  kind === "NetworkPolicy" &&
  !says(spec.podSelector) &&
  ["Ingress", "Egress"].every((it) => list(spec.policyTypes).includes(it)) &&
  !says(spec.ingress) &&
  !says(spec.egress);
