import type { Tried } from "../check.ts";
import { type Change, type Workload, workload, WORKLOADS } from "../sample.ts";

const privileged: Change = (it, main) => {
  main.securityContext["privileged"] = true;
  main.securityContext["allowPrivilegeEscalation"] = true;
  it["hostNetwork"] = true;
};

const NAMES: Record<Workload, string> = {
  "deployments.apps": "a Deployment",
  "statefulsets.apps": "a StatefulSet",
  "daemonsets.apps": "a DaemonSet",
  "replicasets.apps": "a ReplicaSet",
  "jobs.batch": "a Job",
  "cronjobs.batch": "a CronJob",
  replicationcontrollers: "a ReplicationController",
};

/** Pod Security judges pods only: a bad template is stored, and what it makes fails for ever where nobody looks. */
const TEMPLATES: Tried[] = (Object.keys(WORKLOADS) as Workload[]).map((resource) => ({
  id: `workloads.${resource.split(".")[0]}`,
  title: `${NAMES[resource].replace(/^a /, "")}s are judged when they are written, not when their pods fail`,
  controls: ["CIS 5.2.1", "OWASP K04"],
  fix: "judge templates by an admission policy too",
  tries: (space) => [workload(`${NAMES[resource]} of privileged pods`, resource, space, privileged)],
  control: (space) => workload(`${NAMES[resource]} of restricted pods`, resource, space),
}));

const deployment = (what: string, change: Change) => ({
  tries: (space: Parameters<Tried["tries"]>[0]) => [workload(what, "deployments.apps", space, change)],
  control: (space: Parameters<Tried["control"]>[0]) =>
    workload("a Deployment of restricted pods", "deployments.apps", space),
});

export const WORKLOAD_CHECKS: Tried[] = [
  ...TEMPLATES,
  {
    id: "workloads.sizes",
    title: "Workloads state what they need",
    controls: ["NSA resource policies", "OWASP K01"],
    fix: "demand requests and limits in templates by an admission policy",
    ...deployment("a Deployment without requests and limits", (_, main) => {
      main["resources"] = {};
    }),
  },
  {
    id: "workloads.probes",
    title: "Workloads that run on say whether they are well",
    controls: ["OWASP K01"],
    fix: "demand readiness and liveness probes in templates by an admission policy",
    ...deployment("a Deployment without probes", (_, main) => {
      Reflect.deleteProperty(main, "readinessProbe");
      Reflect.deleteProperty(main, "livenessProbe");
    }),
  },
];
