import { fields, says, type KubeObject } from "../judging/kube-object.ts";
import {
  LONG_RUNNING,
  mainContainers,
  POD_VARIABLES,
  startedContainers,
  templateOf,
  TEMPLATES,
} from "../judging/pod-template.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "probed-and-sized-containers";
const SIZES = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];
const PROBES = ["readinessProbe", "livenessProbe"];

/**
 * Without sizes the scheduler overbooks nodes and one tenant starves the next; without probes a rollout that serves
 * nothing counts as done. Templates only: a bare pod is sized by the namespace's LimitRange, and quota refuses it otherwise.
 */
export const probedAndSizedContainers: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "medium",
      description:
        "Every container of a workload states CPU and memory; long-running ones have readiness and liveness probes.",
      remediationSteps:
        "Add resources.requests, resources.limits, readinessProbe and livenessProbe to each container named.",
    },
    (object) => [...unsized(object), ...unprobed(object)],
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: TEMPLATES,
      conditions: CHANGED,
      variables: POD_VARIABLES,
      verdicts: [
        {
          found: `variables.started.filter(c, !(${SIZES.map((it) => `has(c.resources) && c.resources.?${it.replace(".", ".?")}.hasValue()`).join(" && ")})).map(c, "container " + c.name)`,
          wanted: SIZES.join(", "),
        },
        {
          found: `object.kind in ${cel(LONG_RUNNING)} ? variables.main.filter(c, !(${PROBES.map((it) => `has(c.${it})`).join(" && ")})).map(c, "container " + c.name) : []`,
          wanted: PROBES.join(" and "),
        },
      ],
    }),
};

function unsized(object: KubeObject): string[] {
  const template = object.kind === "Pod" ? undefined : templateOf(object);
  return startedContainers(template?.spec ?? {}).flatMap(({ title, body }) => {
    const missing = SIZES.filter((path) => {
      const [side = "", key = ""] = path.split(".");
      return !says(fields(fields(body.resources)[side])[key]);
    });
    return missing.length === 0 ? [] : [`${title} has no ${missing.join(", ")}, want each stated`];
  });
}

function unprobed(object: KubeObject): string[] {
  const template = LONG_RUNNING.includes(object.kind) ? templateOf(object) : undefined;
  return mainContainers(template?.spec ?? {}).flatMap(({ title, body }) => {
    const missing = PROBES.filter((probe) => !says(body[probe]));
    return missing.length === 0 ? [] : [`${title} has no ${missing.join(", ")}, want both`];
  });
}
