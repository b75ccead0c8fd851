import { LABEL } from "../../components/contract.ts";
import { fields, says } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import type { Guardrail } from "./guardrail.ts";

/** Removing a line from the program would delete a namespace, and with it all data of a tenant. */
export const protectedNamespaces: Guardrail = {
  rule: objectRule(
    {
      name: "protected-namespaces",
      severity: "critical",
      description: "What holds a tenant's data is never deleted by a deployment.",
      remediationSteps: "Set { protect: true } on the resource; offboard a tenant to delete its data.",
    },
    ({ group, kind, name, labels }, { opts }) => {
      const holds = kind === "PersistentVolume" || (kind === "Namespace" && says(labels[LABEL.tenant]));
      if (group !== "core" || !holds || fields(opts).protect === true) return [];
      return [`${kind} "${name}" is not protected, want protect: true`];
    },
  ),
};
