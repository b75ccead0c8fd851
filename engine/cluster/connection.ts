import { type Clock, systemClock } from "./clock.ts";
import { Cluster } from "./cluster.ts";
import { Discovery, DISCOVERY_ACCEPT } from "./discovery.ts";
import { Gate } from "./gate.ts";
import { accessOf, library } from "./kubeconfig.ts";
import { NetworkError, RETRY_LIMITS, type RetryLimits } from "./retry.ts";
import { call, type View } from "./session.ts";
import { ApiError, ClusterError, line, record } from "./status.ts";
import { Transport, TRANSPORT_LIMITS, type TransportLimits } from "./transport.ts";

/** The minors that upstream supports and this program is tested on. Newer ones are let in: old APIs do not go within a minor or two. */
const OLDEST_MINOR = 34;
const NEWEST_MINOR = 36;
const REACH_MS = 10_000;

export interface ConnectOptions {
  /** A file. Default: the KUBECONFIG variable, then ~/.kube/config. */
  kubeconfig?: string;
  /** Always named: what is current elsewhere decides nothing. */
  context: string;
  /** Ends the attempt to connect; use `withSignal` for what comes after. */
  signal?: AbortSignal;
  /** For tests. */
  limits?: Partial<RetryLimits & TransportLimits & { reachMs: number }>;
  clock?: Clock;
}

/** The server of a context cannot be reached or does not let us in. Says what to type. */
export class ConnectionError extends ClusterError {}

/** The server's version is outside what this program supports. */
export class UnsupportedServerError extends ClusterError {}

/**
 * Connects to a named context within 10 s, credential plugins included, and learns the server's version and kinds.
 * Throws KubeconfigError, ConnectionError or UnsupportedServerError.
 */
export async function connect(options: ConnectOptions): Promise<Cluster> {
  const { kubeconfig, context, signal, limits = {}, clock = systemClock } = options;
  const { reachMs = REACH_MS, ...given } = limits;
  // On a busy machine this takes seconds, which are ours and not the server's.
  await library();
  const late = AbortSignal.timeout(reachMs);
  const ends = signal ? AbortSignal.any([signal, late]) : late;
  const access = await unless(ends, accessOf(context, kubeconfig)).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (!late.aborted) throw error;
    const waited = `gave no answer in ${reachMs / 1000} s`;
    throw new ConnectionError(`the credential plugin of context ${context} ${waited}: log in with it first`);
  });
  const transport = new Transport(access, () => accessOf(context, kubeconfig), { ...TRANSPORT_LIMITS, ...given });
  const gate = new Gate(given.connections ?? TRANSPORT_LIMITS.connections, clock);
  const url = (access.url.origin + access.url.pathname).replace(/\/$/, "");
  const allowed = { ...RETRY_LIMITS, ...given };
  const session = {
    transport,
    gate,
    clock,
    limits: { ...allowed, retries: Math.min(allowed.retries, 2) },
    server: { url },
  };
  const view: View = { headers: {}, signal: ends };
  const ask = (path: string, accept?: string) =>
    call(session, view, { method: "GET", path, options: accept ? { accept } : {} });
  const discovery = new Discovery((path) => ask(path, DISCOVERY_ACCEPT));
  try {
    const server = { context, url, ...versionOf(await unless(ends, ask("/version")), url) };
    await unless(ends, discovery.refresh());
    // Connected: from here on nothing ends with the attempt to connect, and a busy server is given more time.
    delete view.signal;
    session.limits = allowed;
    return new Cluster({ ...session, server, discovery });
  } catch (error) {
    await transport.close().catch(() => undefined);
    signal?.throwIfAborted();
    throw explain(error, { context, url, late, reachMs });
  }
}

function versionOf(said: unknown, url: string): { version: string; minor: number } {
  const { gitVersion, major, minor } = record(said);
  const version = line(gitVersion ?? "", 60);
  const parts = /^v?(\d+)\.(\d+)/.exec(version) ?? /^(\d+)\.(\d+)/.exec(`${line(major)}.${line(minor)}`);
  if (!parts) throw new ConnectionError(`${url} does not answer like a Kubernetes API server`);
  const found = { major: Number(parts[1]), minor: Number(parts[2]) };
  if (found.major < 1 || (found.major === 1 && found.minor < OLDEST_MINOR))
    throw new UnsupportedServerError(
      `the server at ${url} is ${version}: this program supports 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR} and newer; upgrade the cluster`,
    );
  return { version, minor: found.minor };
}

function explain(error: unknown, at: { context: string; url: string; late: AbortSignal; reachMs: number }): unknown {
  const where = `the API server of context ${at.context} at ${at.url}`;
  const next = "start it with `npm run -s tenantry -- local start` or name another --context";
  if (error instanceof NetworkError) return new ConnectionError(`cannot reach ${where}: ${error.code}; ${next}`);
  if (at.late.aborted)
    return new ConnectionError(`cannot reach ${where}: no answer in ${at.reachMs / 1000} s; ${next}`);
  if (error instanceof ApiError && error.status === 401)
    return new ConnectionError(
      `${where} does not accept the credentials of the context: log in again or name another --context`,
    );
  if (error instanceof ApiError && error.status === 403)
    return new ConnectionError(`${where} does not let this user in: ${error.message}`);
  if (error instanceof ApiError) return new ConnectionError(`${where} answers ${error.message}`);
  return error;
}

/** The promise, unless the signal comes first: a plugin that asks on a terminal nobody sees would hold us for ever. */
async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => {
    if (stop) signal.removeEventListener("abort", stop);
  });
}
