import type { Loose } from "./admission-loose.ts";
import { SANDBOX_MUTATIONS } from "./admission-sandbox-mutations.ts";
import { LABEL } from "../../components/contract.ts";

/** One change of one field: into something refused, or into something unusual that is admitted. */
export interface Mutation {
  /** Two changes of one field never meet in a pair. */
  field: string;
  change: (target: Loose) => void;
  /** Applied to the pod (template), not to the object. */
  onPod?: boolean;
  /** Kinds on which the API server's own validation forbids it. */
  not?: string[];
}

const pod = (field: string, change: (spec: Loose, pod: Loose) => void, not: string[] = []): Mutation => ({
  field,
  change: (target) => change((target.spec ??= {}), target),
  onPod: true,
  not,
});
const app = (field: string, change: (container: Loose) => void, not?: string[]) =>
  pod(field, (spec) => change(spec.containers[0]), not);
const context = (key: string, value: unknown) =>
  app(`${key}=${JSON.stringify(value)}`, (it) => (it.securityContext[key] = value));
const env = (name: string, value: string) => app(`env ${name}=${value}`, (it) => it.env.push({ name, value }));
const toleration = (value: Record<string, unknown>) =>
  pod(`toleration ${JSON.stringify(value)}`, (spec) => (spec.tolerations = [value]));
const affinity = (expression: object) =>
  pod(`affinity ${JSON.stringify(expression)}`, (spec) => {
    spec.affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
      },
    };
  });
const volume = (source: object) =>
  pod(`volume ${JSON.stringify(source)}`, (spec) => spec.volumes.push({ name: "more", ...source }));
const image = (value: string) => app(`image ${value}`, (it) => (it.image = value));

const digest = `@sha256:${"c".repeat(64)}`;
const templatesOnly = ["Pod"];

