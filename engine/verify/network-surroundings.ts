import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/object.ts";
import { record } from "../cluster/status.ts";
import type { Selector } from "./network-selector.ts";

/** What network policies may reach in this cluster, read once. */
export interface Surroundings {
  namespaces: { name: string; tenant?: string; labels: Record<string, string> }[];
  /** Addresses of nodes, ranges of pods, and the API server's own address inside, with what each is. */
  inside: { range: string; what: string }[];
  dns: { namespace: string; pods: Selector };
  /** Every node is simulated: pods seem to run, and no packet flows. */
  simulated: boolean;
}

const DNS = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };

export async function readSurroundings(cluster: Cluster): Promise<Surroundings> {
  const core = { apiVersion: "v1" };
  const [namespaces, nodes, services, api] = await Promise.all([
    cluster.listAll({ ...core, kind: "Namespace", metadataOnly: true }),
    cluster.listAll({ ...core, kind: "Node" }),
    cluster.listAll({ ...core, kind: "Service", labelSelector: "k8s-app=kube-dns" }),
    cluster.get({ ...core, kind: "Service", namespace: "default", name: "kubernetes" }),
  ]);
  const [dns] = services;
  const address = record(api?.["spec"])["clusterIP"];
  return {
    namespaces: namespaces.map(({ metadata: { name, labels = {} } }) => ({
      ...{ name, labels: { ...labels, [LABEL.namespaceName]: name } },
      ...(labels[LABEL.tenant] && { tenant: labels[LABEL.tenant] }),
    })),
    inside: [
      ...nodes.flatMap(rangesOf),
      ...(typeof address === "string" ? [{ range: address, what: "the API server" }] : []),
    ],
    dns: {
      namespace: dns?.metadata.namespace ?? DNS.namespace,
      pods: { matchLabels: dns ? (record(record(dns["spec"])["selector"]) as Record<string, string>) : DNS.labels },
    },
    simulated: nodes.length > 0 && nodes.every(isSimulated),
  };
}

function rangesOf({ metadata, spec, status }: KubeObject): Surroundings["inside"] {
  const addresses = record(status)["addresses"];
  const own = (Array.isArray(addresses) ? addresses.map(record) : []).filter((it) => /IP$/.test(String(it["type"])));
  const pods = record(spec)["podCIDRs"];
  return [
    ...own.map((it) => ({ range: String(it["address"]), what: `node ${metadata.name}` })),
    ...(Array.isArray(pods) ? pods.map((it) => ({ range: String(it), what: `pods of node ${metadata.name}` })) : []),
  ];
}

/** KWOK marks its nodes; the embedded control plane's say it in their runtime. */
function isSimulated({ metadata, status }: KubeObject): boolean {
  const { containerRuntimeVersion, kubeletVersion } = record(record(status)["nodeInfo"]);
  return (
    metadata.annotations?.["kwok.x-k8s.io/node"] !== undefined ||
    containerRuntimeVersion === "simulated" ||
    /^(kwok|fake)/.test(String(kubeletVersion))
  );
}

/** Whether these pods are the cluster's resolvers and no others. */
export function isDns({ dns }: Surroundings, namespaces: readonly string[], pods: Selector): boolean {
  const wanted = Object.entries(dns.pods.matchLabels ?? {});
  return (
    namespaces.every((it) => it === dns.namespace) &&
    wanted.length > 0 &&
    wanted.every(([key, value]) => pods.matchLabels?.[key] === value)
  );
}
