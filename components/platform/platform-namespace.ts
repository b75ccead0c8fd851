import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAME, platformLabels, podSecurityLabels } from "../contract.ts";

export interface PlatformNamespaceArgs {
  fleet: string;
  namespace: string;
}

/** What the platform itself may take of the cluster, in each of its namespaces. */
const QUOTA = {
  "requests.cpu": "2",
  "requests.memory": "4Gi",
  "limits.cpu": "4",
  "limits.memory": "8Gi",
  "requests.ephemeral-storage": "8Gi",
  "limits.ephemeral-storage": "16Gi",
  "requests.storage": "20Gi",
  persistentvolumeclaims: "10",
  pods: "40",
  "count/pods": "80",
  services: "20",
  "services.nodeports": "0",
  // One of each for a tenant: what was applied for it, and its kept values.
  configmaps: "12000",
  secrets: "12000",
};

const LIMITS = {
  type: "Container",
  defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
  default: { cpu: "500m", memory: "512Mi", "ephemeral-storage": "512Mi" },
};

/** A namespace of the platform: the rules that tenants live by hold here too. */
export class PlatformNamespace extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:PlatformNamespace";
  readonly resource: k8s.core.v1.Namespace;
  /** Known once its guards stand. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: PlatformNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(PlatformNamespace.__pulumiType, name, args, opts);
    const labels = platformLabels(args.fleet);
    this.resource = new k8s.core.v1.Namespace(
      name,
      { metadata: { name: args.namespace, labels: { ...labels, ...podSecurityLabels() } } },
      { parent: this, protect: true },
    );
    const namespace = this.resource.metadata.name;
    const inside = { parent: this, deletedWith: this.resource };

    const quota = new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: { name: NAME.quota, namespace, labels }, spec: { hard: QUOTA } },
      inside,
    );
    const limits = new k8s.core.v1.LimitRange(
      `${name}-limits`,
      { metadata: { name: NAME.limits, namespace, labels }, spec: { limits: [LIMITS] } },
      inside,
    );
    const closed = new k8s.networking.v1.NetworkPolicy(
      `${name}-closed`,
      {
        metadata: { name: NAME.closed, namespace, labels },
        // Empty lists, so that we own them: a list that nobody wrote, somebody else may fill without our noticing.
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
      },
      inside,
    );

    this.namespace = pulumi
      .all([namespace, quota.metadata.name, limits.metadata.name, closed.metadata.name])
      .apply(([it]) => it);
    this.registerOutputs({ namespace: this.namespace });
  }
}
