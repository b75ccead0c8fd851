import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster, ClusterProfile } from "./cluster.ts";

export interface ExistingClusterArgs {
  /** Context of the kubeconfig. */
  context: string;
  /** Path of the kubeconfig; unset means the usual places. */
  kubeconfig?: string;
  profile: ClusterProfile;
}

/** A cluster that somebody else made, known by a context of a kubeconfig. */
export class ExistingCluster extends pulumi.ComponentResource implements Cluster {
  static readonly __pulumiType = "tenantry:cluster:ExistingCluster";
  readonly kubernetes: k8s.Provider;
  readonly profile: ClusterProfile;

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ExistingCluster.__pulumiType, name, args, opts);
    const { context, kubeconfig, profile } = args;
    this.profile = profile;
    this.kubernetes = new k8s.Provider(
      name,
      {
        context,
        ...(kubeconfig === undefined ? {} : { kubeconfig }),
        enableServerSideApply: true,
        // An unreachable cluster is an error, never a success that did nothing or a state that forgot.
        skipUpdateUnreachable: false,
        deleteUnreachable: false,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
