import type { PolicyConfigSchema, ResourceValidationArgs, ResourceValidationPolicy, Severity } from "@pulumi/policy";
import { isTenants, kubeObjects, type KubeObject } from "./kube-object.ts";

interface Promised {
  name: string;
  severity: Severity;
  description: string;
  /** The line to type that mends it. */
  remediationSteps: string;
  configSchema?: PolicyConfigSchema;
}

/** A mandatory rule over every Kubernetes object of the program; `judge` returns what is wrong, as found and wanted. */
export function objectRule(
  promised: Promised,
  judge: (object: KubeObject, args: ResourceValidationArgs) => string[],
): ResourceValidationPolicy {
  return {
    enforcementLevel: "mandatory",
    ...promised,
    validateResource: (args, report) => {
      for (const object of kubeObjects(args.type, args.props))
        for (const message of judge(object, args)) report(message);
    },
  };
}

/** A mandatory rule over what belongs to tenants: see `isTenants` for why leaving a label off is no way out. */
export const tenantRule = (
  promised: Promised,
  judge: (object: KubeObject, args: ResourceValidationArgs) => string[],
): ResourceValidationPolicy => objectRule(promised, (object, args) => (isTenants(object) ? judge(object, args) : []));

/** A list of strings from the pack's configuration, or the default. */
export function setting(args: ResourceValidationArgs, key: string, otherwise: readonly string[]): readonly string[] {
  const value = args.getConfig<Record<string, unknown>>()[key];
  return Array.isArray(value) ? value.filter((it): it is string => typeof it === "string") : otherwise;
}
