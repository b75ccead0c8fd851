import type { Clock } from "./clock.ts";
import type { Discovery } from "./discovery.ts";
import type { Gate } from "./gate.ts";
import type { ObjectRef } from "./object.ts";
import { retry, type RetryLimits } from "./retry.ts";
import { errorFor, nameOf } from "./status.ts";
import type { Transport, Wire } from "./transport.ts";

export interface ServerInfo {
  context: string;
  url: string;
  /** As the server says it: "v1.36.3". */
  version: string;
  minor: number;
}

/** What all views of one cluster share. */
export interface Session {
  server: ServerInfo;
  transport: Transport;
  gate: Gate;
  discovery: Discovery;
  clock: Clock;
  limits: RetryLimits;
}

/** What one view adds to every request. */
export interface View {
  headers: Record<string, string | string[]>;
  signal?: AbortSignal;
  /** Does not queue behind the calls of others: what keeps a lock must not wait for what the lock protects. */
  urgent?: boolean | undefined;
}

export interface RequestOptions {
  query?: Record<string, string | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** For messages: what is done to which object. */
  verb?: string;
  ref?: Partial<ObjectRef>;
  /** Twice equals once, so a lost answer is no harm. Default: all but POST and PUT. */
  idempotent?: boolean;
  /** A server-side apply: the server settles races between writers, so losing one is tried again. */
  merges?: boolean;
}

export type Method = Wire["method"];
type Shared = Pick<Session, "transport" | "gate" | "clock" | "limits"> & { server: { url: string } };

/** The parsed answer of one call, retried while that is safe. Throws ApiError for every status from 400, else NetworkError. */
export async function call(
  { transport, gate, clock, limits, server }: Shared,
  { signal, headers, urgent }: View,
  { method, path, options }: { method: Method; path: string; options: RequestOptions },
): Promise<unknown> {
  const { query = {}, body, contentType = "application/json", accept = "application/json", merges = false } = options;
  const { verb = method, ref, idempotent = method !== "POST" && method !== "PUT" } = options;
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const subject = { verb, path, ...(ref && { ref }) };
  const wire: Wire = {
    method,
    path: given.length > 0 ? `${path}?${new URLSearchParams(given).toString()}` : path,
    headers: { accept, ...(body !== undefined && { "content-type": contentType }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  const exchange = () => transport.exchange(wire);
  const what = `${nameOf(subject)} at ${server.url}`;
  const answer = await retry(() => (urgent ? exchange() : gate.run(exchange, ({ status }) => status === 429)), {
    idempotent,
    merges,
    what,
    clock,
    limits,
    ...(signal && { signal }),
  });
  if (answer.status >= 400) throw errorFor(subject, answer);
  return answer.body;
}
