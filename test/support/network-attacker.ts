import type { AdmissionClient, Answer } from "./admission-client.ts";
import type { Loose } from "./admission-loose.ts";

const RBAC = "rbac.authorization.k8s.io";
/** Labels that open doors where policies trust labels. */
const COPIED = { "k8s-app": "kube-dns", app: "gateway", "app.kubernetes.io/name": "mimic", team: "shared" };

/** Somebody in a tenant's group of administrators who wants out, to a victim. */
export class NetworkAttacker {
  readonly id: string;
  readonly space: string;
  readonly victim: { namespace: string; tenant: string };
  readonly #client: AdmissionClient;

  constructor(client: AdmissionClient, id: string, space: string, victim: { namespace: string; tenant: string }) {
    this.#client = client;
    this.id = id;
    this.space = space;
    this.victim = victim;
  }

  get #identity() {
    return { user: "mallory", groups: [`${this.id}-admins`] };
  }

  /** A copy of its app whose pods carry labels of others. */
  async mimic(name: string, more: Record<string, string> = {}): Promise<Answer> {
    const path = `/apis/apps/v1/namespaces/${this.space}/deployments/web`;
    const { spec } = await this.#client.read<Loose>(path);
    const copied = { ...COPIED, mimic: name };
    const labels = { ...spec.template.metadata.labels, ...copied, ...more };
    const object = {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: this.space } },
      spec: { ...spec, selector: { matchLabels: copied }, template: { ...spec.template, metadata: { labels } } },
    };
    return this.#client.apply(object, { as: this.#identity });
  }

  /** Writes a network policy, or tries to. */
  write(name: string, spec: object, { dryRun = false } = {}): Promise<Answer> {
    const metadata = { name, namespace: this.space };
    const object = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec };
    return this.#client.apply(object, { as: this.#identity, dryRun });
  }

  /** What an administrator might hand out by mistake; for the whole cluster, since no such role may be bound in a space. */
  async letWrite(): Promise<Answer[]> {
    const metadata = { name: `network-policies-${this.id}` };
    const rules = [
      { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["get", "create", "patch"] },
    ];
    const subjects = [{ kind: "Group", name: `${this.id}-admins`, apiGroup: RBAC }];
    const roleRef = { kind: "ClusterRole", name: metadata.name, apiGroup: RBAC };
    const role = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata, rules };
    const binding = { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", metadata, subjects, roleRef };
    return [await this.#client.apply(role), await this.#client.apply(binding)];
  }
}

/** A namespace of another team that copies what free labels a tenant's has, with a pod that copies a tenant's pod. */
export async function stranger(client: AdmissionClient, namespace: string, labels: object): Promise<Answer[]> {
  const { metadata } = await client.read<Loose>(`/api/v1/namespaces/${namespace}`);
  const free = Object.entries(metadata.labels).filter(([key]) => !/(^|\.)(tenantry\.dev|kubernetes\.io)\//.test(key));
  const home = { name: "stranger", labels: { ...Object.fromEntries(free), team: "shared" } };
  const spec = { containers: [{ name: "it", image: "registry.k8s.io/pause:3.10" }] };
  return [
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: home }),
    await client.apply({
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "copy", namespace: "stranger", labels } },
      spec,
    } as Loose),
  ];
}
