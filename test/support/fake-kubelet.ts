import type { KubeObject } from "../../engine/cluster/object.ts";
import type { Call, FakeApi, Fault } from "./fake-api.ts";
import { type FakeAnswer, type FakeKind, refusal } from "./fake-store.ts";

const kind = (group: string, name: string, plural: string, namespaced = true): FakeKind => ({
  ...{ group, version: "v1", kind: name, plural, namespaced },
});

/** Pods that run at once, and a network that a test decides about. */
export class FakeKubelet {
  /** Whether a client reaches the server, given the policies that stand. */
  connects: (policies: KubeObject[]) => boolean = () => true;
  /** Phase of the server, and the reason it waits for. */
  server: { phase: string; podIP?: string; containerStatuses?: object[] } = { phase: "Running", podIP: "10.1.2.3" };
  /** Every object that was made, in order. */
  readonly made: KubeObject[] = [];
  readonly #api: FakeApi;

  constructor(api: FakeApi) {
    this.#api = api;
    api.kinds.push(
      ...[kind("", "Pod", "pods"), kind("", "Node", "nodes", false), kind("", "Service", "services")],
      ...[kind("", "ServiceAccount", "serviceaccounts"), kind("networking.k8s.io", "NetworkPolicy", "networkpolicies")],
    );
    api.fault = (call) => this.#serve(call);
  }

  node(name: string, nodeInfo: object): void {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name }, status: { nodeInfo } };
    this.#api.store.put(`/api/v1/nodes/${name}`, node);
  }

  policies(namespace: string): KubeObject[] {
    const below = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/`;
    return [...this.#api.store.objects].filter(([path]) => path.startsWith(below)).map(([, it]) => it);
  }

  #serve({ method, path, body }: Call): Fault {
    const { store } = this.#api;
    const [, namespace = ""] = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path) ?? [];
    if (method === "DELETE" && namespace !== "") {
      store.namespaces.delete(namespace);
      for (const it of store.objects.keys()) if (it.includes(`/namespaces/${namespace}/`)) store.objects.delete(it);
      return undefined;
    }
    if (method !== "POST") return undefined;
    const object = body as KubeObject;
    this.made.push(object);
    if (object.kind === "Namespace") {
      const { name } = object.metadata;
      store.namespaces.add(name);
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } };
      store.put(`/api/v1/namespaces/${name}/serviceaccounts/default`, account);
    }
    return object.kind === "Pod" ? this.#run(path, object) : undefined;
  }

  #run(collection: string, pod: KubeObject): FakeAnswer {
    const { name, namespace = "" } = pod.metadata;
    const path = `${collection}/${name}`;
    if (this.#api.store.objects.has(path)) return refusal(409, "AlreadyExists", `"${name}" already exists`);
    const client = { phase: this.connects(this.policies(namespace)) ? "Succeeded" : "Failed" };
    return this.#api.store.put(path, { ...pod, status: name === "server" ? this.server : client });
  }
}
