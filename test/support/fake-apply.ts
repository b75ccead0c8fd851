import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ManagedFields } from "../../engine/cluster/object.ts";
import type { Call, FakeApi, Fault } from "./fake-api.ts";
import { dropAt, leaves, SEPARATOR, setAt } from "./fake-fields.ts";
import { type FakeAnswer, refusal } from "./fake-store.ts";

const kind = (group: string, version: string, kind: string, plural: string, namespaced = true) => ({
  group,
  version,
  kind,
  plural,
  namespaced,
});

const MORE_KINDS = [
  kind("", "v1", "ResourceQuota", "resourcequotas"),
  kind("", "v1", "LimitRange", "limitranges"),
  kind("", "v1", "ServiceAccount", "serviceaccounts"),
  kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
  kind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
  kind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
];

/** What server-side apply adds to the fake API: owners of fields, conflicts, dry runs, selectors, namespaces that take what is in them. */
export class FakeApply {
  readonly api: FakeApi;
  /** Decides each call's fate before apply does; as FakeApi.fault. */
  fault: (call: Call) => Fault | Promise<Fault> = () => undefined;
  #now = Date.UTC(2026, 0, 1);

  constructor(api: FakeApi) {
    this.api = api;
    api.kinds.push(...MORE_KINDS);
    api.fault = async (call) => {
      const fault = await this.fault(call);
      if (fault === "lost") {
        if (!this.#serve(call)) return "lost";
        return "reset";
      }
      return fault ?? this.#serve(call);
    };
  }

  live(path: string): KubeObject | undefined {
    return this.api.store.objects.get(path);
  }

  /** Somebody else writes fields: what changes becomes theirs. */
  edit(path: string, manager: string, change: (object: KubeObject) => void): void {
    const old = this.live(path);
    if (!old) throw new Error(`nothing at ${path}`);
    const next = structuredClone(old);
    change(next);
    const [before, after] = [leaves(old), leaves(next)];
    const taken = [...new Set([...before.keys(), ...after.keys()])].filter(
      (it) => !isDeepStrictEqual(before.get(it), after.get(it)),
    );
    const others = ownersOf(old).map((it) => ({ ...it, fields: it.fields.filter((field) => !taken.includes(field)) }));
    const written = { manager, operation: "Update", time: this.#time(), fields: taken.filter((it) => after.has(it)) };
    this.#store(path, next, [...others, written]);
  }

  /** An object as somebody else made it. */
  plant(path: string, object: KubeObject, manager: string): void {
    this.api.store.put(path, object);
    if (object.kind === "Namespace") this.api.store.namespaces.add(object.metadata.name);
    const fields = [...leaves(object).keys()];
    this.#store(path, { ...object, metadata: { ...this.live(path)?.metadata, ...object.metadata } }, [
      { manager, operation: "Update", time: this.#time(), fields },
    ]);
  }

  #serve(call: Call): FakeAnswer | undefined {
    const { method, path, headers } = call;
    if (method === "PATCH" && headers["content-type"] === "application/apply-patch+yaml") return this.#apply(call);
    if (method === "DELETE") this.#empty(path);
    if (method === "GET" && call.query.get("labelSelector")) return this.#select(call);
    return undefined;
  }

  #apply({ path, query, body }: Call): FakeAnswer {
    const manager = query.get("fieldManager") ?? "";
    const asked = body as KubeObject;
    const namespace = /\/namespaces\/([^/]+)\/./.exec(path)?.[1];
    if (namespace && !this.api.store.namespaces.has(namespace))
      return refusal(404, "NotFound", `namespaces "${namespace}" not found`, { kind: "namespaces", name: namespace });
    const old = this.live(path);
    const owners = old ? ownersOf(old) : [];
    const wanted = leaves(asked);
    const held = leaves(old ?? asked);
    const others = owners.filter((it) => !(it.manager === manager && it.operation === "Apply"));
    const disputed = others.flatMap((it) =>
      it.fields
        .filter((field) => wanted.has(field) && !isDeepStrictEqual(wanted.get(field), held.get(field)))
        .map((field) => ({ manager: it.manager, field })),
    );
    if (disputed.length > 0 && query.get("force") !== "true") return conflict(disputed);
    const mine = owners.find((it) => it.manager === manager && it.operation === "Apply");
    const next = structuredClone(old ?? asked);
    for (const [field, value] of wanted) setAt(next, field, value);
    for (const field of mine?.fields ?? [])
      if (!wanted.has(field) && !others.some((it) => it.fields.includes(field))) dropAt(next, field);
    const fields = [...wanted.keys()].toSorted();
    const same = old && isDeepStrictEqual(leaves(old), leaves(next)) && isDeepStrictEqual(mine?.fields, fields);
    if (same) return { status: 200, body: old };
    if (query.get("dryRun")) return { status: 200, body: next };
    const left = others.map((it) => ({
      ...it,
      fields: it.fields.filter((field) => !disputed.some((one) => one.manager === it.manager && one.field === field)),
    }));
    if (next.kind === "Namespace") this.api.store.namespaces.add(next.metadata.name);
    return this.#store(path, next, [...left, { manager, operation: "Apply", time: this.#time(), fields }]);
  }

  #store(path: string, object: KubeObject, owners: Owner[]): FakeAnswer {
    const managedFields = owners.filter((it) => it.fields.length > 0).map(toManaged);
    return this.api.store.put(path, {
      ...object,
      metadata: { ...object.metadata, resourceVersion: undefined, managedFields },
    });
  }

  /** A namespace takes all that is in it. */
  #empty(path: string): void {
    const name = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path)?.[1];
    if (name === undefined) return;
    this.api.store.namespaces.delete(name);
    for (const it of this.api.store.objects.keys())
      if (it.includes(`/namespaces/${name}/`)) this.api.store.objects.delete(it);
  }

  #select({ path, query }: Call): FakeAnswer {
    const wanted = (query.get("labelSelector") ?? "").split(",").map((it) => it.split("="));
    const { body } = this.api.store.list(path, Infinity, "");
    const items = (body as { items: KubeObject[] }).items.filter(({ metadata }) =>
      wanted.every(([key = "", value]) =>
        value === undefined ? key in (metadata.labels ?? {}) : metadata.labels?.[key] === value,
      ),
    );
    return { status: 200, body: { kind: "List", metadata: {}, items } };
  }

  #time = (): string => new Date((this.#now += 1000)).toISOString();
}

interface Owner {
  manager: string;
  operation: string;
  time: string;
  fields: string[];
}

const toManaged = ({ fields, ...rest }: Owner): ManagedFields => ({
  ...rest,
  apiVersion: "v1",
  fieldsV1: Object.fromEntries(fields.map((it) => [it, {}])),
});

const ownersOf = ({ metadata }: KubeObject): Owner[] =>
  (metadata.managedFields ?? []).map(({ manager = "", operation = "", time = "", fieldsV1 = {} }) => ({
    manager,
    operation,
    time,
    fields: Object.keys(fieldsV1),
  }));

function conflict(disputed: { manager: string; field: string }[]): FakeAnswer {
  const causes = disputed.map(({ manager, field }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with "${manager}" using v1`,
    field: `.${field.replaceAll(SEPARATOR, ".")}`,
  }));
  return refusal(409, "Conflict", `Apply failed with ${causes.length} conflicts`, { causes });
}
