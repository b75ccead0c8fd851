import { LABEL } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/object.ts";
import { printOf } from "./print.ts";

export interface Readiness {
  ready: number;
  wanted: number;
  /** Why pods are missing, where the cluster says so. */
  reasons: string[];
}

interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  conditions?: { type: string; status: string; message?: string }[];
}

/** Pods of the fleet's deployments by namespace: two lists, whatever the number of tenants. */
export async function readReadiness(cluster: Cluster, fleet: string): Promise<Map<string, Readiness>> {
  const found = new Map<string, Readiness>();
  const least = await readLeast(cluster, fleet);
  const query = { apiVersion: "apps/v1", kind: "Deployment", labelSelector: `${LABEL.fleet}=${fleet}` };
  for await (const deployment of cluster.list(query)) {
    // Labels are copied: what a tenant made itself is not for us to wait for.
    if (printOf(deployment.metadata) === "") continue;
    const namespace = deployment.metadata.namespace ?? "";
    const sum = found.get(namespace) ?? { ready: 0, wanted: 0, reasons: [] };
    const one = readinessOf(deployment, least.get(`${namespace}/${deployment.metadata.name}`));
    found.set(namespace, {
      ready: sum.ready + one.ready,
      wanted: sum.wanted + one.wanted,
      reasons: [...sum.reasons, ...one.reasons],
    });
  }
  return found;
}

/** The fewest pods each autoscaler will settle on: until it has looked at a new deployment, that one asks for a single pod. */
async function readLeast(cluster: Cluster, fleet: string): Promise<Map<string, number>> {
  const least = new Map<string, number>();
  const query = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" };
  for await (const scaler of cluster.list({ ...query, labelSelector: `${LABEL.fleet}=${fleet}` })) {
    const { minReplicas = 1, scaleTargetRef } = scaler["spec"] as {
      minReplicas?: number;
      scaleTargetRef: { name: string };
    };
    least.set(`${scaler.metadata.namespace ?? ""}/${scaleTargetRef.name}`, minReplicas);
  }
  return least;
}

/** A deployment's pods that are available and of the newest template, against those it wants, `least` of them at least. */
export function readinessOf(deployment: KubeObject, least = 0): Readiness {
  const wanted = Math.max(least, (deployment["spec"] as { replicas?: number }).replicas ?? 1);
  const status = (deployment["status"] ?? {}) as DeploymentStatus;
  const observed = (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const ready = observed ? Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0, wanted) : 0;
  const reasons = (status.conditions ?? [])
    .filter(
      (it) =>
        (it.type === "ReplicaFailure" && it.status === "True") || (it.type === "Progressing" && it.status === "False"),
    )
    .map((it) => `${deployment.metadata.namespace}/${deployment.metadata.name}: ${it.message ?? it.type}`);
  return { ready, wanted, reasons };
}

/** Polls until all pods in these namespaces are ready or the time is over; returns what is not. */
export async function waitReady(
  cluster: Cluster,
  fleet: string,
  namespaces: ReadonlySet<string>,
  deadlineMs: number,
  progress: (ready: number, wanted: number) => void,
): Promise<Map<string, Readiness>> {
  const until = cluster.clock.now() + deadlineMs;
  for (;;) {
    const all = [...(await readReadiness(cluster, fleet))].filter(([namespace]) => namespaces.has(namespace));
    const missing = all.filter(([, it]) => it.ready < it.wanted);
    progress(
      all.reduce((sum, [, it]) => sum + it.ready, 0),
      all.reduce((sum, [, it]) => sum + it.wanted, 0),
    );
    if (missing.length === 0 || cluster.clock.now() >= until) return new Map(missing);
    await cluster.pause(500);
  }
}
