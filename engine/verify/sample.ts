import type { Trial } from "./check.ts";
import type { Space } from "./space.ts";

/** A name that means something in the server's log, though nothing of that name is ever stored. */
export const TRIAL_NAME = "tenantry-verify";

export interface Container {
  name: string;
  image: string;
  securityContext: Record<string, unknown>;
  [key: string]: unknown;
}

export interface PodSpec {
  containers: [Container];
  securityContext: Record<string, unknown>;
  volumes: object[];
  [key: string]: unknown;
}

export type Change = (pod: PodSpec, main: Container, space: Space) => void;

const probe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 10 };

/** Everything is stated, so that neither defaults nor their absence decide. */
export function container(space: Space, name = "main"): Container {
  return {
    ...{ name, image: space.image },
    resources: {
      requests: { cpu: "1m", memory: "1Mi", "ephemeral-storage": "1Mi" },
      limits: { cpu: "1m", memory: "1Mi", "ephemeral-storage": "1Mi" },
    },
    securityContext: {
      ...{ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ["ALL"] },
    },
    ...{ readinessProbe: probe, livenessProbe: probe },
  };
}

/** The most harmless pod there is, then changed. */
export function podSpec(space: Space, change: Change = () => undefined): PodSpec {
  const main = container(space);
  const pod: PodSpec = {
    ...structuredClone(space.placement),
    ...{ automountServiceAccountToken: false, enableServiceLinks: false },
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [main],
    volumes: [],
  };
  change(pod, main, space);
  return pod;
}

const metadata = { name: TRIAL_NAME };
const labels = { app: TRIAL_NAME };
const selector = { matchLabels: labels };

export const pod = (what: string, space: Space, change?: Change): Trial => ({
  ...{ what, verb: "create", resource: "pods" },
  body: { metadata: { ...metadata, labels }, spec: podSpec(space, change) },
});

/** Kinds that make pods, and how each holds its template. */
export const WORKLOADS = {
  "deployments.apps": (template: object) => ({ selector, template }),
  "statefulsets.apps": (template: object) => ({ selector, template, serviceName: TRIAL_NAME }),
  "daemonsets.apps": (template: object) => ({ selector, template }),
  "replicasets.apps": (template: object) => ({ selector, template, replicas: 0 }),
  "jobs.batch": (template: object) => ({ template }),
  "cronjobs.batch": (template: object) => ({ schedule: "0 0 1 1 *", jobTemplate: { spec: { template } } }),
  replicationcontrollers: (template: object) => ({ selector: labels, template, replicas: 0 }),
};
export type Workload = keyof typeof WORKLOADS;

export function workload(what: string, resource: Workload, space: Space, change?: Change): Trial {
  const ends = /batch$/.test(resource) ? { restartPolicy: "Never" } : {};
  const template = { metadata: { labels }, spec: { ...podSpec(space, change), ...ends } };
  return { what, verb: "create", resource, body: { metadata, spec: WORKLOADS[resource](template) } };
}

/** Any other object. */
export const object = (what: string, resource: string, body: object): Trial => ({
  ...{ what, verb: "create", resource },
  body: { metadata, ...body },
});
