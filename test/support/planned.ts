import { LABEL } from "../../components/contract.ts";
import { type KubeObject, refKey, refOf } from "../../engine/cluster/object.ts";
import type { PlannedObject } from "../../engine/plan/objects.ts";

const STEPS: Record<string, number> = { Namespace: 1, ResourceQuota: 2, NetworkPolicy: 2, RoleBinding: 2 };
const GROUPS: Record<string, string> = {
  NetworkPolicy: "networking.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
  Deployment: "apps/v1",
};

/** A planned object of tenant acme in fleet "test"; "Kind namespace/name", or "Kind name" in no namespace. */
export function planned(
  what: string,
  fields: Record<string, unknown> = {},
  { tenant = "acme", secrets = [], ...more }: Partial<PlannedObject> = {},
): PlannedObject {
  const [kind = "", place = ""] = what.split(" ");
  const [first = "", second] = place.split("/");
  const object: KubeObject = {
    apiVersion: GROUPS[kind] ?? "v1",
    kind,
    metadata: {
      name: second ?? first,
      ...(second !== undefined && { namespace: first }),
      labels: { [LABEL.fleet]: "test", [LABEL.tenant]: tenant },
    },
    ...fields,
  };
  return {
    key: refKey(refOf(object)),
    urn: `urn:x::${kind}::${place}`,
    tenant,
    object,
    secrets,
    step: STEPS[kind] ?? 3,
    ...more,
  };
}

/** A namespace with its guards and one thing in it. */
export const spaceOf = (name: string): PlannedObject[] => [
  planned(`Namespace ${name}`),
  planned(`ResourceQuota ${name}/quota`, { spec: { hard: { pods: "5" } } }),
  planned(`NetworkPolicy ${name}/closed`, { spec: { podSelector: {}, policyTypes: ["Ingress"] } }),
  planned(`ConfigMap ${name}/settings`, { data: { a: "1" } }),
];
