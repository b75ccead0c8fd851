import { fields, list, says, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { notControllers, notPlatform } from "../judging/exemption.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "private-claims";
const FOREIGN = ["volumeName", "selector", "dataSource", "dataSourceRef"];

/** A claim that picks its volume, or what the volume is filled from, reads what another tenant left on it. */
export const privateClaims: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Claims get fresh volumes: none picks a volume or its contents.",
      remediationSteps: `Remove ${FOREIGN.join(", ")} from the claim; restores are the platform's.`,
    },
    (object) =>
      claimsOf(object).flatMap(({ title, spec }) =>
        FOREIGN.filter((key) => says(spec[key])).map((key) => `${title} sets ${key}, want it unset`),
      ),
  ),
  admission: ({ platformGroups }) =>
    twin({
      name,
      scope: "tenants",
      match: [
        { apiGroups: [""], resources: ["persistentvolumeclaims"] },
        { apiGroups: ["apps"], resources: ["statefulsets"] },
      ],
      // The volume binder writes volumeName; that is how a claim is bound.
      conditions: { ...notPlatform(platformGroups), ...notControllers, ...CHANGED },
      variables: {
        claims: 'object.kind == "PersistentVolumeClaim" ? [object] : object.spec.?volumeClaimTemplates.orValue([])',
        bound: 'oldObject == null || object.kind == "StatefulSet" ? "" : oldObject.spec.?volumeName.orValue("")',
      },
      verdicts: [
        {
          found: FOREIGN.map((key) =>
            key === "volumeName"
              ? `variables.claims.filter(c, c.?spec.?volumeName.orValue("") != variables.bound).map(c, "volumeName")`
              : `variables.claims.filter(c, has(c.spec.${key})).map(c, "${key}")`,
          ).join(" + "),
          wanted: "a fresh volume, without these",
        },
      ],
    }),
};

function claimsOf({ group, kind, name: object, spec }: KubeObject): { title: string; spec: Fields }[] {
  if (group === "core" && kind === "PersistentVolumeClaim") return [{ title: `claim "${object}"`, spec }];
  if (group !== "apps" || kind !== "StatefulSet") return [];
  return list(spec.volumeClaimTemplates).map((it) => ({
    title: `claim template of "${object}"`,
    spec: fields(fields(it).spec),
  }));
}
