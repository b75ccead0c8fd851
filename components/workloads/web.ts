import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { App } from "../../tenants/app.ts";
import type { Plan } from "../../tenants/plans.ts";
import { LABEL } from "../contract.ts";
import { GeneratedSecret } from "./generated-secret.ts";
import { webPod } from "./web-pod.ts";

export interface WebArgs {
  /** Resolves once the namespace is guarded. */
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  app: App;
  /** Requests and limits of a container that states none. */
  defaults: Plan["container"];
  /** Label and taint of the nodes the tenant owns; unset on shared nodes. */
  pool?: { key: string; value: string };
  runtimeClass?: string;
  /** Host name to serve; unset for inside only. */
  host?: string;
  ingressClass: string;
  /** Unset means the cluster's default class. */
  storageClass?: string;
}

const NAME = { web: "web", claim: "web-data", generated: "web-generated" };
/** A rollout that cannot start (image, quota) fails its own tenant, soon. */
const customTimeouts = { create: "5m", update: "5m" };

/** A long-running HTTP app: hardened, probed, kept up through rollouts and drains. */
export class Web extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:workloads:Web";

  constructor(name: string, args: WebArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Web.__pulumiType, name, args, opts);
    const { app, namespace } = args;
    const selector = { [LABEL.app]: NAME.web };
    const labels = { ...args.labels, ...selector };
    const metadata = { name: NAME.web, namespace, labels };
    const inside = { parent: this, deletedWith: opts?.deletedWith };
    const scaled = app.replicas.max > app.replicas.min;
    const needs: pulumi.Resource[] = [];

    if (app.volume) {
      const claim = new k8s.core.v1.PersistentVolumeClaim(
        `${name}-data`,
        {
          metadata: { name: NAME.claim, namespace, labels },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: app.volume.size } },
            ...(args.storageClass ? { storageClassName: args.storageClass } : {}),
          },
        },
        // Dropping the volume from a file must not drop the data.
        { ...inside, protect: true },
      );
      needs.push(claim);
    }
    if (Object.keys(app.secrets).length > 0) {
      const secret = { namespace, secret: NAME.generated, labels, values: app.secrets };
      needs.push(new GeneratedSecret(`${name}-generated`, secret, inside));
    }
    new k8s.apps.v1.Deployment(
      name,
      {
        // At rest it stays at zero, whoever scaled it before.
        metadata: app.replicas.max > 0 ? metadata : { ...metadata, annotations: { "pulumi.com/patchForce": "true" } },
        spec: {
          // Left to the autoscaler where there is one: two writers of one field would take turns.
          ...(scaled ? {} : { replicas: app.replicas.min }),
          revisionHistoryLimit: 3,
          selector: { matchLabels: selector },
          strategy: app.volume
            ? { type: "Recreate" }
            : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: webPod({ ...args, labels, selector, claim: NAME.claim, generated: NAME.generated }),
        },
      },
      { ...inside, dependsOn: needs, customTimeouts },
    );
    new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata,
        spec: { type: "ClusterIP", selector, ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }] },
      },
      inside,
    );
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
      inside,
    );
    if (scaled)
      new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-scaler`, { metadata, spec: scaling(app) }, inside);
    if (args.host !== undefined) {
      // The wait would last until the gateway gives an address: a fleet deploys before its gateway does.
      const annotations = { "pulumi.com/skipAwait": "true" };
      new k8s.networking.v1.Ingress(
        `${name}-ingress`,
        {
          metadata: { ...metadata, annotations },
          spec: { ingressClassName: args.ingressClass, rules: [rule(args.host)] },
        },
        inside,
      );
    }
    this.registerOutputs({});
  }
}

const scaling = ({ replicas }: App): k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec => ({
  scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: NAME.web },
  minReplicas: replicas.min,
  maxReplicas: replicas.max,
  metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
});

const rule = (host: string): k8s.types.input.networking.v1.IngressRule => ({
  host,
  http: {
    paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: NAME.web, port: { name: "http" } } } }],
  },
});
