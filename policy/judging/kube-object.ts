import { LABEL } from "../../components/contract.ts";
import { reservedNamespace } from "../../tenants/names.ts";

export type Fields = Record<string, unknown>;

/** What a rule judges: one Kubernetes object, with every shape made safe to read. */
export interface KubeObject {
  /** API group, "core" for the oldest one. */
  group: string;
  kind: string;
  /** Name in the cluster; "" when it has none. */
  name: string;
  /** Where it lives; what says nothing lands in "default". */
  namespace: string;
  labels: Fields;
  annotations: Fields;
  spec: Fields;
  body: Fields;
}

/** The fields of an object, or none: an exception in a rule would stop a whole deployment. */
export const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
/** Whether a field says anything: absent, null, "", 0, false, {} and [] say nothing. */
export const says = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);

const TYPE = /^kubernetes:([^:/]+)(?:\/[^:]+)?:([A-Za-z]+)$/;

/**
 * The objects a Pulumi resource writes. A Patch is judged as if it were the whole object and a List item by item:
 * otherwise `DeploymentPatch` and `DeploymentList` would be ways around every rule.
 */
export function kubeObjects(type: string, props: unknown): KubeObject[] {
  const [, group = "", typed = ""] = TYPE.exec(type) ?? [];
  // A release or a chart is no object: it is judged as such, and what is inside as what it is.
  if (group === "" || group === "helm.sh") return [];
  const kind = typed.replace(/(?<=.)Patch$/, "");
  const items = kind.endsWith("List") ? fields(props).items : undefined;
  if (!Array.isArray(items)) return [kubeObject(group, kind, fields(props))];
  return items.map((item: unknown) => {
    const body = fields(item);
    const itemGroup = text(body.apiVersion).split("/")[0] ?? "";
    return kubeObject(
      itemGroup === "" ? group : itemGroup === "v1" ? "core" : itemGroup,
      text(body.kind) || kind.replace(/List$/, ""),
      body,
    );
  });
}

function kubeObject(group: string, kind: string, body: Fields): KubeObject {
  const metadata = fields(body.metadata);
  return {
    group,
    kind,
    name: text(metadata.name),
    namespace: text(metadata.namespace) || "default",
    labels: fields(metadata.labels),
    annotations: fields(metadata.annotations),
    spec: fields(body.spec),
    body,
  };
}

/** Namespaces of the cluster and of the platform, by name: a label could be copied. */
export const isPlatformNamespace = (name: string): boolean => name !== "default" && reservedNamespace(name);

/** Judged as a tenant's: everything outside the platform's namespaces, labelled or not, and all that says it is. */
export const isTenants = (object: KubeObject): boolean =>
  !isPlatformNamespace(object.namespace) || says(object.labels[LABEL.tenant]);

/** The tenant a namespace belongs to by its name: a space has no dash, so the last dash splits. */
export const tenantOf = (namespace: string): string => namespace.slice(0, Math.max(0, namespace.lastIndexOf("-")));
