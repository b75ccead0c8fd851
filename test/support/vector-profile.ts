import { type Attempt, type Bend, by } from "./vector.ts";
import { both, either, type Field, volume } from "./vector-fields.ts";

const context =
  (values: object): Bend =>
  (_, it) =>
    Object.assign(it.securityContext, values);
const own =
  (values: object): Bend =>
  (spec) =>
    Object.assign(spec.securityContext, values);
const host =
  (key: string): Bend =>
  (spec) => {
    spec[key] = true;
  };
const PROFILE: Field[] = [
  ["the host's network", host("hostNetwork"), (spec) => (spec.hostNetwork = false)],
  ["the host's processes", host("hostPID"), (spec) => (spec.hostPID = false)],
  ["the host's IPC", host("hostIPC"), (spec) => (spec.hostIPC = false)],
  ["privileges", context({ privileged: true, allowPrivilegeEscalation: true }), context({ privileged: false })],
  ["escalation", context({ allowPrivilegeEscalation: true }), context({ allowPrivilegeEscalation: false })],
  ["capabilities kept", context({ capabilities: { drop: ["NET_RAW"] } }), context({ capabilities: { drop: ["ALL"] } })],
  [
    "a capability added",
    context({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
    context({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
  ],
  ["a host port", (_, it) => (it.ports[0].hostPort = it.ports[0].containerPort), (_, it) => (it.ports[0].name = "web")],
  ["a host path", volume({ hostPath: { path: "/" } }), volume({ emptyDir: {} })],
  [
    "a volume of the network",
    volume({ nfs: { server: "192.0.2.1", path: "/" } }),
    volume({ configMap: { name: "it" } }),
  ],
  ["a block device", volume({ iscsi: { targetPortal: "192.0.2.1", iqn: "iqn.2001-04.x:y", lun: 0 } })],
  ["root by default", own({ runAsNonRoot: false }), own({ runAsNonRoot: true })],
  ["root by number", own({ runAsUser: 0, runAsNonRoot: false }), own({ runAsUser: 1000 })],
  [
    "no seccomp profile",
    own({ seccompProfile: { type: "Unconfined" } }),
    own({ seccompProfile: { type: "RuntimeDefault" } }),
  ],
  [
    "no AppArmor",
    context({ appArmorProfile: { type: "Unconfined" } }),
    context({ appArmorProfile: { type: "RuntimeDefault" } }),
  ],
  [
    "another SELinux type",
    own({ seLinuxOptions: { type: "spc_t" } }),
    own({ seLinuxOptions: { type: "container_t" } }),
  ],
  [
    "another SELinux user",
    context({ seLinuxOptions: { user: "system_u" } }),
    context({ seLinuxOptions: { level: "s0" } }),
  ],
  ["an unsafe sysctl", own({ sysctls: [{ name: "kernel.msgmax", value: "1" }] })],
  [
    "an unmasked /proc",
    (spec, it) => {
      spec.hostUsers = false;
      it.securityContext.procMount = "Unmasked";
    },
    context({ procMount: "Default" }),
  ],
];

const http = { port: 80, host: "169.254.169.254" };
const PROBES: Field[] = [
  ["a liveness probe elsewhere", (_, it) => (it.livenessProbe = { httpGet: http })],
  ["a readiness probe elsewhere", (_, it) => (it.readinessProbe = { tcpSocket: http })],
  ["a startup probe elsewhere", (_, it) => (it.startupProbe = { httpGet: http })],
  ["a hook after start elsewhere", (_, it) => (it.lifecycle = { postStart: { httpGet: http } })],
  [
    "a hook before stop elsewhere",
    (_, it) => (it.lifecycle = { preStop: { tcpSocket: http } }),
    (_, it) => (it.lifecycle = { preStop: { httpGet: { port: 80 } } }),
  ],
];

export const PROFILES: Attempt[] = [
  ...both(1, PROFILE, either, by("sandboxed-pods")),
  ...both(2, PROBES, either, by("sandboxed-pods")),
];
