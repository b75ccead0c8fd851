import { existsSync, mkdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Api } from "./api.ts";
import { type Binaries, resolveBinaries } from "./binaries.ts";
import { CLUSTER_OBJECTS } from "./cluster-objects.ts";
import { COMPONENTS, type Component, components } from "./components.ts";
import { auditLogFile, CONTEXT, kubeconfigFile, writeConfig } from "./config-files.ts";
import { locked } from "./lock.ts";
import { simulatedNodes } from "./nodes.ts";
import { certFile, ensurePki, readPair } from "./pki.ts";
import { choosePorts, type Ports } from "./ports.ts";
import { end, launch, pidOf, running } from "./processes.ts";
import type { Program } from "./programs.ts";
import { waitUntil } from "./readiness.ts";
import type { Report } from "./report.ts";
import { fingerprint, readState, writeState } from "./state.ts";

export interface StartOptions {
  /** Where everything is kept; one control plane a directory. */
  dir: string;
  /** Faster and forgetful at a power cut: nothing waits for the disk. */
  tests?: boolean;
  /** Node pools besides the shared nodes. */
  pools?: string[];
  /** False for measuring: no nodes and no pods, only the controllers that namespaces, quotas and accounts need. */
  pods?: boolean;
  report?: Report;
}

export interface ControlPlane {
  kubeconfig: string;
  context: string;
  server: string;
  /** JSON lines, one for each write that the API server answered. */
  auditLog: string;
  binaries: Binaries;
}

export interface Status {
  /** `partial`: some program is gone, or the API server does not answer; `start` repairs it. */
  state: "running" | "partial" | "stopped";
  server?: string;
  kubeconfig: string;
  pids: Partial<Record<Program, number>>;
}

/** All that lies in the directory; the lock is the last to go. */
const ENTRIES = ["etcd", "config", "pki", "run", "logs", "kubeconfig", "audit.log", "state.json"];

/**
 * Brings the control plane up and returns once nodes are ready: finds the one that runs, repairs one that is half dead, or starts it.
 * Throws with the end of a component's log when one does not become ready.
 */
export async function start(options: StartOptions): Promise<ControlPlane> {
  const { tests = false, pools = ["globex"], pods = true, report = () => undefined } = options;
  const binaries = await resolveBinaries(report);
  const dir = directory(options.dir);
  return hold(dir, report, async () => {
    await ensurePki(dir);
    const plan = (ports: Ports) => components({ dir, ports, binaries, tests, pods });
    const ports = (await revive(dir, plan, report)) ?? (await fresh(dir, plan, report));
    await furnish(dir, ports, pods ? simulatedNodes(pools) : []);
    const server = serverOf(ports);
    return { kubeconfig: kubeconfigFile(dir), context: CONTEXT, server, auditLog: auditLogFile(dir), binaries };
  });
}

/** Ends every process of the control plane, also of one that was left by a crash. Data stays. Returns how many ended. */
export async function stop(path: string): Promise<number> {
  const dir = resolve(path);
  if (!existsSync(dir)) return 0;
  return hold(
    realpathSync(dir),
    () => undefined,
    () => endAll(realpathSync(dir)),
  );
}

/** Stops the control plane and deletes its data; leaves other files of the directory alone. */
export async function reset(path: string): Promise<void> {
  await stop(path);
  for (const entry of ENTRIES) rmSync(join(path, entry), { recursive: true, force: true });
  try {
    rmdirSync(path);
  } catch {
    // Something else lives there, or nothing ever did.
  }
}

/** What runs, without changing anything. */
export async function status(path: string): Promise<Status> {
  const dir = existsSync(path) ? realpathSync(path) : resolve(path);
  const pids: Partial<Record<Program, number>> = {};
  for (const name of COMPONENTS) pids[name] = pidOf(dir, name);
  const alive = running(dir, [...COMPONENTS]).length;
  const known = readState(dir);
  const whole = alive === COMPONENTS.length && known !== undefined && (await answers(dir, known.ports));
  const state = whole ? "running" : alive > 0 ? "partial" : "stopped";
  return { state, server: known && serverOf(known.ports), kubeconfig: kubeconfigFile(dir), pids };
}

