import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAME, platformLabels } from "../contract.ts";

export interface AdministratorsArgs {
  fleet: string;
  /** Groups whose members administer the cluster. */
  groups: string[];
}

const RBAC = "rbac.authorization.k8s.io";

/** Who may change the walls. Groups of Kubernetes itself, `system:...`, have their rights from there and get none here. */
export class Administrators extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:Administrators";

  constructor(name: string, args: AdministratorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Administrators.__pulumiType, name, args, opts);
    const groups = args.groups.filter((it) => !it.startsWith("system:"));
    if (groups.length > 0) {
      new k8s.rbac.v1.ClusterRoleBinding(
        name,
        {
          metadata: { name: NAME.administrators, labels: platformLabels(args.fleet) },
          roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
          subjects: groups.map((it) => ({ apiGroup: RBAC, kind: "Group", name: it })),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
