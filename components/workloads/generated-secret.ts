import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface GeneratedSecretArgs {
  namespace: pulumi.Input<string>;
  /** Name of the Secret. */
  secret: string;
  labels: Record<string, string>;
  /** Name of each key with the length of its value in characters. */
  values: Record<string, { length: number }>;
}

/** Values nobody ever types or reads: made once, kept in the state of whoever runs the fleet, handed over as one Secret. */
export class GeneratedSecret extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:workloads:GeneratedSecret";
  /** Known once the Secret exists. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: GeneratedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super(GeneratedSecret.__pulumiType, name, args, opts);
    const data = Object.entries(args.values).map(([key, { length }]): [string, pulumi.Output<string>] => {
      // The key stays as it is: in kebab case two tenants could end up with one name.
      const password = new random.RandomPassword(`${name}-${key}`, { length, special: false }, { parent: this });
      return [key, pulumi.secret(password.result).apply((it) => Buffer.from(it).toString("base64"))];
    });
    // `data` and not `stringData`: a key that is dropped from the latter stays in the cluster under server-side apply.
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: args.secret, namespace: args.namespace, labels: args.labels },
        type: "Opaque",
        data: Object.fromEntries(data),
      },
      { parent: this, deletedWith: opts?.deletedWith },
    );
    this.name = secret.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}
