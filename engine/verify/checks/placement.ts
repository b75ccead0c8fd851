import { LABEL, NAME } from "../../../components/contract.ts";
import type { Tried } from "../check.ts";
import { type Change, pod } from "../sample.ts";
import type { Space } from "../space.ts";

const set =
  (fields: object): Change =>
  (it) =>
    Object.assign(it, fields);
const ELSEWHERE = "tenantry-verify-elsewhere";

/** A taint that keeps others off nodes which are somebody's, or the cluster's own. */
const tolerate = (toleration: object): Change => set({ tolerations: [toleration] });

const affinity = (expression: object): Change =>
  set({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
      },
    },
  });

type Row = [id: string, title: string, controls: string[], ...tries: [what: string, change: Change][]];

const ROWS: Row[] = [
  [
    "node-name",
    "Pods do not pick their node past the scheduler",
    ["NSA pod security"],
    ["a pod with a nodeName", set({ nodeName: "tenantry-verify" })],
  ],
  [
    "scheduler",
    "Pods do not bring their own scheduler",
    ["NSA pod security"],
    ["a pod with its own scheduler", set({ schedulerName: "mine" })],
  ],
  [
    "system-priority",
    "Pods do not push out the cluster's own",
    ["NSA resource policies"],
    ["a pod of priority system-cluster-critical", set({ priorityClassName: "system-cluster-critical" })],
    ["a pod of priority system-node-critical", set({ priorityClassName: "system-node-critical" })],
  ],
  [
    "control-plane-nodes",
    "Pods do not run beside the control plane",
    ["NSA pod security", "OWASP K06"],
    [
      "a pod that tolerates the control plane's taint",
      tolerate({ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }),
    ],
    ["a pod that tolerates every taint", tolerate({ operator: "Exists" })],
  ],
  [
    "hostname",
    "Pods do not pick a node by name",
    ["NSA pod security"],
    ["a pod that selects a node", set({ nodeSelector: { "kubernetes.io/hostname": "tenantry-verify" } })],
    [
      "a pod with affinity to a node",
      affinity({ key: "kubernetes.io/hostname", operator: "In", values: ["tenantry-verify"] }),
    ],
  ],
];

/** Pools of nodes are this platform's own idea. */
const POOLS: Row[] = [
  [
    "platform-priority",
    "Pods do not take the platform's priority",
    ["NSA resource policies"],
    ["a pod of the platform's priority", set({ priorityClassName: NAME.platformPriority })],
  ],
  [
    "foreign-pool",
    "Pods do not run on another tenant's nodes",
    ["NSA pod security", "OWASP K04"],
    ["a pod that tolerates another tenant's pool", tolerate({ key: LABEL.pool, operator: "Equal", value: ELSEWHERE })],
    ["a pod that tolerates every pool", tolerate({ key: LABEL.pool, operator: "Exists" })],
    ["a pod that selects another tenant's pool", set({ nodeSelector: { [LABEL.pool]: ELSEWHERE } })],
    ["a pod with affinity to every pool", affinity({ key: LABEL.pool, operator: "Exists" })],
  ],
];

const check = ([id, title, controls, ...tries]: Row): Tried => ({
  ...{ id: `placement.${id}`, title, controls },
  fix: "refuse nodeName, schedulerName, system priorities and foreign tolerations by an admission policy",
  tries: (space: Space) => tries.map(([what, change]) => pod(what, space, change)),
  control: (space: Space) => pod("a restricted pod", space),
});

export const PLACEMENT: Tried[] = [...ROWS.map(check), ...POOLS.map((it) => ({ ...check(it), own: true }))];
