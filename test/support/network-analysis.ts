import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { resolveAnalyzer } from "../../local/analyzer.ts";
import type { End, Policy, Traffic } from "./network-evaluator.ts";

/** A pod of the matrix: one end with a name. */
export type MatrixPod = Required<End> & { name: string };

interface Port {
  port: number;
  protocol: "TCP" | "UDP";
}

/** What cyclonus says of every pair, in order of `pods` on both sides: the whole way, and the receiving end's part. */
export interface Matrix {
  combined: boolean[][];
  ingress: boolean[][];
}

/**
 * The matrix of every pod to every pod on each port, by cyclonus. Its simplification of policies is left out: what is judged is
 * what the API server holds.
 */
export async function matrices(policies: readonly Policy[], pods: readonly MatrixPod[], ports: readonly Port[]) {
  // Names without what its tables rewrite; their order is that of its rows.
  const nameOf = (index: number) => `p${String(index).padStart(4, "0")}`;
  const namespaces = Object.fromEntries(pods.map(({ pod }) => [pod.namespace, pod.namespaceLabels]));
  // One namespace for all names would lose theirs: the number goes before it.
  const model = {
    Resources: {
      Namespaces: namespaces,
      Pods: pods.map(({ pod, ip }, index) => ({
        Namespace: pod.namespace,
        Name: nameOf(index),
        Labels: pod.labels,
        IP: ip,
        Containers: ports.map(({ port, protocol }) => ({ Name: `c${port}`, Port: port, Protocol: protocol })),
      })),
    },
    Probes: ports.map(({ port, protocol }) => ({ Port: port, Protocol: protocol })),
  };
  const printed = await cyclonus("probe", policies, model);
  const order = pods.map(({ pod }, index) => ({ index, key: `${pod.namespace}/${nameOf(index)}` }));
  const rows = order.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((it) => it.index);
  const tables = printed.split(/^(?:Ingress|Egress|Combined):$/m).slice(1);
  return ports.map((_, at): Matrix => {
    const [ingress = "", , combined = ""] = tables.slice(at * 3, at * 3 + 3);
    return { ingress: table(ingress, rows), combined: table(combined, rows) };
  });
}

/** Whether each packet passes, by cyclonus. */
export async function verdicts(policies: readonly Policy[], traffic: readonly Traffic[]): Promise<boolean[]> {
  const peer = ({ ip, pod }: End) => ({
    IP: ip,
    ...(pod && {
      Internal: { PodLabels: pod.labels, NamespaceLabels: pod.namespaceLabels, Namespace: pod.namespace },
    }),
  });
  const model = traffic.map(({ from, to, port, protocol }) => ({
    Source: peer(from),
    Destination: peer(to),
    ResolvedPort: port,
    Protocol: protocol,
  }));
  const printed = await cyclonus("query-traffic", policies, model);
  const found = [...printed.matchAll(/IS ALLOWED\?\s*\|\s*(TRUE|FALSE)/gi)].map(
    (it) => it[1]?.toUpperCase() === "TRUE",
  );
  if (found.length !== traffic.length) throw new Error(`${found.length} answers to ${traffic.length} questions`);
  return found;
}

async function cyclonus(mode: "probe" | "query-traffic", policies: readonly Policy[], model: object): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "tenantry-cyclonus-"));
  const items = policies.map(({ metadata: { name, namespace }, spec }) => ({ metadata: { name, namespace }, spec }));
  const [policyFile, modelFile] = [join(dir, "policies.yaml"), join(dir, "model.json")];
  writeFileSync(policyFile, JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicyList", items }));
  writeFileSync(modelFile, JSON.stringify(model));
  const asked = mode === "probe" ? "--probe-path" : "--traffic-path";
  const args = ["analyze", "--mode", mode, "--policy-path", policyFile, asked, modelFile, "--simplify-policies=false"];
  try {
    const { stdout } = await promisify(execFile)(await resolveAnalyzer(), args, { maxBuffer: 512 << 20 });
    return stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Rows and columns of a printed table, put back into the order of the pods. */
function table(text: string, order: readonly number[]): boolean[][] {
  const cells = text
    .split("\n")
    .filter((it) => /^\|.*\/P?p\d{4}\b/i.test(it.split("|").slice(0, 2).join("|")))
    .map((line) =>
      line
        .split("|")
        .slice(2, -1)
        .map((it) => it.trim()),
    );
  if (cells.length !== order.length) throw new Error(`${cells.length} rows for ${order.length} pods`);
  const matrix = order.map(() => order.map(() => false));
  for (const [row, from] of order.entries())
    for (const [column, to] of order.entries()) {
      const cell = cells[row]?.[column];
      if (cell !== "." && cell !== "X") throw new Error(`a cell says "${cell ?? "nothing"}"`);
      (matrix[from] ??= [])[to] = cell === ".";
    }
  return matrix;
}
