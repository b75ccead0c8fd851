/** A kind as questions and trials name it: "pods", "pods/exec", "deployments.apps". */
export interface ResourceParts {
  group: string;
  resource: string;
  subresource: string;
}

export function partsOf(name: string): ResourceParts {
  const [whole = "", subresource = ""] = name.split("/");
  const [resource = "", ...group] = whole.split(".");
  return { group: group.join("."), resource, subresource };
}

/** All that is tried is at version 1 of its group. */
export function pathOf(resource: string, namespace: string, name?: string): string {
  const { group, resource: plural, subresource } = partsOf(resource);
  const root = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  const home = plural === "namespaces" ? root : `${root}/namespaces/${encodeURIComponent(namespace)}`;
  return [home, plural, name === undefined ? undefined : encodeURIComponent(name), subresource]
    .filter(Boolean)
    .join("/");
}
