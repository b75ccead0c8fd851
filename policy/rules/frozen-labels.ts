import { LABEL } from "../../components/contract.ts";
import { fields, list, text } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { isDeployer, notControllers, notPlatform } from "../judging/exemption.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "frozen-labels";
const GUARDS = ["Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy", "RoleBinding", "Role"];
/** The last are read by the API server's own placement plug-ins, where they are on. */
const FROZEN = ["tenantry.dev/", "pod-security.kubernetes.io/", LABEL.namespaceName, "scheduler.alpha.kubernetes.io/"];

/** CEL: the frozen keys that differ between two maps. */
const changed = (before: string, after: string) => {
  const frozen = (key: string) => `(${FROZEN.map((it) => `${key}.startsWith(${cel(it)})`).join(" || ")})`;
  return (
    `${after}.map(k, k).filter(k, ${frozen("k")} && ${before}[?k].orValue("") != ${after}[k])` +
    ` + ${before}.map(k, k).filter(k, ${frozen("k")} && !(k in ${after}))`
  );
};

/**
 * Whoever changes a namespace's labels chooses its tenant, its Pod Security and the network policies that select it.
 * `namespaces/status` and `namespaces/finalize` change labels too (CVE-2022-46167 and those after it).
 */
export const frozenLabels: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "Nobody but the platform changes what marks a namespace, and the platform never stops watching it.",
      remediationSteps: "Remove ignoreChanges from the resource; change a tenant's labels in its tenant file.",
    },
    (object, { opts }) =>
      GUARDS.includes(object.kind)
        ? list(fields(opts).ignoreChanges)
            .map(text)
            .map((path) => `${object.kind} "${object.name}" ignores changes of "${path}", want none ignored on a guard`)
        : [],
  ),
  admission: ({ platformGroups, deployerGroups = [] }) =>
    twin({
      name,
      scope: "cluster",
      match: [{ apiGroups: [""], resources: ["namespaces", "namespaces/status", "namespaces/finalize"] }],
      // What the deployer makes of a namespace is judged by contained-deployer, tenant-labels and restricted-namespaces.
      conditions: {
        ...notPlatform(platformGroups),
        ...notControllers,
        "not-deployer": `!${isDeployer(deployerGroups)}`,
      },
      variables: {
        labels: "object.metadata.?labels.orValue({})",
        oldLabels: "oldObject == null ? {} : oldObject.metadata.?labels.orValue({})",
        notes: "object.metadata.?annotations.orValue({})",
        oldNotes: "oldObject == null ? {} : oldObject.metadata.?annotations.orValue({})",
        // The API server itself sets this one, always to the namespace's name.
        ownName: `{${cel(LABEL.namespaceName)}: object.metadata.name}`,
        before: "oldObject == null ? variables.ownName : variables.oldLabels",
      },
      verdicts: [
        {
          found: changed("variables.before", "variables.labels"),
          wanted: "these labels to stay: the platform alone sets them",
        },
        {
          found: changed("variables.oldNotes", "variables.notes"),
          wanted: "these annotations to stay: the platform alone sets them",
        },
      ],
    }),
};
