import { LABEL } from "../components/contract.ts";
import type { AdmissionSettings } from "./rules/guardrail.ts";
import { wallsOf } from "./judging/walls.ts";
import { GUARDRAILS } from "./rules/index.ts";

export interface AdmissionPolicy {
  /** Name of the policy and of its binding. */
  name: string;
  /** Spec of the ValidatingAdmissionPolicy, or of the MutatingAdmissionPolicy. */
  policy: Record<string, unknown>;
  /** Spec of its binding; that of a validating policy always denies. */
  binding: Record<string, unknown>;
}

/** Every guardrail that the API server itself enforces, as data to register. Allow-lists are part of the text: see docs. */
export function admissionPolicies(settings: AdmissionSettings): AdmissionPolicy[] {
  return GUARDRAILS.flatMap(({ rule, admission }) => {
    if (!admission) return [];
    const { spec, scope } = admission(settings);
    return [bound(rule.name, spec, scope, { validationActions: ["Deny"] })];
  });
}

/** What the API server adds to objects before the policies above judge them, as data to register. */
export const admissionMutations = (): AdmissionPolicy[] =>
  GUARDRAILS.flatMap(({ rule, mutation }) => {
    if (!mutation) return [];
    const { spec, scope } = mutation();
    return [bound(rule.name, spec, scope, {})];
  });

function bound(rule: string, policy: Record<string, unknown>, scope: "tenants" | "cluster", binding: object) {
  const name = `tenantry-${rule}`;
  const tenants = { matchExpressions: [{ key: LABEL.tenant, operator: "Exists" }] };
  return {
    name,
    policy,
    binding: {
      policyName: name,
      ...binding,
      ...(scope === "tenants" && { matchResources: { namespaceSelector: tenants } }),
    },
  };
}

/** The same settings as configuration of the rules, by name: what `--policy-pack-config` holds for the CLI. */
export const ruleConfig = (settings: AdmissionSettings): Record<string, Record<string, unknown>> => ({
  "closed-networks": { ...wallsOf(settings) },
  "pinned-images": { registries: settings.registries },
});
