import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { matrices, type MatrixPod } from "./network-analysis.ts";
import { passes, type Policy, type Traffic } from "./network-evaluator.ts";
import { type DeclaredGraph, PORTS } from "./network-fleet.ts";

const PROBES = [
  ...PORTS.map((port) => ({ port, protocol: "TCP" as const })),
  { port: 53, protocol: "TCP" as const },
  { port: 53, protocol: "UDP" as const },
];

async function list(cluster: Cluster, apiVersion: string, kind: string): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for await (const it of cluster.list({ apiVersion, kind })) found.push(it);
  return found;
}

/** Policies and pods as the API server has them, and one pod that stands for the gateway. */
export async function surroundings(cluster: Cluster): Promise<{ policies: Policy[]; pods: MatrixPod[] }> {
  const namespaces = new Map(
    (await list(cluster, "v1", "Namespace")).map((it) => [it.metadata.name, it.metadata.labels ?? {}]),
  );
  const place = (namespace: string, labels: Record<string, string>) => ({
    namespace,
    namespaceLabels: namespaces.get(namespace) ?? {},
    labels,
  });
  const policies = (await list(cluster, "networking.k8s.io/v1", "NetworkPolicy")) as unknown as Policy[];
  const real = (await list(cluster, "v1", "Pod")).map(({ metadata, status }) => ({
    name: `${metadata.namespace ?? ""}/${metadata.name}`,
    ip: (status as { podIP?: string } | undefined)?.podIP ?? "10.244.0.99",
    pod: place(metadata.namespace ?? "", metadata.labels ?? {}),
  }));
  const gateway = { name: "gateway", ip: "10.244.200.1", pod: place("tenantry-gateway", { app: "gateway" }) };
  return { policies, pods: [...real, gateway] };
}

export interface Edge {
  from: MatrixPod;
  to: MatrixPod;
  traffic: Traffic;
  /** Whether it passes: by cyclonus, by the evaluator, by the tenants' files. */
  cyclonus: boolean;
  evaluator: boolean;
  declared: boolean;
  /** The receiving end's part of it: by cyclonus and by the files. */
  letIn: boolean;
  declaredIn: boolean;
}

/** Every ordered pair of pods on every port. */
export async function everyPair(cluster: Cluster, graph: DeclaredGraph): Promise<Edge[]> {
  const { policies, pods } = await surroundings(cluster);
  const found = await matrices(policies, pods, PROBES);
  return PROBES.flatMap(({ port, protocol }, at) =>
    pods.flatMap((from, row) =>
      pods.map((to, column): Edge => {
        const traffic = { from, to, port, protocol };
        return {
          ...{ from, to, traffic },
          cyclonus: found[at]?.combined[row]?.[column] ?? false,
          letIn: found[at]?.ingress[row]?.[column] ?? false,
          evaluator: passes(policies, traffic),
          declared: graph.opens(traffic),
          declaredIn: graph.letsIn(traffic),
        };
      }),
    ),
  );
}

export const title = ({ from, to, traffic }: Edge): string =>
  `${from.name} -> ${to.name} ${traffic.port}/${traffic.protocol}`;
