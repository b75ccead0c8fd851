import * as pulumi from "@pulumi/pulumi";

export interface TenantSpace {
  name: string;
  /** Hard limits of the space's ResourceQuota, keyed as in a ResourceQuota. */
  quota: Record<string, string>;
}

export interface TenantArgs {
  tenant: string;
  fleet: string;
  plan: string;
  tier: "namespace" | "pool";
  /** The most the tenant may hold in all its spaces, keyed as in a ResourceQuota. */
  budget: Record<string, string>;
  caps: { spaces: number };
  domains: string[];
  spaces: TenantSpace[];
}

/** Everything one tenant has on the platform. */
export class Tenant extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:Tenant";

  constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Tenant.__pulumiType, name, args, opts);
    this.registerOutputs({});
  }
}
