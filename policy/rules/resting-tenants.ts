import { LABEL, personaRole } from "../../components/contract.ts";
import { isDeployer, notControllers, notPlatform } from "../judging/exemption.ts";
import { fields, kubeObjects, says, text, type KubeObject } from "../judging/kube-object.ts";
import { twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "resting-tenants";
const VIEWER = personaRole("tenant-viewer");
const SCALED = ["Deployment", "StatefulSet", "ReplicaSet"];

/**
 * A suspended tenant that goes on writes into data that is about to be backed up, or takes it away before: by a binding that its
 * administrator made for a service account, by a token that is still good, by a workload that no file knows.
 */
export const restingTenants: Guardrail = {
  span: "tenant",
  rule: {
    name,
    enforcementLevel: "mandatory",
    severity: "high",
    description: "A tenant that is suspended or offboarding runs nothing, is only read, and keeps its data.",
    remediationSteps: "Set lifecycle in the tenant file and leave the rest to the Tenant component.",
    validateStack: ({ resources }, report) => {
      const placed = resources.flatMap(({ type, props, urn }) =>
        kubeObjects(type, props).map((object) => ({ object, urn })),
      );
      const resting = placed.map(({ object }) => object).filter(isResting);
      const names = new Set(resting.map((it) => it.name));
      for (const { object, urn } of placed)
        if (names.has(object.namespace)) for (const fault of faults(object)) report(fault, urn);
    },
  },
  admission: ({ platformGroups, deployerGroups = [] }) =>
    twin({
      name,
      scope: "tenants",
      match: [
        {
          apiGroups: ["*"],
          apiVersions: ["*"],
          resources: ["*/*"],
          operations: ["CREATE", "UPDATE", "DELETE"],
          scope: "Namespaced",
        },
      ],
      namespaceSelector: { matchExpressions: [{ key: LABEL.rest, operator: "Exists" }] },
      conditions: {
        ...notPlatform(platformGroups),
        ...notControllers,
        "not-deployer": `!${isDeployer(deployerGroups)}`,
        // Nodes end pods, and notes about objects are no part of what a tenant keeps.
        "not-nodes": '!request.userInfo.username.startsWith("system:node:") && request.resource.resource != "events"',
      },
      verdicts: [
        {
          found: '[request.operation + " of " + request.resource.resource + " " + request.?name.orValue("")]',
          wanted: "nothing written while the tenant is suspended or offboarding",
        },
      ],
    }),
};

const isResting = ({ group, kind, labels }: KubeObject): boolean =>
  group === "core" && kind === "Namespace" && says(labels[LABEL.rest]);

function faults({ kind, name: own, namespace, spec, body }: KubeObject): string[] {
  const what = `${kind} "${own}" of resting namespace "${namespace}"`;
  const hard = fields(spec.hard);
  const role = text(fields(body.roleRef).name);
  if (kind === "ResourceQuota" && "pods" in hard && text(hard.pods) !== "0")
    return [`${what} admits ${text(hard.pods)} pods, want 0`];
  if (SCALED.includes(kind) && spec.replicas !== 0) return [`${what} has ${shown(spec.replicas)} replicas, want 0`];
  if (kind === "CronJob" && spec.suspend !== true) return [`${what} is not suspended, want suspend: true`];
  if (kind === "HorizontalPodAutoscaler" || kind === "Ingress") return [`${what} is there, want none`];
  if (kind === "RoleBinding" && role !== VIEWER) return [`${what} gives ${role}, want ${VIEWER}`];
  return [];
}

const shown = (replicas: unknown): string => (typeof replicas === "number" ? `${replicas}` : "unset");
