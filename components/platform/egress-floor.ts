import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, platformLabels } from "../contract.ts";

export interface EgressFloorArgs {
  fleet: string;
  /** CIDRs that no tenant reaches, whatever its own policies say. */
  shut: string[];
  /** Ranges within them that are left to the tenants' own policies: resolvers on the nodes. */
  left: string[];
}

/**
 * For EKS: its policies by host name know no exception, and who owns a name may point it to the metadata service. A policy of
 * the administrators goes before those of every namespace.
 */
export class EgressFloor extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:EgressFloor";

  constructor(name: string, args: EgressFloorArgs, opts?: pulumi.ComponentResourceOptions) {
    super(EgressFloor.__pulumiType, name, args, opts);
    const { fleet, shut, left } = args;
    const pass = { name: "resolvers", action: "Pass", to: [{ networks: left }] };
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "networking.k8s.aws/v1alpha1",
        kind: "ClusterNetworkPolicy",
        metadata: { name: "tenantry-egress", labels: platformLabels(fleet) },
        spec: {
          tier: "Admin",
          priority: 10,
          subject: { namespaces: { matchExpressions: [{ key: LABEL.tenant, operator: "Exists" }] } },
          egress: [...(left.length > 0 ? [pass] : []), { name: "never", action: "Deny", to: [{ networks: shut }] }],
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
