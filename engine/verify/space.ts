import { ANNOTATION, LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/object.ts";
import { ClusterError, record } from "../cluster/status.ts";
import { boundIdentities, type Identity, ownIdentities } from "./identity.ts";
import type { Platform } from "./platform.ts";
import type { Target } from "./report.ts";

/** One namespace with all that checks read of it. Read once, so that every check judges the same moment. */
export interface Space {
  namespace: string;
  tenant: string | undefined;
  /** Made by this platform: it has the label that only the platform sets. */
  own: boolean;
  object: KubeObject;
  /** Strongest first. */
  identities: Identity[];
  quotas: KubeObject[];
  limitRanges: KubeObject[];
  networkPolicies: KubeObject[];
  roleBindings: KubeObject[];
  roles: KubeObject[];
  serviceAccounts: KubeObject[];
  pods: KubeObject[];
  /** Names of Secrets that hold a service account's token; their values are not read. */
  tokenSecrets: string[];
  /** What a pod needs here besides its containers, as what runs here already has it. */
  placement: Record<string, unknown>;
  /** An image that may run here. */
  image: string;
  /** A domain this namespace may serve. */
  domain: string;
  platform: Platform;
}

/** Pods of a namespace that are looked at: the first pages say enough. */
const PODS = 500;
const PAUSE = "registry.k8s.io/pause@sha256:278fb9dbcca9518083ad1e11276933a2e96f23de604a3a08cc3c80002767d24c";

/** Throws ClusterError when the namespace is not there. */
export async function readSpace(
  cluster: Cluster,
  { namespace, tenant }: Target,
  platform: Platform,
  given: Identity[] | undefined,
): Promise<Space> {
  const object = await cluster.get({ apiVersion: "v1", kind: "Namespace", name: namespace });
  if (!object)
    throw new ClusterError(
      `there is no namespace "${namespace}" on ${cluster.server.url}: name one of ${platform.namespaces.slice(0, 20).join(", ")}`,
    );
  const listed = (apiVersion: string, kind: string) => cluster.listAll({ apiVersion, kind, namespace });
  const [quotas, limitRanges, networkPolicies, roleBindings, roles, serviceAccounts, deployments, pods, secrets] =
    await Promise.all([
      listed("v1", "ResourceQuota"),
      listed("v1", "LimitRange"),
      listed("networking.k8s.io/v1", "NetworkPolicy"),
      listed("rbac.authorization.k8s.io/v1", "RoleBinding"),
      listed("rbac.authorization.k8s.io/v1", "Role"),
      listed("v1", "ServiceAccount"),
      listed("apps/v1", "Deployment"),
      some(cluster, namespace),
      cluster.listAll({
        ...{ apiVersion: "v1", kind: "Secret", namespace, metadataOnly: true },
        fieldSelector: "type=kubernetes.io/service-account-token",
      }),
    ]);
  const labels = object.metadata.labels ?? {};
  const notes = object.metadata.annotations ?? {};
  const own = Boolean(labels[LABEL.tenant]);
  const running = deployments.map(({ spec }) => record(record(record(spec)["template"])["spec"]))[0];
  const specs = [...(running ? [running] : []), ...pods.map((it) => record(it["spec"]))];
  return {
    ...{ namespace, tenant: tenant ?? labels[LABEL.tenant], own, object, platform },
    identities: given ?? (own ? ownIdentities(object) : boundIdentities(namespace, roleBindings)),
    ...{ quotas, limitRanges, networkPolicies, roleBindings, roles, serviceAccounts, pods },
    tokenSecrets: secrets.map((it) => it.metadata.name),
    placement: running ? kept(running) : own ? usual(labels) : {},
    image: specs.flatMap(imagesOf).find((it) => it.includes("@sha256:")) ?? PAUSE,
    domain: (notes[ANNOTATION.domains] ?? "").split(",")[0]?.trim() || `${namespace}.example`,
  };
}

async function some(cluster: Cluster, namespace: string): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for await (const pod of cluster.list({ apiVersion: "v1", kind: "Pod", namespace, limit: PODS })) {
    found.push(pod);
    if (found.length >= PODS) break;
  }
  return found;
}

/** Where pods run is the platform's to say; a control that said otherwise would be refused for that. */
const PLACED = ["nodeSelector", "tolerations", "runtimeClassName", "priorityClassName"];

const kept = (spec: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(PLACED.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]));

function usual(labels: Record<string, string>): Record<string, unknown> {
  const value = labels[LABEL.tenant];
  const pool = { key: LABEL.pool, operator: "Equal", value, effect: "NoSchedule" };
  return {
    priorityClassName: NAME.tenantPriority,
    ...(labels[LABEL.tier] === "pool" && { nodeSelector: { [LABEL.pool]: value }, tolerations: [pool] }),
  };
}

export function imagesOf(spec: Record<string, unknown>): string[] {
  const containers = Array.isArray(spec["containers"]) ? (spec["containers"] as unknown[]) : [];
  return containers.map((it) => record(it)["image"]).filter((it): it is string => typeof it === "string");
}
