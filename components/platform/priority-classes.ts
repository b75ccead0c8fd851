import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAME, platformLabels } from "../contract.ts";

export interface PriorityClassesArgs {
  fleet: string;
}

/** The platform goes before tenants, and tenants never push each other out. */
export class PriorityClasses extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:PriorityClasses";

  constructor(name: string, args: PriorityClassesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(PriorityClasses.__pulumiType, name, args, opts);
    const labels = platformLabels(args.fleet);
    new k8s.scheduling.v1.PriorityClass(
      `${name}-platform`,
      {
        metadata: { name: NAME.platformPriority, labels },
        description: "The platform's own workloads.",
        value: 1_000_000,
        globalDefault: false,
        preemptionPolicy: "PreemptLowerPriority",
      },
      { parent: this },
    );
    new k8s.scheduling.v1.PriorityClass(
      `${name}-tenant`,
      {
        metadata: { name: NAME.tenantPriority, labels },
        description: "Workloads of tenants.",
        value: 1_000,
        globalDefault: false,
        preemptionPolicy: "Never",
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
