import type { KubeObject } from "../../cluster/object.ts";
import { record } from "../../cluster/status.ts";
import type { Looked } from "../check.ts";
import { imagesOf } from "../space.ts";

type Spec = Record<string, unknown>;
const specOf = (it: KubeObject): Spec => record(it["spec"]);
const containersOf = (spec: Spec): Spec[] =>
  ["containers", "initContainers", "ephemeralContainers"].flatMap((key) => (spec[key] ?? []) as Spec[]);
const contextOf = (container: Spec): Spec => record(container["securityContext"]);

type Row = [id: string, title: string, controls: string[], found: (spec: Spec) => string | undefined];

/** Admission judges what is written from now on; what ran before is still there. */
const ROWS: Row[] = [
  [
    "privileged",
    "No running pod is privileged",
    ["CIS 5.2.2", "CIS 5.2.9"],
    (spec) => {
      const bad = containersOf(spec).find(
        (it) =>
          contextOf(it)["privileged"] === true ||
          ((record(contextOf(it)["capabilities"])["add"] ?? []) as string[]).some((one) => one !== "NET_BIND_SERVICE"),
      );
      return bad && `container "${String(bad["name"])}" is privileged or has capabilities`;
    },
  ],
  [
    "on-the-node",
    "No running pod is inside its node",
    ["CIS 5.2.3", "CIS 5.2.4", "CIS 5.2.5", "CIS 5.2.11"],
    (spec) =>
      ["hostNetwork", "hostPID", "hostIPC"].find((it) => spec[it] === true) ??
      (((spec["volumes"] ?? []) as Spec[]).some((it) => it["hostPath"] !== undefined) ? "a host path" : undefined),
  ],
  [
    "root",
    "No running pod may be root",
    ["CIS 5.2.7"],
    (spec) => {
      const own = record(spec["securityContext"]);
      const bad = containersOf(spec).find((it) => (contextOf(it)["runAsNonRoot"] ?? own["runAsNonRoot"]) !== true);
      return bad && `container "${String(bad["name"])}" does not promise another user than root`;
    },
  ],
  [
    "images",
    "Every running pod has its images pinned",
    ["CIS 5.5.1"],
    (spec) => {
      const bad = imagesOf(spec).find((it) => !it.includes("@sha256:"));
      return bad && `image ${bad}`;
    },
  ],
  [
    "sizes",
    "Every running pod is bounded",
    ["NSA resource policies"],
    (spec) => {
      const bad = containersOf(spec).find((it) => record(record(it["resources"])["limits"])["memory"] === undefined);
      return bad && `container "${String(bad["name"])}" has no memory limit`;
    },
  ],
];

export const RUNNING: Looked[] = ROWS.map(([id, title, controls, found]) => ({
  ...{ id: `running.${id}`, title, controls: [...controls, "OWASP K01"] },
  fix: "change its template and roll it out",
  well: "none of the running pods is otherwise",
  look: ({ pods }) =>
    pods.flatMap((it) => {
      const fault = found(specOf(it));
      return fault === undefined ? [] : [`pod "${it.metadata.name}": ${fault}`];
    }),
}));
