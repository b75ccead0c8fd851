import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformLabels } from "../contract.ts";

type PolicySpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;
type BindingSpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec;
type MutationSpec = k8s.types.input.admissionregistration.v1.MutatingAdmissionPolicySpec;
type MutationBindingSpec = k8s.types.input.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec;

/** One rule that the API server enforces, and where. Policy and binding share the name. */
export interface Admission {
  name: string;
  /** Spec of the admission policy. */
  policy: object;
  /** Spec of its binding. */
  binding: object;
}

export interface AdmissionPoliciesArgs {
  fleet: string;
  rules: Admission[];
  /** What is added before the rules judge; only for clusters that know MutatingAdmissionPolicy. */
  mutations?: Admission[];
}

/** The guardrails as the API server enforces them, on everybody and for ever. */
export class AdmissionPolicies extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:AdmissionPolicies";

  constructor(name: string, args: AdmissionPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    // Their text is the children's input; here a list of names is enough.
    const names = (list: Admission[]) => list.map((it) => it.name);
    const { fleet, rules, mutations = [] } = args;
    super(AdmissionPolicies.__pulumiType, name, { fleet, rules: names(rules), mutations: names(mutations) }, opts);
    for (const rule of rules) {
      const metadata = { name: rule.name, labels: platformLabels(fleet) };
      const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
        `${name}-${rule.name}`,
        { metadata, spec: rule.policy as PolicySpec },
        // Stated for each, as an option of a component does not reach its children.
        { parent: this, dependsOn: opts?.dependsOn },
      );
      new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
        `${name}-${rule.name}-binding`,
        { metadata, spec: rule.binding as BindingSpec },
        { parent: this, dependsOn: policy },
      );
    }
    for (const rule of mutations) {
      const metadata = { name: rule.name, labels: platformLabels(fleet) };
      const policy = new k8s.admissionregistration.v1.MutatingAdmissionPolicy(
        `${name}-${rule.name}-mutation`,
        { metadata, spec: rule.policy as MutationSpec },
        { parent: this, dependsOn: opts?.dependsOn },
      );
      new k8s.admissionregistration.v1.MutatingAdmissionPolicyBinding(
        `${name}-${rule.name}-mutation-binding`,
        { metadata, spec: rule.binding as MutationBindingSpec },
        { parent: this, dependsOn: policy },
      );
    }
    this.registerOutputs({});
  }
}
