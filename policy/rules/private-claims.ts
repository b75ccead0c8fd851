import { fields, list, says, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { notControllers, notPlatform } from "../judging/exemption.ts";
import { PODS, POD_VARIABLES, templateOf } from "../judging/pod-template.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "private-claims";
const FOREIGN = ["volumeName", "selector", "dataSource", "dataSourceRef"];
/** The old place of the storage class, which still wins over the new one. */
const CLASS_NOTE = "volume.beta.kubernetes.io/storage-class";

/**
 * A claim that picks its volume, or what the volume is filled from, reads what another tenant left on it. One of no storage
 * class is given whichever volume lies about. A pod's ephemeral volume is a claim as well, made for it by a controller.
 */
export const privateClaims: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Claims get fresh volumes: none picks a volume or its contents.",
      remediationSteps: `Remove ${FOREIGN.join(", ")} from the claim; restores are the platform's.`,
    },
    (object) =>
      claimsOf(object).flatMap(({ title, spec, annotations }) =>
        [
          ...FOREIGN.filter((key) => says(spec[key])),
          ...(spec.storageClassName === "" ? ["an empty storageClassName"] : []),
          ...(CLASS_NOTE in annotations ? [CLASS_NOTE] : []),
        ].map((key) => `${title} sets ${key}, want it unset`),
      ),
  ),
  admission: ({ platformGroups }) =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: [""], resources: ["persistentvolumeclaims"] }, ...PODS],
      conditions: {
        ...notPlatform(platformGroups),
        // The volume binder writes volumeName; that is how a claim is bound. Controllers' pods are judged like any other.
        "not-binder": `request.resource.resource != "persistentvolumeclaims" || ${notControllers["not-controllers"] ?? "true"}`,
        ...CHANGED,
      },
      variables: {
        ...POD_VARIABLES,
        claims:
          'object.kind == "PersistentVolumeClaim" ? [object] : (object.kind == "StatefulSet" ? object.spec.?volumeClaimTemplates.orValue([]) : [])' +
          " + variables.volumes.filter(v, has(v.ephemeral)).map(v, v.ephemeral.?volumeClaimTemplate.orValue({}))",
        bound:
          'oldObject == null || object.kind != "PersistentVolumeClaim" ? "" : oldObject.spec.?volumeName.orValue("")',
      },
      verdicts: [
        {
          found: [
            ...FOREIGN.map((key) =>
              key === "volumeName"
                ? `variables.claims.filter(c, c.?spec.?volumeName.orValue("") != variables.bound).map(c, "volumeName")`
                : `variables.claims.filter(c, c.?spec.?${key}.hasValue()).map(c, "${key}")`,
            ),
            `variables.claims.filter(c, c.?spec.?storageClassName.orValue("any") == "").map(c, "empty storageClassName")`,
            `variables.claims.filter(c, c.?metadata.?annotations[?${cel(CLASS_NOTE)}].hasValue()).map(c, ${cel(CLASS_NOTE)})`,
          ].join(" + "),
          wanted: "a fresh volume, without these",
        },
      ],
    }),
};

interface Claim {
  title: string;
  spec: Fields;
  annotations: Fields;
}

function claimsOf(object: KubeObject): Claim[] {
  const { group, kind, name: own, spec, annotations } = object;
  if (group === "core" && kind === "PersistentVolumeClaim") return [{ title: `claim "${own}"`, spec, annotations }];
  const kept = group === "apps" && kind === "StatefulSet" ? list(spec.volumeClaimTemplates) : [];
  const volumes = list(templateOf(object)?.spec.volumes).map(fields);
  return [
    ...kept.map((it) => claimOf(`claim template of "${own}"`, it)),
    ...volumes
      .filter((it) => "ephemeral" in it)
      .map((it) => claimOf(`ephemeral volume "${text(it.name)}"`, fields(it.ephemeral).volumeClaimTemplate)),
  ];
}

const claimOf = (title: string, template: unknown): Claim => {
  const { spec, metadata } = fields(template);
  return { title, spec: fields(spec), annotations: fields(fields(metadata).annotations) };
};
