import { expect, test } from "vitest";
import { placedByPlatform } from "../../policy/rules/placed-by-platform.ts";
import { sandboxedPods } from "../../policy/rules/sandboxed-pods.ts";
import { tokenFreePods } from "../../policy/rules/token-free-pods.ts";
import { container, judgePod, titled, type Case } from "../support/admission-judge.ts";

const CASES: Case[] = [
  [
    sandboxedPods,
    "a host path",
    (spec) => spec.volumes.push({ name: "root", hostPath: { path: "/" } }),
    [
      'volume "root" is of type hostPath, want one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret',
    ],
  ],
  [
    sandboxedPods,
    "the host's network",
    (spec) => (spec.hostNetwork = true),
    ["the pod sets hostNetwork, want it unset"],
  ],
  [
    sandboxedPods,
    "privileges",
    container((it) => (it.securityContext.privileged = true)),
    ['container "app" is privileged, want privileged unset'],
  ],
  [
    sandboxedPods,
    "no security context",
    container((it) => delete it.securityContext),
    [
      'container "app" may escalate privileges, want allowPrivilegeEscalation: false',
      'container "app" keeps capabilities, want capabilities.drop: [ALL]',
    ],
  ],
  [
    sandboxedPods,
    "no context of the pod",
    (spec) => {
      delete spec.securityContext;
      spec.initContainers = [];
    },
    [
      'container "app" may run as root, want runAsNonRoot: true',
      'container "app" has no seccomp profile, want type RuntimeDefault',
    ],
  ],
  [
    sandboxedPods,
    "a container that takes runAsNonRoot back",
    container((it) => (it.securityContext.runAsNonRoot = false)),
    ['container "app" may run as root, want runAsNonRoot: true'],
  ],
  [
    sandboxedPods,
    "a host port",
    container((it) => (it.ports[0].hostPort = 80)),
    ['container "app" takes a host port, want none'],
  ],
  [
    sandboxedPods,
    "a probe elsewhere",
    container((it) => (it.livenessProbe.httpGet.host = "169.254.169.254")),
    ['container "app" has a probe or hook with a host, want the pod\'s own address'],
  ],
  [
    sandboxedPods,
    "a sysctl",
    (spec) => (spec.securityContext.sysctls = [{ name: "a", value: "1" }]),
    ["the pod sets sysctls, want none"],
  ],
  [placedByPlatform, "a node", (spec) => (spec.nodeName = "n"), ["the pod sets nodeName, want it unset"]],
  [
    placedByPlatform,
    "a scheduler",
    (spec) => (spec.schedulerName = "mine"),
    ["the pod sets schedulerName, want it unset"],
  ],
  [
    placedByPlatform,
    "a system priority",
    (spec) => (spec.priorityClassName = "system-node-critical"),
    ['the pod has priority class "system-node-critical", want tenantry-tenant'],
  ],
  [
    placedByPlatform,
    "every taint",
    (spec) => (spec.tolerations = [{ operator: "Exists" }]),
    ['the pod tolerates "everything", want no taint but its own pool\'s'],
  ],
  [
    placedByPlatform,
    "another's pool",
    (spec) => (spec.nodeSelector = { "tenantry.dev/pool": "globex" }),
    ["the pod selects nodes by tenantry.dev/pool, want no node or pool but its own"],
  ],
  [placedByPlatform, "its own pool", (spec) => (spec.nodeSelector = { "tenantry.dev/pool": "guardtest" }), []],
  [
    placedByPlatform,
    "its own pool's taint",
    (spec) => (spec.tolerations = [{ key: "tenantry.dev/pool", value: "guardtest" }]),
    [],
  ],
  [
    placedByPlatform,
    "what the node controller adds",
    (spec) => (spec.tolerations = [{ key: "node.kubernetes.io/unreachable", operator: "Exists" }]),
    [],
  ],
  [
    tokenFreePods,
    "a token by default",
    (spec) => delete spec.automountServiceAccountToken,
    ['Deployment "it" mounts a token, want automountServiceAccountToken: false'],
  ],
  [
    tokenFreePods,
    "a projected token",
    (spec) => spec.volumes.push({ name: "t", projected: { sources: [{ serviceAccountToken: {} }] } }),
    ['Deployment "it" projects a credential in volume "t", want none'],
  ],
  [
    tokenFreePods,
    "a certificate",
    (spec) => spec.volumes.push({ name: "c", projected: { sources: [{ podCertificate: {} }] } }),
    ['Deployment "it" projects a credential in volume "c", want none'],
  ],
  [
    tokenFreePods,
    "a token with a reason",
    (spec, template) => {
      spec.automountServiceAccountToken = true;
      template.metadata.annotations = { "tenantry.dev/service-account-token": "watches its own jobs" };
    },
    [],
  ],
  [
    tokenFreePods,
    "a token with an empty reason",
    (spec, template) => {
      spec.automountServiceAccountToken = true;
      template.metadata.annotations = { "tenantry.dev/service-account-token": " " };
    },
    ['Deployment "it" mounts a token, want automountServiceAccountToken: false'],
  ],
];

test.each(CASES.map(titled))("$rule judges $title", async ({ guard, change, wanted }) =>
  expect(await judgePod(guard, change)).toEqual(wanted),
);
