import { fields, list, says, text, type Fields } from "../judging/kube-object.ts";
import { tenantRule } from "../judging/promise.ts";
import { twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "internal-services";

/**
 * NodePort and LoadBalancer open a way in beside the gateway, externalIPs take over anybody's address
 * (CVE-2020-8554), and ExternalName makes the gateway fetch from another tenant or from inside the cluster.
 */
export const internalServices: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Tenants' services are ClusterIP only; the way in is the platform's gateway.",
      remediationSteps:
        "Set spec.type to ClusterIP, drop externalIPs, loadBalancerIP, externalName and nodePort, and set host: true on the app.",
    },
    (object) =>
      object.group === "core" && object.kind === "Service"
        ? faults(object.spec).map((fault) => `service "${object.name}" ${fault}`)
        : [],
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: [""], resources: ["services"] }],
      variables: { spec: "object.?spec.orValue({})" },
      verdicts: [
        {
          found:
            '(variables.spec.?type.orValue("ClusterIP") == "ClusterIP" ? [] : ["type " + variables.spec.type])' +
            ' + (size(variables.spec.?externalIPs.orValue([])) == 0 ? [] : ["externalIPs"])' +
            ' + (variables.spec.?loadBalancerIP.orValue("") == "" ? [] : ["loadBalancerIP"])' +
            ' + (variables.spec.?externalName.orValue("") == "" ? [] : ["externalName"])' +
            ' + (variables.spec.?ports.orValue([]).all(p, p.?nodePort.orValue(0) == 0) ? [] : ["nodePort"])',
          wanted: "type ClusterIP without these: the way in is the platform's gateway",
        },
      ],
    }),
};

function faults(spec: Fields): string[] {
  const type = spec.type === undefined ? "ClusterIP" : text(spec.type);
  return [
    ...(type === "ClusterIP" ? [] : [`has type "${type}", want ClusterIP`]),
    ...["externalIPs", "loadBalancerIP", "externalName"]
      .filter((key) => says(spec[key]))
      .map((key) => `sets ${key}, want it unset`),
    ...(list(spec.ports).some((it) => says(fields(it).nodePort)) ? ["sets a nodePort, want it unset"] : []),
  ];
}
