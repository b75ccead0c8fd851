import type { KubeObject } from "../../engine/cluster/object.ts";

export interface FakeAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A kind the fake serves, as discovery tells it. */
export interface FakeKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

export const KINDS: FakeKind[] = [
  { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
  { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true },
  { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true },
  { group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases", namespaced: true },
];

export const refusal = (status: number, reason: string, message: string, details: object = {}): FakeAnswer => ({
  status,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, details, code: status },
});

/** Objects by path, with resourceVersions that only grow: what optimistic locking and paging stand on. */
export class FakeStore {
  readonly objects = new Map<string, KubeObject>();
  /** Namespaces that creating in demands. */
  namespaces = new Set(["default"]);
  #version = 100;

  put(path: string, object: KubeObject): FakeAnswer {
    const old = this.objects.get(path);
    const asked = object.metadata.resourceVersion;
    if (asked && asked !== old?.metadata.resourceVersion)
      return refusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
    const version = String((this.#version += 1));
    const metadata = { ...object.metadata, resourceVersion: version, uid: old?.metadata.uid ?? `uid-${version}` };
    const live = structuredClone({ ...object, metadata });
    this.objects.set(path, live);
    return { status: old ? 200 : 201, body: live };
  }

  post(collection: string, object: KubeObject): FakeAnswer {
    const namespace = /\/namespaces\/([^/]+)\//.exec(collection)?.[1];
    if (namespace && !this.namespaces.has(namespace))
      return refusal(404, "NotFound", `namespaces "${namespace}" not found`, { kind: "namespaces", name: namespace });
    const path = `${collection}/${object.metadata.name}`;
    if (this.objects.has(path)) return refusal(409, "AlreadyExists", `"${object.metadata.name}" already exists`);
    return this.put(path, object);
  }

  remove(path: string, preconditions?: { uid?: string; resourceVersion?: string }): FakeAnswer {
    const old = this.objects.get(path);
    if (!old) return refusal(404, "NotFound", "not found");
    if (preconditions?.uid && preconditions.uid !== old.metadata.uid)
      return refusal(409, "Conflict", "the UID in the precondition does not match");
    this.objects.delete(path);
    return { status: 200, body: { kind: "Status", status: "Success" } };
  }

  list(collection: string, limit: number, from: string): FakeAnswer {
    // "/api/v1/pods" is those of all namespaces, "/api/v1/namespaces/a/pods" of one.
    const [, root = "", plural = ""] = /^(.*)\/([^/]+)$/.exec(collection) ?? [];
    const within = ([path]: [string, unknown]) =>
      path.startsWith(`${collection}/`) ||
      (path.startsWith(`${root}/namespaces/`) && path.split("/").at(-2) === plural);
    const all = [...this.objects]
      .filter(within)
      .map(([, item]) => ({ ...item, apiVersion: undefined, kind: undefined }));
    const start = Number(from || 0);
    const more = start + limit < all.length ? { continue: String(start + limit) } : {};
    return { status: 200, body: { kind: "List", metadata: more, items: all.slice(start, start + limit) } };
  }
}

/** One answer of aggregated discovery. */
export function discoveryOf(kinds: FakeKind[], core: boolean): unknown {
  const groups = Map.groupBy(
    kinds.filter(({ group }) => (group === "") === core),
    ({ group, version }) => `${group}/${version}`,
  );
  const items = [...groups].map(([key, members]) => ({
    metadata: { name: key.split("/")[0] },
    versions: [
      {
        version: key.split("/")[1],
        resources: members.map(({ kind, plural, namespaced }) => ({
          resource: plural,
          scope: namespaced ? "Namespaced" : "Cluster",
          responseKind: { kind },
        })),
      },
    ],
  }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", items };
}
