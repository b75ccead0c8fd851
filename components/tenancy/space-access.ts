import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { personaRole, type Persona } from "../contract.ts";

export interface SpaceAccessArgs {
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  /** Group names by persona. A persona without groups has no binding. */
  groups: Record<Persona, string[]>;
}

/** The tenant's groups get their persona, and pods get no token unless they ask. */
export class SpaceAccess extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:SpaceAccess";
  /** Known once access stands. */
  readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: SpaceAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(SpaceAccess.__pulumiType, name, args, opts);
    const { namespace, labels } = args;
    const inside = { parent: this, deletedWith: opts?.deletedWith };

    // A patch: Kubernetes makes this account itself, so creating it would fail as it exists already.
    const account = new k8s.core.v1.ServiceAccountPatch(
      `${name}-account`,
      { metadata: { name: "default", namespace, labels }, automountServiceAccountToken: false },
      inside,
    );
    const bindings = (Object.entries(args.groups) as [Persona, string[]][])
      .filter(([, groups]) => groups.length > 0)
      .map(
        ([persona, groups]) =>
          new k8s.rbac.v1.RoleBinding(
            `${name}-${persona}`,
            {
              metadata: { name: persona, namespace, labels },
              roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: personaRole(persona) },
              subjects: groups.map((group) => ({
                apiGroup: "rbac.authorization.k8s.io",
                kind: "Group",
                name: group,
              })),
            },
            inside,
          ),
      );

    this.names = pulumi.all([account.metadata.name, ...bindings.map((it) => it.metadata.name)]);
    this.registerOutputs({ names: this.names });
  }
}
