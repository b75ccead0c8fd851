import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformLabels, VIRTUAL } from "../contract.ts";

export interface VirtualRoleArgs {
  fleet: string;
}

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "update", "patch", "delete"];
const core = (resources: string[], verbs: string[]) => ({ apiGroups: [""], resources, verbs });

/**
 * What a virtual control plane may do, bound in its own namespace only: the chart's own role for version 0.36 without what is
 * not synced (ingresses, network policies, endpoints), and without the right to change the workloads of the platform.
 */
export class VirtualRole extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:VirtualRole";

  constructor(name: string, args: VirtualRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super(VirtualRole.__pulumiType, name, args, opts);
    new k8s.rbac.v1.ClusterRole(
      name,
      {
        metadata: { name: VIRTUAL.role, labels: platformLabels(args.fleet) },
        rules: [
          core(["configmaps", "secrets", "services", "pods", "persistentvolumeclaims"], WRITE),
          core(["pods/exec", "pods/attach", "pods/portforward"], ["get", "create"]),
          core(["pods/status", "pods/ephemeralcontainers", "pods/resize"], ["update", "patch"]),
          core(["pods/log", "endpoints"], READ),
          core(["events"], [...READ, "create"]),
          { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: [...READ, "create"] },
          { apiGroups: ["apps"], resources: ["statefulsets", "replicasets", "deployments"], verbs: READ },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
