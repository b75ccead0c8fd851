import { LABEL } from "../components/contract.ts";
import type { AdmissionSettings } from "./rules/guardrail.ts";
import { GUARDRAILS } from "./rules/index.ts";

export interface AdmissionPolicy {
  /** Name of the policy and of its binding. */
  name: string;
  /** Spec of the ValidatingAdmissionPolicy. */
  policy: Record<string, unknown>;
  /** Spec of the ValidatingAdmissionPolicyBinding; it always denies. */
  binding: Record<string, unknown>;
}

/** Every guardrail that the API server itself enforces, as data to register. Allow-lists are part of the text: see docs. */
export function admissionPolicies(settings: AdmissionSettings): AdmissionPolicy[] {
  return GUARDRAILS.flatMap(({ rule, admission }) => {
    if (!admission) return [];
    const { spec, scope } = admission(settings);
    const name = `tenantry-${rule.name}`;
    return [
      {
        name,
        policy: spec,
        binding: {
          policyName: name,
          validationActions: ["Deny"],
          ...(scope === "tenants" && {
            matchResources: {
              namespaceSelector: { matchExpressions: [{ key: LABEL.tenant, operator: "Exists" }] },
            },
          }),
        },
      },
    ];
  });
}

/** The same settings as configuration of the rules, by name: what `--policy-pack-config` holds for the CLI. */
export const ruleConfig = ({ registries }: AdmissionSettings): Record<string, Record<string, unknown>> => ({
  "pinned-images": { registries },
});
