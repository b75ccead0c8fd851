import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { DEPLOYER, NAME, platformLabels } from "../contract.ts";
import { DEPLOYER_HOME_RULES, DEPLOYER_RULES } from "./deployer-rules.ts";
import type { Rule } from "./persona-rules.ts";

export interface DeployerArgs {
  /** The platform's namespace. */
  namespace: pulumi.Input<string>;
  fleet: string;
  /** Groups whose members deploy tenants. */
  groups: string[];
}

const RBAC = "rbac.authorization.k8s.io";

/** Who deploys tenants: groups, and an account for what runs in the cluster. May change every tenant, and none of the walls between them. */
export class Deployer extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:Deployer";

  constructor(name: string, args: DeployerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Deployer.__pulumiType, name, args, opts);
    const { namespace, groups } = args;
    const labels = platformLabels(args.fleet);
    const inside = { parent: this, deletedWith: opts?.deletedWith };
    const home = { name: DEPLOYER.name, namespace, labels };
    const everywhere = { name: DEPLOYER.role, labels };
    const subjects = [
      ...groups.map((it) => ({ apiGroup: RBAC, kind: "Group", name: it })),
      { kind: "ServiceAccount", name: DEPLOYER.name, namespace: NAME.system },
    ];

    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: home, automountServiceAccountToken: false }, inside);
    new k8s.rbac.v1.ClusterRole(
      `${name}-fleet`,
      { metadata: everywhere, rules: DEPLOYER_RULES as Rule[] },
      { parent: this },
    );
    new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-fleet-binding`,
      { metadata: everywhere, roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: DEPLOYER.role }, subjects },
      { parent: this },
    );
    new k8s.rbac.v1.Role(`${name}-home`, { metadata: home, rules: DEPLOYER_HOME_RULES as Rule[] }, inside);
    new k8s.rbac.v1.RoleBinding(
      `${name}-home-binding`,
      { metadata: home, roleRef: { apiGroup: RBAC, kind: "Role", name: DEPLOYER.name }, subjects },
      inside,
    );
    this.registerOutputs({});
  }
}
