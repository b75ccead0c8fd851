import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../../tenants/plans.ts";
import { ANNOTATION, LABEL, NAME, podSecurityLabels, tenantLabels, type RestState } from "../contract.ts";

export interface TenantNamespaceArgs {
  fleet: string;
  tenant: string;
  space: string;
  /** Name of the namespace: people type it. */
  namespace: string;
  plan: string;
  planVersion: number;
  tier: string;
  /** Unset while the tenant is active. */
  rest?: RestState;
  /** What people call the tenant. */
  displayName?: string;
  /** E-mail address of the owner. */
  owner: string;
  /** Groups that may be bound to each persona. Admission reads them from the namespace. */
  groups: { admins: string[]; users: string[]; viewers: string[] };
  /** Host names, and parents of host names, this namespace may serve. */
  domains: string[];
  retentionDays: number;
  /** Runtime class that every pod here must have; unset for the cluster's default runtime. */
  runtimeClass?: string;
  /** Hard limits, keyed as in a ResourceQuota. */
  quota: Record<string, string>;
  /** What a container gets that says nothing, and the most it may ask for. */
  container: Plan["container"];
}

/** Scratch space of a container that states none. The quota bounds the sum, so the maximum only stops one pod from taking a node's disk. */
const EPHEMERAL = { request: "64Mi", limit: "256Mi", max: "4Gi" };

/**
 * Any priority class but the tenants' own: whoever names another pushes the others out. Those that appear later are meant,
 * too. A pod that names none is let in, unless the cluster has a default class of its own.
 */
const OTHER_PRIORITIES = [
  { scopeName: "PriorityClass", operator: "Exists" },
  { scopeName: "PriorityClass", operator: "NotIn", values: [NAME.tenantPriority] },
];

/** A namespace where only restricted pods run, capped before anyone is let in. */
export class TenantNamespace extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:TenantNamespace";
  /** Everything inside goes when it goes: one delete instead of one for each object. */
  readonly resource: k8s.core.v1.Namespace;
  /** Known once the caps stand. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: TenantNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TenantNamespace.__pulumiType, name, args, opts);
    const labels = tenantLabels(args);
    this.resource = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: {
            ...labels,
            [LABEL.plan]: args.plan,
            [LABEL.tier]: args.tier,
            ...(args.rest && { [LABEL.rest]: args.rest }),
            ...podSecurityLabels(),
          },
          annotations: {
            [ANNOTATION.owner]: args.owner,
            ...(args.displayName !== undefined && { [ANNOTATION.name]: args.displayName }),
            [ANNOTATION.admins]: args.groups.admins.join(","),
            [ANNOTATION.users]: args.groups.users.join(","),
            [ANNOTATION.viewers]: args.groups.viewers.join(","),
            [ANNOTATION.domains]: args.domains.join(","),
            [ANNOTATION.retention]: `${args.retentionDays}`,
            [ANNOTATION.planVersion]: `${args.planVersion}`,
            ...(args.runtimeClass === undefined ? {} : { [ANNOTATION.runtimeClass]: args.runtimeClass }),
          },
        },
      },
      // Its deletion takes the tenant's data along.
      { parent: this, protect: true },
    );
    const namespace = this.resource.metadata.name;
    const inside = { parent: this, deletedWith: this.resource };

    // No pulumi.com/skipAwait: a quota that is not counted yet refuses what it limits, so the wait is what lets workloads in.
    const quota = new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: { name: NAME.quota, namespace, labels }, spec: { hard: args.quota } },
      inside,
    );
    const priority = new k8s.core.v1.ResourceQuota(
      `${name}-priority`,
      {
        metadata: { name: NAME.priority, namespace, labels },
        spec: { hard: { pods: "0" }, scopeSelector: { matchExpressions: OTHER_PRIORITIES } },
      },
      inside,
    );
    const limits = new k8s.core.v1.LimitRange(
      `${name}-limits`,
      {
        metadata: { name: NAME.limits, namespace, labels },
        spec: { limits: [containerLimits(args.container), claimLimits(args.quota)] },
      },
      inside,
    );

    this.namespace = pulumi
      .all([namespace, quota.metadata.name, priority.metadata.name, limits.metadata.name])
      .apply(([it]) => it);
    this.registerOutputs({ namespace: this.namespace });
  }
}

const containerLimits = ({ requests, limits, max }: Plan["container"]) => ({
  type: "Container",
  defaultRequest: { ...requests, "ephemeral-storage": EPHEMERAL.request },
  default: { ...limits, "ephemeral-storage": EPHEMERAL.limit },
  max: { ...max, "ephemeral-storage": EPHEMERAL.max },
});

const claimLimits = (quota: Record<string, string>) => ({
  type: "PersistentVolumeClaim",
  min: { storage: "1Mi" },
  max: { storage: quota["requests.storage"] ?? "0" },
});
