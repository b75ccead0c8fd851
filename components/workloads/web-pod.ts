import type * as k8s from "@pulumi/kubernetes";
import type { App } from "../../tenants/app.ts";
import type { Plan } from "../../tenants/plans.ts";
import { NAME } from "../contract.ts";

export type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

export interface WebPodArgs {
  app: App;
  labels: Record<string, string>;
  selector: Record<string, string>;
  /** Requests and limits of a container that states none. */
  defaults: Plan["container"];
  /** Label and taint of the nodes the tenant owns. */
  pool?: { key: string; value: string };
  runtimeClass?: string;
  /** Names of the claim and of the Secret the pod mounts and reads. */
  claim: string;
  generated: string;
}

/** Any user but root; images must not rely on which. */
const USER = 10001;

/** The pod of a web app: restricted by Pod Security and then some, with probes and resources stated. */
export function webPod(args: WebPodArgs): PodTemplate {
  const { app, pool, selector } = args;
  const spread = app.replicas.max > 1;
  return {
    metadata: { labels: { ...args.labels, ...selector } },
    spec: {
      automountServiceAccountToken: false,
      // Addresses of the space's other services do not belong in every environment.
      enableServiceLinks: false,
      priorityClassName: NAME.tenantPriority,
      ...(args.runtimeClass ? { runtimeClassName: args.runtimeClass } : {}),
      ...(pool
        ? {
            nodeSelector: { [pool.key]: pool.value },
            tolerations: [{ key: pool.key, operator: "Equal", value: pool.value, effect: "NoSchedule" }],
          }
        : {}),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...(spread
        ? {
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: selector },
              },
            ],
          }
        : {}),
      containers: [container(args)],
      volumes: [
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
        ...(app.volume ? [{ name: "data", persistentVolumeClaim: { claimName: args.claim } }] : []),
      ],
    },
  };
}

function container({ app, defaults, generated }: WebPodArgs): k8s.types.input.core.v1.Container {
  const { requests, limits } = app.resources ?? defaults;
  const get = { httpGet: { path: app.probe.path, port: "http" } };
  return {
    name: "web",
    image: app.image,
    // Asks the registry each time: an image on the node must not serve a tenant that may not pull it.
    imagePullPolicy: "Always",
    ...(app.args.length > 0 ? { args: app.args } : {}),
    ports: [{ name: "http", containerPort: app.port, protocol: "TCP" }],
    env: [
      ...Object.entries(app.env).map(([name, value]) => ({ name, value })),
      ...Object.keys(app.secrets).map((name) => ({
        name,
        valueFrom: { secretKeyRef: { name: generated, key: name } },
      })),
    ],
    resources: { requests, limits },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    // A minute to start; after that three failures in a row count.
    startupProbe: { ...get, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...get, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...get, periodSeconds: 10, failureThreshold: 3 },
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      ...(app.volume ? [{ name: "data", mountPath: app.volume.mountPath }] : []),
    ],
  };
}
