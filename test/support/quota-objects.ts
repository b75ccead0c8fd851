import type { KubeObject } from "../../engine/cluster/object.ts";
import { milli } from "../../tenants/quantity.ts";

const IMAGE =
  "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85";

/** A pod that keeps every promise, so that nothing but a quota can refuse it. */
export function podSpec(cpu: number, mebibytes: number, more: object = {}): Record<string, unknown> {
  const probe = { httpGet: { path: "/", port: 8080 } };
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "web",
        image: IMAGE,
        resources: {
          requests: { cpu: `${cpu}m`, memory: `${mebibytes}Mi` },
          limits: { cpu: `${cpu * 4}m`, memory: `${mebibytes * 3}Mi` },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        readinessProbe: probe,
        livenessProbe: probe,
      },
    ],
    ...more,
  };
}

export const podOf = (namespace: string, name: string, spec: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name },
  spec,
});
export const claimOf = (
  namespace: string,
  name: string,
  mebibytes: number,
  storageClassName = "standard",
): KubeObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { namespace, name },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: `${mebibytes}Mi` } } },
});
export const deploymentOf = (namespace: string, name: string, replicas: number, spec: object): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace, name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec },
  },
});

/** A quantity in units: cores, bytes. */
export const number = (text: string | undefined): number => Number(milli(text ?? "0")) / 1000;

/** As a quota counts: pods that have ended hold nothing. */
export function podFigures(it: KubeObject): Record<string, number> | undefined {
  const { phase } = (it["status"] ?? {}) as { phase?: string };
  if (phase === "Succeeded" || phase === "Failed") return undefined;
  const [container] = (it["spec"] as { containers: [{ resources: Record<string, Record<string, string>> }] })
    .containers;
  const { requests = {}, limits = {} } = container.resources;
  return {
    pods: 1,
    "requests.cpu": number(requests["cpu"]),
    "requests.memory": number(requests["memory"]),
    "limits.cpu": number(limits["cpu"]),
    "limits.memory": number(limits["memory"]),
    "limits.ephemeral-storage": number(limits["ephemeral-storage"]),
  };
}

export function claimFigures(it: KubeObject): Record<string, number> {
  const { resources } = it["spec"] as { resources: { requests: { storage: string } } };
  return { claims: 1, storage: number(resources.requests.storage) };
}
