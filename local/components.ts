import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { auditLogFile, configFile } from "./config-files.ts";
import { certFile, keyFile } from "./pki.ts";
import type { Ports } from "./ports.ts";
import type { Program } from "./programs.ts";

/** A program of the control plane as it is run: argv, binary first. */
export interface Component {
  name: Program;
  argv: string[];
}

export interface ComponentArgs {
  dir: string;
  ports: Ports;
  binaries: Binaries;
  /** For tests: data need not survive a power cut, so nothing waits for the disk. */
  tests: boolean;
  /** Whether pods are made, scheduled and simulated; without them only what serves namespaces, quotas and accounts runs. */
  pods: boolean;
}

/** What runs without pods: deletes end, quotas count, each namespace gets its account and the cluster's certificate. */
const FEW_CONTROLLERS = [
  "namespace-controller",
  "serviceaccount-controller",
  "resourcequota-controller",
  "garbage-collector-controller",
  "root-ca-certificate-publisher-controller",
];
const POD_PROGRAMS: readonly Program[] = ["kube-scheduler", "kwok"];

/** In the order in which they need each other. */
export const COMPONENTS: readonly Program[] = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
];

/** The whole control plane as command lines. Same arguments, same lines. */
export function components(args: ComponentArgs): Component[] {
  const flags: Partial<Record<Program, string[]>> = {
    etcd: etcd(args),
    "kube-apiserver": apiserver(args),
    "kube-controller-manager": controllerManager(args),
    "kube-scheduler": scheduler(args),
    kwok: kwok(args),
  };
  const run = COMPONENTS.filter((name) => args.pods || !POD_PROGRAMS.includes(name));
  return run.map((name) => ({ name, argv: [args.binaries[name], ...(flags[name] ?? [])] }));
}

function etcd({ dir, ports, tests }: ComponentArgs): string[] {
  const client = `https://127.0.0.1:${ports.etcd}`;
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  return [
    "--name=local",
    `--data-dir=${join(dir, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=local=${peer}`,
    // Loopback is shared with every user of this machine: without a certificate any of them could read all secrets.
    "--client-cert-auth",
    `--trusted-ca-file=${certFile(dir, "etcd-ca")}`,
    `--cert-file=${certFile(dir, "etcd")}`,
    `--key-file=${keyFile(dir, "etcd")}`,
    "--peer-client-cert-auth",
    `--peer-trusted-ca-file=${certFile(dir, "etcd-ca")}`,
    `--peer-cert-file=${certFile(dir, "etcd")}`,
    `--peer-key-file=${keyFile(dir, "etcd")}`,
    "--log-level=error",
    ...(tests ? ["--unsafe-no-fsync"] : []),
  ];
}

function apiserver({ dir, ports, tests }: ComponentArgs): string[] {
  return [
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${certFile(dir, "etcd-ca")}`,
    `--etcd-certfile=${certFile(dir, "etcd-client")}`,
    `--etcd-keyfile=${keyFile(dir, "etcd-client")}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.api}`,
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--authorization-mode=Node,RBAC",
    `--authentication-config=${configFile(dir, "authentication.json")}`,
    `--client-ca-file=${certFile(dir, "ca")}`,
    `--tls-cert-file=${certFile(dir, "server")}`,
    `--tls-private-key-file=${keyFile(dir, "server")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${certFile(dir, "service-accounts")}`,
    `--service-account-signing-key-file=${keyFile(dir, "service-accounts")}`,
    "--allow-privileged=true",
    "--profiling=false",
    // The last one: an image that lies on a node is given to nobody who could not pull it.
    "--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs,AlwaysPullImages",
    `--audit-policy-file=${configFile(dir, "audit-policy.json")}`,
    `--audit-log-path=${auditLogFile(dir)}`,
    // Tests count lines, so theirs is one file for ever; a laptop's disk is bounded.
    ...(tests ? [] : ["--audit-log-maxsize=50", "--audit-log-maxbackup=1"]),
  ];
}

/** Client limits made for a shared control plane would let a fleet of a thousand tenants wait for minutes. */
const UNTHROTTLED = ["--kube-api-qps=500", "--kube-api-burst=1000"];

function controller(dir: string, name: Program, port: number): string[] {
  const kubeconfig = configFile(dir, `${name}.kubeconfig`);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--tls-cert-file=${certFile(dir, "server")}`,
    `--tls-private-key-file=${keyFile(dir, "server")}`,
    "--leader-elect=false",
    "--profiling=false",
    ...UNTHROTTLED,
  ];
}

function controllerManager({ dir, ports, pods }: ComponentArgs): string[] {
  return [
    ...controller(dir, "kube-controller-manager", ports.controllers),
    "--use-service-account-credentials",
    `--service-account-private-key-file=${keyFile(dir, "service-accounts")}`,
    `--root-ca-file=${certFile(dir, "ca")}`,
    `--cluster-signing-cert-file=${certFile(dir, "ca")}`,
    `--cluster-signing-key-file=${keyFile(dir, "ca")}`,
    ...(pods ? [] : [`--controllers=${FEW_CONTROLLERS.join(",")}`]),
    // Its default is a directory of the whole machine.
    `--flex-volume-plugin-dir=${join(dir, "config", "volume-plugins")}`,
  ];
}

function scheduler({ dir, ports }: ComponentArgs): string[] {
  return controller(dir, "kube-scheduler", ports.scheduler);
}

function kwok({ dir }: ComponentArgs): string[] {
  return [
    `--kubeconfig=${configFile(dir, "kwok.kubeconfig")}`,
    `--config=${configFile(dir, "stages.yaml")}`,
    "--manage-all-nodes",
    "--node-lease-duration-seconds=40",
    "--cidr=10.244.0.1/16",
  ];
}
