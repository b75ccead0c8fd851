import * as pulumi from "@pulumi/pulumi";

export interface PlatformArgs {
  fleet: string;
  caps: { tenants: number };
  /** What the nodes can give: allocatable CPU and memory. */
  capacity: { cpu: string; memory: string };
  /** How many times the capacity may be promised as guarantees. */
  overcommit: number;
}

/** What the cluster holds once, for all tenants. */
export class Platform extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:Platform";

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Platform.__pulumiType, name, args, opts);
    this.registerOutputs({});
  }
}
