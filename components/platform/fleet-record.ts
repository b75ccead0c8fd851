import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAME, platformLabels } from "../contract.ts";

export interface FleetRecordArgs {
  namespace: pulumi.Input<string>;
  fleet: string;
  /** cli, direct or gitops: the one way that may change this fleet. */
  runner: string;
}

/** Says in the cluster who runs the fleet, so that a second way of running it stops before it changes anything. */
export class FleetRecord extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:FleetRecord";

  constructor(name: string, args: FleetRecordArgs, opts?: pulumi.ComponentResourceOptions) {
    super(FleetRecord.__pulumiType, name, args, opts);
    new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: { name: NAME.fleet, namespace: args.namespace, labels: platformLabels(args.fleet) },
        data: { fleet: args.fleet, runner: args.runner },
      },
      { parent: this, deletedWith: opts?.deletedWith },
    );
    this.registerOutputs({});
  }
}
