import { podChecks, type PodRow } from "../pod-row.ts";
import type { Change } from "../sample.ts";

const own =
  (field: string, value: unknown): Change =>
  (it) => {
    it[field] = value;
  };
const volume =
  (source: object): Change =>
  (it) => {
    it.volumes.push({ name: "it", ...source });
  };

/** What would bring a pod to its node, or past the network: a row for each field of Pod Security that is about the node. */
const ROWS: PodRow[] = [
  [
    "host-network",
    "Pods do not join the node's network",
    ["CIS 5.2.5"],
    "a pod on the node's network",
    own("hostNetwork", true),
  ],
  [
    "host-pid",
    "Pods do not see the node's processes",
    ["CIS 5.2.3"],
    "a pod among the node's processes",
    own("hostPID", true),
  ],
  [
    "host-ipc",
    "Pods do not share the node's memory",
    ["CIS 5.2.4"],
    "a pod in the node's IPC namespace",
    own("hostIPC", true),
  ],
  [
    "host-path",
    "Pods do not mount the node's files",
    ["CIS 5.2.11"],
    "a pod that mounts / of its node",
    volume({ hostPath: { path: "/" } }),
  ],
  [
    "host-port",
    "Pods take no port of the node",
    ["CIS 5.2.12"],
    "a pod with a host port",
    (_, main) => {
      main["ports"] = [{ containerPort: 8080, hostPort: 8080 }];
    },
  ],
  [
    "host-probe",
    "Probes and hooks call the pod itself only: the kubelet passes every network policy",
    ["OWASP K05"],
    "a pod whose probe calls 169.254.169.254",
    (_, main) => {
      main["livenessProbe"] = { httpGet: { path: "/", port: 80, host: "169.254.169.254" } };
    },
    [
      "a pod whose hook calls 169.254.169.254",
      (_, main) => {
        main["lifecycle"] = { postStart: { httpGet: { path: "/", port: 80, host: "169.254.169.254" } } };
      },
    ],
  ],
  [
    "volume-types",
    "Pods mount no foreign file servers",
    ["CIS 5.2.1"],
    "a pod that mounts NFS",
    volume({ nfs: { server: "192.0.2.1", path: "/" } }),
  ],
  [
    "windows-host-process",
    "Windows containers are no processes of their host",
    ["CIS 5.2.10"],
    "a Windows pod as a process of its host",
    (it, main) => {
      const options = { windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM" } };
      Object.assign(it, {
        os: { name: "windows" },
        hostNetwork: true,
        securityContext: { runAsNonRoot: true, ...options },
      });
      main.securityContext = {};
      main["resources"] = {
        requests: { cpu: "1m", memory: "1Mi", "ephemeral-storage": "1Mi" },
        limits: { cpu: "1m", memory: "1Mi", "ephemeral-storage": "1Mi" },
      };
    },
  ],
];

export const POD_NODES = podChecks(ROWS);
