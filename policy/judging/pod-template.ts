import { fields, list, text, type Fields, type KubeObject } from "./kube-object.ts";
import type { Matched } from "./twin.ts";

/**
 * Pods are judged wherever they are written: bare, and as the template of whatever makes pods. Pod Security only warns
 * about templates, and a refused template tells its author at once what a refused pod tells a controller for ever.
 */
const KINDS: Record<string, readonly string[]> = {
  core: ["Pod", "ReplicationController"],
  apps: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
  extensions: ["Deployment", "DaemonSet", "ReplicaSet"],
  batch: ["Job", "CronJob"],
};
/** Kinds whose pods are meant to run for ever. */
export const LONG_RUNNING = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"];

export interface Template {
  annotations: Fields;
  spec: Fields;
}

/** The pod an object describes; undefined when it describes none. */
export function templateOf({ group, kind, body, spec }: KubeObject): Template | undefined {
  if (!KINDS[group]?.includes(kind)) return undefined;
  const pod =
    kind === "Pod" ? body : fields(kind === "CronJob" ? fields(fields(spec.jobTemplate).spec).template : spec.template);
  return { annotations: fields(fields(pod.metadata).annotations), spec: fields(pod.spec) };
}

export interface Container {
  /** As a message names it. */
  title: string;
  body: Fields;
}

const titled = (what: string, value: unknown): Container[] =>
  list(value).map((it) => ({ title: `${what} "${text(fields(it).name)}"`, body: fields(it) }));

/** Containers that keep a pod running, without those that start it or are added to debug it. */
export const mainContainers = (spec: Fields): Container[] => titled("container", spec.containers);
export const startedContainers = (spec: Fields): Container[] => [
  ...mainContainers(spec),
  ...titled("init container", spec.initContainers),
];
/** Every place a pod can run code from. */
export const allContainers = (spec: Fields): Container[] => [
  ...startedContainers(spec),
  ...titled("ephemeral container", spec.ephemeralContainers),
];

export const TEMPLATES: Matched[] = [
  { apiGroups: [""], resources: ["replicationcontrollers"] },
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"] },
];
/** The ephemeral containers' subresource is named: "pods" alone does not cover it. */
export const PODS: Matched[] = [{ apiGroups: [""], resources: ["pods", "pods/ephemeralcontainers"] }, ...TEMPLATES];

/** CEL variables that find the same as the functions above. */
export const POD_VARIABLES: Record<string, string> = {
  pod:
    'object.kind == "Pod" ? object : object.kind == "CronJob" ? ' +
    "object.?spec.?jobTemplate.?spec.?template.orValue({}) : object.?spec.?template.orValue({})",
  notes: "variables.pod.?metadata.?annotations.orValue({})",
  spec: "variables.pod.?spec.orValue({})",
  main: "variables.spec.?containers.orValue([])",
  started: "variables.main + variables.spec.?initContainers.orValue([])",
  all: "variables.started + variables.spec.?ephemeralContainers.orValue([])",
  volumes: "variables.spec.?volumes.orValue([])",
};