export const POD_MUTATIONS: Mutation[] = [
  ...SANDBOX_MUTATIONS,
  ...[
    `evil.io/ghcr.io/x${digest}`,
    `ghcr.io.evil.io/x${digest}`,
    "ghcr.io/x:latest",
    `nginx${digest}`,
    `ghcr.io/x:1.0${digest}`,
  ].map(image),
  image(`quay.io/guardtest/x${digest}`),
  pod("init image", (spec) => (spec.initContainers[0].image = "docker.io/library/busybox:1")),
  volume({ image: { reference: `ghcr.io/guardtest/model${digest}` } }),
  volume({ image: { reference: "evil.io/model:1" } }),
  volume({ hostPath: { path: "/" } }),
  volume({ nfs: { server: "10.0.0.1", path: "/" } }),
  volume({ secret: { secretName: "it" } }),
  volume({ projected: { sources: [{ configMap: { name: "it" } }] } }),
  volume({ projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }),
  pod("annotated token", (spec, it) => {
    (it.metadata.annotations ??= {})["tenantry.dev/service-account-token"] = "reads its own config";
    spec.automountServiceAccountToken = true;
  }),
  pod("annotated with nothing", (spec, it) => {
    (it.metadata.annotations ??= {})["tenantry.dev/service-account-token"] = "  ";
    spec.automountServiceAccountToken = true;
  }),
  pod("automount unset", (spec) => delete spec.automountServiceAccountToken),
  pod("automount true", (spec) => (spec.automountServiceAccountToken = true)),
  ...["hostNetwork", "hostPID", "hostIPC"].map((key) => pod(key, (spec) => (spec[key] = true))),
  pod("hostPID false", (spec) => (spec.hostPID = false)),
  pod(
    "sysctls",
    (spec) => (spec.securityContext.sysctls = [{ name: "kernel.shm_rmid_forced", value: "1" }]),
    templatesOnly,
  ),
  pod("pod user 0", (spec) => (spec.securityContext.runAsUser = 0), ["Pod"]),
  pod("pod user 1000", (spec) => (spec.securityContext.runAsUser = 1000)),
  pod("no pod runAsNonRoot", (spec) => delete spec.securityContext.runAsNonRoot),
  pod("no pod seccomp", (spec) => delete spec.securityContext.seccompProfile),
  pod("seccomp Unconfined", (spec) => (spec.securityContext.seccompProfile.type = "Unconfined")),
  context("runAsNonRoot", false),
  context("runAsNonRoot", true),
  context("runAsUser", 0),
  context("seccompProfile", { type: "Localhost", localhostProfile: "it.json" }),
  context("procMount", "Default"),
  context("appArmorProfile", { type: "Unconfined" }),
  context("appArmorProfile", { type: "RuntimeDefault" }),
  context("capabilities", { drop: ["ALL"], add: ["NET_BIND_SERVICE"] }),
  context("capabilities", { drop: ["ALL"], add: ["SYS_ADMIN"] }),
  context("capabilities", { drop: ["NET_RAW"] }),
  app("privileged", (it) => Object.assign(it.securityContext, { privileged: true, allowPrivilegeEscalation: true })),
  context("allowPrivilegeEscalation", true),
  app("no container context", (it) => delete it.securityContext),
  app("hostPort", (it) => (it.ports[0].hostPort = 8080)),
  app("probe host", (it) => (it.livenessProbe = { httpGet: { port: 80, host: "169.254.169.254" } })),
  app("tcp probe host", (it) => (it.readinessProbe = { tcpSocket: { port: 80, host: "10.0.0.1" } })),
  app("hook host", (it) => (it.lifecycle = { preStop: { httpGet: { port: 80, host: "10.0.0.1" } } })),
  app("exec probe", (it) => (it.livenessProbe = { exec: { command: ["true"] } })),
  app("no liveness", (it) => delete it.livenessProbe),
  app("no readiness", (it) => delete it.readinessProbe),
  app("no resources", (it) => delete it.resources),
  app("no limits", (it) => (it.resources = { requests: it.resources.requests })),
  app("no requests", (it) => (it.resources = { limits: it.resources.limits })),
  pod("unsized init", (spec) => delete spec.initContainers[0].resources),
  pod("nodeName", (spec) => (spec.nodeName = "general-1")),
  pod("schedulerName", (spec) => (spec.schedulerName = "mine")),
  pod("system priority", (spec) => (spec.priorityClassName = "system-cluster-critical")),
  pod("platform priority", (spec) => (spec.priorityClassName = "tenantry-platform"), ["Pod"]),
  toleration({ operator: "Exists" }),
  toleration({ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }),
  toleration({ key: LABEL.pool, operator: "Equal", value: "globex", effect: "NoSchedule" }),
  toleration({ key: LABEL.pool, operator: "Equal", value: "guardtest", effect: "NoSchedule" }),
  toleration({ key: LABEL.pool, operator: "Exists" }),
  toleration({ key: LABEL.pool, value: "guardtest" }),
  ...["globex", "guardtest"].map((value) =>
    pod(`pool ${value}`, (spec) => (spec.nodeSelector = { [LABEL.pool]: value })),
  ),
  pod("hostname", (spec) => (spec.nodeSelector = { "kubernetes.io/hostname": "general-1" })),
  pod("zone", (spec) => (spec.nodeSelector = { "topology.kubernetes.io/zone": "a" })),
  affinity({ key: LABEL.pool, operator: "In", values: ["globex"] }),
  affinity({ key: LABEL.pool, operator: "In", values: ["guardtest"] }),
  affinity({ key: LABEL.pool, operator: "Exists" }),
  affinity({ key: "kubernetes.io/hostname", operator: "In", values: ["general-1"] }),
  affinity({ key: "topology.kubernetes.io/zone", operator: "In", values: ["a"] }),
  pod("preferred pool", (spec) => {
    const preference = { matchExpressions: [{ key: LABEL.pool, operator: "DoesNotExist" }] };
    spec.affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] } };
  }),
  pod("node by field", (spec) => {
    const nodeSelectorTerms = [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["general-1"] }] }];
    spec.affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  }),
  env("DB_PASSWORD", "hunter2"),
  env("dbPassword", "hunter2"),
  env("PASSWORD_FILE", "/run/secrets/password"),
  env("TOKEN_TTL", "3600"),
  env("TOKENIZER", "bpe"),
  env("API_KEY", "$(OTHER)"),
  env("API_KEY", ""),
  env("KEY_ID", `AKIA${"A".repeat(16)}`),
  env("DATABASE_URL", "postgres://app:hunter2@db/app"),
  env("DATABASE_URL", "postgres://app:$(DB_PASSWORD)@db/app"),
  env("PEM", "-----BEGIN RSA PRIVATE KEY-----"),
  env("LONG", "x".repeat(3000)),
  app("secret by reference", (it) =>
    it.env.push({ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "it", key: "password" } } }),
  ),
  app("password argument", (it) => (it.args = ["--db-password=hunter2"])),
  app("password argument by reference", (it) => (it.args = ["--db-password=$(DB_PASSWORD)"])),
];
