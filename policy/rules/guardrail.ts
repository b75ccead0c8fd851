import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

/** What the platform tells admission policies when they are rendered; plain data, from the stack's settings. */
export interface AdmissionSettings {
  /** Groups that run the platform: exempt from tenant rules, by identity, never by a label a tenant could copy. */
  platformGroups: string[];
  /** Groups that deploy tenants; they are contained, and set what marks a tenant's namespace. */
  deployerGroups?: string[];
  /** Image prefixes, each ending in "/". */
  registries: string[];
  /** direct, cli or gitops: who may write the fleet's owner record. */
  runner: string;
  /** CIDRs of the cluster itself, which no network policy of a tenant may open. */
  ranges?: { nodes: string[]; pods: string[]; services: string[] };
  /** Where the cluster's resolvers are: pods by labels, and addresses of those on the nodes. */
  network?: { dns: Resolvers };
}

export interface Resolvers {
  namespace: string;
  labels: Record<string, string>;
  addresses: string[];
}

/** The `spec` of a ValidatingAdmissionPolicy; its binding always denies, in every tenant namespace or where `scope` says. */
export interface AdmissionTwin {
  spec: Record<string, unknown>;
  /** "tenants": only namespaces with the tenant label; "cluster": everywhere the spec matches. */
  scope: "tenants" | "cluster";
}

/** The `spec` of a MutatingAdmissionPolicy: adds what a twin demands, so that nobody has to write it. Never the only guard. */
export interface AdmissionMutation {
  spec: Record<string, unknown>;
  scope: AdmissionTwin["scope"];
}

/** One promise: the attack is in the file's doc comment, the rule judges our program, the twin judges everybody in the cluster. */
export interface Guardrail {
  rule: ResourceValidationPolicy | StackValidationPolicy;
  /** Absent where admission cannot see it (it sees one object at a time, and no reads). */
  admission?: (settings: AdmissionSettings) => AdmissionTwin;
  /** For clusters that know MutatingAdmissionPolicy (Kubernetes 1.36); the twin holds without it. */
  mutation?: () => AdmissionMutation;
  /**
   * What a stack rule must see at once. "tenant": all resources of one tenant; "fleet": only components
   * (their inputs are summaries), of all tenants. Resource rules leave it unset.
   */
  span?: "tenant" | "fleet";
}
