import type { Dispatcher } from "undici";
import { Pool, ProxyAgent } from "undici";
import type { Access } from "./kubeconfig.ts";
import type { Answer } from "./retry.ts";

export interface Wire {
  method: Dispatcher.HttpMethod;
  /** From the server's root, with the query. */
  path: string;
  headers: Record<string, string | string[]>;
  body?: string;
  signal?: AbortSignal;
}

export interface TransportLimits {
  connections: number;
  /** Longest silence while waiting for a connection, an answer or the rest of it. */
  requestMs: number;
}

export const TRANSPORT_LIMITS: TransportLimits = { connections: 32, requestMs: 30_000 };

interface Line {
  access: Access;
  dispatcher: Dispatcher;
  /** The server has known these credentials at least once. */
  accepted: boolean;
}

/**
 * Sends requests over keep-alive HTTP/1.1 connections. One connection per request in flight: HTTP/2 would put all of them on
 * one socket, behind the server's limit of streams.
 */
export class Transport {
  #line: Line;
  #renewing: Promise<void> | undefined;
  #first = true;
  readonly #renew: () => Promise<Access>;
  readonly #limits: TransportLimits;

  /** `renew` reads the credentials again after the server stopped knowing them. */
  constructor(access: Access, renew: () => Promise<Access>, limits: TransportLimits) {
    this.#limits = limits;
    this.#renew = renew;
    this.#line = this.#open(access);
  }

  /** Sends once, and once more with fresh credentials on 401. Throws what the socket throws. */
  async exchange(wire: Wire): Promise<Answer> {
    const line = this.#line;
    const answer = await send(line, wire);
    if (answer.status !== 401) {
      line.accepted = true;
      return answer;
    }
    // Fresh credentials that are refused at once would be refused for ever: do not run the plugin for every request.
    if (line === this.#line && !line.accepted && !this.#first) return answer;
    if (line === this.#line) await (this.#renewing ??= this.#renewed());
    const again = await send(this.#line, wire);
    if (again.status !== 401) this.#line.accepted = true;
    return again;
  }

  /** Ends what is still in flight. */
  async close(): Promise<void> {
    await this.#line.dispatcher.destroy();
  }

  async #renewed(): Promise<void> {
    try {
      const access = await this.#renew();
      const old = this.#line;
      this.#first = false;
      this.#line = this.#open(access);
      void old.dispatcher.close();
    } finally {
      this.#renewing = undefined;
    }
  }

  #open(access: Access): Line {
    const { connections, requestMs } = this.#limits;
    // One more than take turns, for what is urgent.
    const common = {
      connections: connections + 1,
      pipelining: 1,
      allowH2: false,
      headersTimeout: requestMs,
      bodyTimeout: requestMs,
    };
    // Load balancers drop idle connections after 60 s without a word.
    const connect = {
      ...access.tls,
      timeout: Math.min(requestMs, 10_000),
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    };
    const dispatcher = access.proxy
      ? new ProxyAgent({ ...common, uri: access.proxy, requestTls: connect })
      : new Pool(access.url.origin, { ...common, connect, keepAliveTimeout: 30_000 });
    return { access, dispatcher, accepted: false };
  }
}

async function send({ access, dispatcher }: Line, wire: Wire): Promise<Answer> {
  // Some servers stand behind a path: https://rancher.example/k8s/clusters/c-1.
  const base = access.url.pathname.replace(/\/$/, "");
  const response = await dispatcher.request({
    origin: access.url.origin,
    path: base + wire.path,
    method: wire.method,
    headers: { ...access.headers, ...wire.headers },
    body: wire.body ?? null,
    signal: wire.signal ?? null,
  });
  const text = await response.body.text();
  const json = String(response.headers["content-type"]).startsWith("application/json");
  const retryAfter = Number(response.headers["retry-after"]);
  return {
    status: response.statusCode,
    body: json && text ? parse(text) : text,
    ...(retryAfter > 0 && { retryAfter }),
  };
}

/** The parser's own error quotes the text, which may be a Secret. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error("the answer is not JSON");
  }
}