/** Keeps a control plane whose API server answers, and launches what is missing around it. Undefined: there is none to keep. */
async function revive(dir: string, plan: (ports: Ports) => Component[], report: Report): Promise<Ports | undefined> {
  const known = readState(dir);
  if (!known || known.fingerprint !== fingerprint(plan(known.ports))) return undefined;
  const core = running(dir, ["etcd", "kube-apiserver"]).length === 2;
  if (!core || !(await answers(dir, known.ports))) return undefined;
  const gone = plan(known.ports).filter(({ name }) => pidOf(dir, name) === undefined);
  if (gone.length > 0) report(`starting again: ${gone.map(({ name }) => name).join(", ")}`);
  await launchAll(dir, gone, known.ports);
  return known.ports;
}

async function fresh(dir: string, plan: (ports: Ports) => Component[], report: Report): Promise<Ports> {
  await endAll(dir);
  const ports = await choosePorts(readState(dir)?.ports);
  const all = plan(ports);
  writeConfig(dir, serverOf(ports));
  writeState(dir, { ports, fingerprint: fingerprint(all) });
  report(`starting Kubernetes on ${serverOf(ports)}`);
  await launchAll(dir, all, ports);
  return ports;
}

/** Launches in order; the rest waits for the API server, since without it they only spend the processor that it needs to start. */
async function launchAll(dir: string, list: Component[], ports: Ports): Promise<void> {
  const core: Program[] = ["etcd", "kube-apiserver"];
  const api = connect(dir, ports.api);
  try {
    for (const { name, argv } of list.filter((it) => core.includes(it.name))) launch(dir, name, argv);
    await waitUntil(dir, "kube-apiserver", () => api.healthy("/readyz"));
    for (const { name, argv } of list.filter((it) => !core.includes(it.name))) launch(dir, name, argv);
  } finally {
    api.close();
  }
}

/** Nodes and what else a cluster has; returns when controllers work and every node is ready. Without nodes nothing is scheduled. */
async function furnish(dir: string, ports: Ports, nodes: ReturnType<typeof simulatedNodes>): Promise<void> {
  const api = connect(dir, ports.api);
  const controllers = connect(dir, ports.controllers);
  const scheduler = connect(dir, ports.scheduler);
  try {
    for (const object of [...nodes, ...CLUSTER_OBJECTS]) await api.apply(object);
    await waitUntil(dir, "kube-controller-manager", () => controllers.healthy("/healthz"));
    if (nodes.length > 0) await waitUntil(dir, "kube-scheduler", () => scheduler.healthy("/healthz"));
    await waitUntil(dir, "kwok", async () => {
      const ready = await Promise.all(nodes.map((node) => nodeReady(api, node.metadata.name)));
      return ready.every(Boolean);
    });
  } finally {
    for (const each of [api, controllers, scheduler]) each.close();
  }
}

async function nodeReady(api: Api, name: string): Promise<boolean> {
  const { status, text } = await api.ask("GET", `/api/v1/nodes/${name}`);
  if (status !== 200) return false;
  const node = JSON.parse(text) as { status?: { conditions?: { type: string; status: string }[] } };
  return node.status?.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false;
}

async function endAll(dir: string): Promise<number> {
  const before = running(dir, [...COMPONENTS]).length;
  // Those that write go first, the database last, so that none has to wait for one that is gone.
  await end(dir, ["kwok", "kube-scheduler", "kube-controller-manager"]);
  await end(dir, ["kube-apiserver"]);
  await end(dir, ["etcd"]);
  return before;
}

async function answers(dir: string, ports: Ports): Promise<boolean> {
  const api = connect(dir, ports.api);
  try {
    return await api.healthy("/readyz");
  } finally {
    api.close();
  }
}

function connect(dir: string, port: number): Api {
  return new Api(`https://127.0.0.1:${port}`, {
    ca: readFileSync(certFile(dir, "ca"), "utf8"),
    ...readPair(dir, "admin"),
  });
}

const serverOf = (ports: Ports): string => `https://127.0.0.1:${ports.api}`;

/** Absolute and without links, since processes are recognised by this path in their arguments. */
function directory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return realpathSync(path);
}

function hold<T>(dir: string, report: Report, work: () => Promise<T>): Promise<T> {
  const waiting = (pid: number) => report(`waiting for process ${pid}, which starts or stops this control plane`);
  return locked(join(dir, "lock"), work, waiting);
}
