import { LABEL, POD_SECURITY_VERSION } from "../../components/contract.ts";
import { says } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "restricted-namespaces";
const WANTED: Record<string, string> = {
  [LABEL.podSecurityEnforce]: "restricted",
  [LABEL.podSecurityEnforceVersion]: POD_SECURITY_VERSION,
  [LABEL.podSecurityWarn]: "restricted",
  [LABEL.podSecurityAudit]: "restricted",
};

/** A namespace without Pod Security admits privileged pods: one tenant owns every node. */
export const restrictedNamespaces: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "Tenant namespaces enforce the restricted Pod Security Standard, at a pinned version.",
      remediationSteps: `Label the namespace ${LABEL.podSecurityEnforce}=restricted and ${LABEL.podSecurityEnforceVersion}=${POD_SECURITY_VERSION}, warn and audit as well.`,
    },
    (object) =>
      object.group !== "core" || object.kind !== "Namespace" || !says(object.labels[LABEL.tenant])
        ? [] // tenant-labels demands the label
        : Object.entries(WANTED)
            .filter(([key, value]) => object.labels[key] !== value)
            .map(([key, value]) => `namespace "${object.name}" has ${key} ${shown(object.labels[key])}, want ${value}`),
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: [""], resources: ["namespaces"] }],
      conditions: {
        "labels-changed": 'request.operation == "CREATE" || object.metadata.?labels != oldObject.metadata.?labels',
      },
      variables: { labels: "object.metadata.?labels.orValue({})", wanted: cel(WANTED) },
      verdicts: [
        {
          found: "variables.wanted.map(k, k).filter(k, variables.labels[?k].orValue('') != variables.wanted[k])",
          wanted: `restricted, version ${POD_SECURITY_VERSION}`,
        },
      ],
    }),
};

const shown = (value: unknown): string => (typeof value === "string" ? `"${value}"` : "unset");
