import type { AdmissionTwin } from "../rules/guardrail.ts";

/** A value as a CEL literal: CEL reads JSON's strings, numbers, lists and maps as they are. */
export const cel = (value: unknown): string => JSON.stringify(value);

export interface Matched {
  apiGroups: string[];
  resources: string[];
  apiVersions?: string[];
  operations?: string[];
  /** Without it objects of namespaces and of the cluster. */
  scope?: "Namespaced";
}

interface Verdict {
  /** CEL: a list of strings, one for each thing found that is wrong; empty when all is well. */
  found: string;
  /** What would be right, and what to do. */
  wanted: string;
}

interface Judged {
  /** Name of the guardrail: each refusal starts with it. */
  name: string;
  scope: AdmissionTwin["scope"];
  match: Matched[];
  /** Narrows the binding's namespaces further. */
  namespaceSelector?: object;
  /** CEL by name; all must hold or the policy does not apply. */
  conditions?: Record<string, string>;
  /** CEL by name, each may use those before it. Type checks are blind through variables, which suits kinds of many shapes. */
  variables?: Record<string, string>;
  verdicts: Verdict[];
}

/** A policy that fails closed and says what it found. */
export function twin({ name, scope, match, namespaceSelector, conditions = {}, variables = {}, verdicts }: Judged) {
  const named = (entries: Record<string, string>) =>
    Object.entries(entries).map(([key, expression]) => ({ name: key, expression }));
  return {
    scope,
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        matchPolicy: "Equivalent",
        ...(namespaceSelector && { namespaceSelector }),
        resourceRules: match.map((it) => ({ apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], ...it })),
      },
      matchConditions: named(conditions),
      variables: [
        ...named(variables),
        ...verdicts.map(({ found }, index) => ({ name: `found${index}`, expression: found })),
      ],
      validations: verdicts.map(({ wanted }, index) => ({
        expression: `size(variables.found${index}) == 0`,
        message: `${name}: want ${wanted}`,
        messageExpression: `${cel(`${name}: `)} + variables.found${index}.join(", ") + ${cel(`: want ${wanted}`)}`,
      })),
    },
  } satisfies AdmissionTwin;
}

/** Objects that broke a rule before it was made can still be relabelled and shed finalizers. */
export const CHANGED = {
  "spec-changed": 'request.operation == "CREATE" || object.?spec != oldObject.?spec',
};
