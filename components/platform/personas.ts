import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PERSONAS, personaRole, platformLabels } from "../contract.ts";
import { PERSONA_RULES } from "./persona-rules.ts";

export interface PersonasArgs {
  fleet: string;
}

/** The roles tenants are given, bound in their own namespaces only. Kubernetes' own `edit` and `admin` would let them remove their guards. */
export class Personas extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:Personas";

  constructor(name: string, args: PersonasArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Personas.__pulumiType, name, args, opts);
    for (const persona of PERSONAS) {
      new k8s.rbac.v1.ClusterRole(
        `${name}-${persona}`,
        {
          metadata: { name: personaRole(persona), labels: platformLabels(args.fleet) },
          rules: PERSONA_RULES[persona],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
