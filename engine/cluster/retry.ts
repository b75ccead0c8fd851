import type { Clock } from "./clock.ts";
import { ClusterError, line, record } from "./status.ts";

export interface Answer {
  status: number;
  body: unknown;
  /** Seconds the server asks to wait. */
  retryAfter?: number;
}

export interface RetryOptions {
  /** Doing it twice equals doing it once. If not, only what surely was not processed is tried again. */
  idempotent: boolean;
  /** A server-side apply: the server merges, so losing a race with another writer is no answer. */
  merges?: boolean;
  /** What failed, for the message: "apply apps/Deployment/ns/name". */
  what: string;
  clock: Clock;
  signal?: AbortSignal;
  limits: RetryLimits;
}

export interface RetryLimits {
  /** Tries again after failures; waits that a 429 asks for do not count. */
  retries: number;
  /** No try starts later than this, counted from the first. */
  totalMs: number;
}

export const RETRY_LIMITS: RetryLimits = { retries: 5, totalMs: 60_000 };

const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/** No answer arrived. `sent` says whether the server may have acted all the same. */
export class NetworkError extends ClusterError {
  readonly code: string;
  readonly sent: boolean;

  constructor(what: string, cause: unknown) {
    const code = codeOf(cause);
    super(`${what}: ${code}`, { cause });
    this.code = code;
    this.sent = !UNSENT.has(code);
  }
}

const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const PASSING = new Set([
  ...["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
  ...["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
]);

/**
 * Tries until there is an answer worth having, with exponential back-off and full jitter, so that 32 callers do not come back
 * at once. Throws NetworkError when there was none, and the signal's reason when it aborts; the last refusal is returned.
 */
export async function retry(attempt: () => Promise<Answer>, options: RetryOptions): Promise<Answer> {
  const { clock, signal, limits, what } = options;
  const began = clock.now();
  for (let failures = 0, tries = 0; ; tries++) {
    signal?.throwIfAborted();
    const outcome: Answer | NetworkError = await attempt().catch((error: unknown) => {
      signal?.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      return new NetworkError(what, error);
    });
    const verdict = judge(outcome, options);
    if (verdict === "failed") failures += 1;
    const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10)) * clock.random();
    const pause = Math.max(backoff, 1000 * (outcome instanceof NetworkError ? 0 : (outcome.retryAfter ?? 0)));
    const spent = clock.now() - began + pause;
    if (verdict === "done" || failures > limits.retries || spent > limits.totalMs) {
      if (outcome instanceof NetworkError) throw outcome;
      return outcome;
    }
    await clock.sleep(pause, signal);
  }
}

function judge(outcome: Answer | NetworkError, { idempotent, merges }: RetryOptions): "done" | "failed" | "busy" {
  if (outcome instanceof NetworkError) {
    const again = PASSING.has(outcome.code) && (idempotent || !outcome.sent);
    return again ? "failed" : "done";
  }
  const { status, body } = outcome;
  // Turned away at the door: nothing was done, so even a create may come back.
  if (status === 429) return "busy";
  if (status >= 500 && status !== 501 && status !== 505) return idempotent ? "failed" : "done";
  if (status !== 409) return "done";
  const { reason, details } = record(body);
  const { kind, causes } = record(details);
  // Many creates at once in one namespace race for its quota's counter; the loser was not admitted.
  if (reason === "Conflict" && kind === "resourcequotas") return "failed";
  return merges && causes === undefined ? "failed" : "done";
}

const codeOf = (cause: unknown): string => {
  const { code, cause: inner, message } = record(cause);
  if (typeof code === "string") return code;
  return inner === undefined ? line(message) || "no answer" : codeOf(inner);
};
