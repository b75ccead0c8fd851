import { existsSync } from "node:fs";
import type { RequestOptions as HttpsOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import type { ConfigOptions, KubeConfig } from "@kubernetes/client-node";
import { ClusterError, line, record } from "./status.ts";

/** The kubeconfig, or what it points to, cannot be used. */
export class KubeconfigError extends ClusterError {}

/** All that a request needs to reach the server and be known there. */
export interface Access {
  url: URL;
  headers: Record<string, string>;
  tls: ConnectionOptions;
  /** An HTTP proxy, where the kubeconfig names one. */
  proxy?: string;
}

/** The library that reads kubeconfigs; large, so it is read when a cluster is asked for and not before. */
export const library = () => import("@kubernetes/client-node");

/**
 * Reads the credentials of one named context afresh, running its exec plugin where it has one. Never the current context:
 * what is current may have changed since the user looked.
 */
export async function accessOf(context: string, kubeconfig?: string): Promise<Access> {
  const config = await load(context, kubeconfig);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!cluster) throw new KubeconfigError(`context ${context} names a cluster that the kubeconfig does not have`);
  if (!user) throw new KubeconfigError(`context ${context} names a user that the kubeconfig does not have`);
  if (cluster.proxyUrl?.startsWith("socks"))
    throw new KubeconfigError(`context ${context}: a SOCKS proxy is not supported: name an HTTP proxy in proxy-url`);
  announce(record(user.exec));
  const options: HttpsOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const plugin = record(user.exec)["command"];
    const by = typeof plugin === "string" ? `credential plugin ${plugin}` : "credentials";
    throw new KubeconfigError(`context ${context}: ${by}: ${plain(error)}`);
  }
  const headers = Object.entries(record(options.headers)).map(([key, value]) => [key, String(value).trim()]);
  if (options.auth) headers.push(["Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`]);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const tls = Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, it]) => it !== undefined);
  return {
    url: new URL(cluster.server),
    headers: Object.fromEntries(headers) as Record<string, string>,
    tls: Object.fromEntries(tls),
    ...(cluster.proxyUrl && { proxy: cluster.proxyUrl }),
  };
}

/** A broken entry that nobody asked for is no reason to stop. */
const FORGIVING = { onInvalidEntry: "filter" } as const satisfies Partial<ConfigOptions>;

/** The files, first wins, as kubectl merges them. The library refuses duplicates and follows the current context, so not by it. */
async function load(context: string, kubeconfig?: string): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  const named = kubeconfig ?? process.env["KUBECONFIG"];
  const files = (kubeconfig ? [kubeconfig] : (named || join(homedir(), ".kube", "config")).split(delimiter)).filter(
    (file) => file !== "" && existsSync(file),
  );
  if (files.length === 0)
    throw new KubeconfigError(
      `no kubeconfig at ${named || "~/.kube/config"}: make a cluster with \`npm run -s tenantry -- local start\`, or name a file with --kubeconfig`,
    );
  const merged = new KubeConfig();
  for (const file of files) {
    const one = new KubeConfig();
    try {
      one.loadFromFile(file, FORGIVING);
    } catch (error) {
      throw new KubeconfigError(`kubeconfig ${file} cannot be read: ${plain(error)}`);
    }
    one.clusters.filter(({ name }) => !merged.getCluster(name)).forEach((it) => merged.addCluster(it));
    one.users.filter(({ name }) => !merged.getUser(name)).forEach((it) => merged.addUser(it));
    one.contexts.filter(({ name }) => !merged.getContextObject(name)).forEach((it) => merged.addContext(it));
  }
  if (!merged.getContextObject(context)) {
    const known = merged.contexts.map(({ name }) => name).join(", ") || "none";
    throw new KubeconfigError(
      `no context ${JSON.stringify(context)} in ${files.join(delimiter)}: it has ${known}. Name one with --context`,
    );
  }
  merged.setCurrentContext(context);
  return merged;
}

/** Plugins read this variable to learn which protocol is spoken; the library leaves it out, and several then refuse. */
function announce(exec: Record<string, unknown>): void {
  if (typeof exec["command"] !== "string") return;
  const info = { apiVersion: exec["apiVersion"], kind: "ExecCredential", spec: { interactive: false } };
  const env = Array.isArray(exec["env"]) ? (exec["env"] as unknown[]) : [];
  exec["env"] = [{ name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }, ...env];
}

/** One line without what may be a credential: YAML errors quote the file, plugins print what they like. */
function plain(error: unknown): string {
  const { reason, message, mark } = record(error);
  const row = record(mark)["line"];
  const where = typeof row === "number" ? ` (line ${row + 1})` : "";
  return line(reason ?? message, 200).replace(/[\w+/=.~-]{40,}/g, "...") + where;
}
