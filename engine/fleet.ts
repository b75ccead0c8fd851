import type { Guardrail } from "../policy/rules/guardrail.ts";
import type { RuleConfig } from "./plan/check.ts";
import type { Program } from "./plan/plan.ts";

/** A tenant as the program's own reader describes it, before anything is planned. */
export interface FleetTenant {
  id: string;
  /** What people call it. */
  name?: string;
  plan: string;
  tier: string;
  /** Why only the Pulumi CLI can make it. */
  cliOnly?: string;
  /** E-mail address. */
  owner: string;
  spaces: string[];
  /** In the order of the spaces. */
  namespaces: string[];
  hosts: string[];
  groups: { admins: string[]; users: string[]; viewers: string[] };
  file: string;
  /** Canonical JSON of the tenant: equal text means an equal tenant. */
  digestInput: string;
  /** Where its file says it stands; `since` is the day that file gives for an offboarding. */
  lifecycle: { state: "active" | "suspended" | "offboarding"; since?: string; retentionDays: number };
}

/** What the cluster keeps of a tenant, for `status` to show when its file is gone. */
export const summaryOf = ({ plan, tier, spaces, namespaces }: FleetTenant): Record<string, string> => ({
  plan,
  tier,
  spaces: spaces.join(" "),
  namespaces: namespaces.join(" "),
});

/** A fault of the input; `tenant` is the one to set aside, unset where that would not help. */
export interface FleetFault {
  tenant?: string;
  text: string;
}

export interface Fleet {
  settings: {
    fleet: string;
    cloud: string;
    context: string;
    kubeconfig?: string;
    platformGroups: string[];
    deployerGroups: string[];
    registries: string[];
    runner: string;
    storage: { class?: string; refused: string[] };
  };
  tenants: FleetTenant[];
  faults: FleetFault[];
  /** Ids of tenants whose file says that they were purged. */
  purged: string[];
  /** Ids of tenants whose file is faulty and that a run goes on without; what they have in the cluster stays as it is. */
  aside: string[];
}

export interface Guardrails {
  rules: readonly Guardrail[];
  /** What they take from the settings, by rule. */
  config?: RuleConfig;
}

/** Everything a run works on: one stack of one checkout. */
export interface Stack {
  name: string;
  project: string;
  /** As the program reads it; keys with their namespace. */
  config: Record<string, string>;
  program: Program;
  fleet: Fleet;
  /** Digest of the program's sources, guardrails among them, tenant files left out. */
  version: string;
  /** Loaded only where something is planned. */
  guardrails: () => Promise<Guardrails>;
  /** Finds the helm program; asked for only when the plan holds a chart. */
  helm?: () => Promise<string>;
}
