import type { ObjectRef } from "./object.ts";
import { groupOf } from "./object.ts";

/** Anything the cluster, or the way to it, refuses. The message is one line, for people. */
export class ClusterError extends Error {
  override name = this.constructor.name;
}

export interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** What was asked: the verb, and the object or path it was asked about. */
export interface Subject {
  verb: string;
  ref?: Partial<ObjectRef>;
  path: string;
}

/** The API server's refusal, from its Status object. Texts about a Secret are withheld: they quote its values. */
export class ApiError extends ClusterError {
  readonly status: number;
  /** Machine-readable, as in metav1.StatusReason: "NotFound", "Invalid"... */
  readonly reason: string;
  readonly causes: Cause[];
  /** What the server names as the kind of thing at fault, in the plural: "namespaces". */
  readonly about: string;
  /** Where a list whose snapshot expired may go on from. */
  readonly resume?: string;

  constructor(subject: Subject, answer: { status: number; body: unknown }) {
    const told = statusOf(answer, isSecret(subject));
    super(`${nameOf(subject)}: ${answer.status} ${told.reason}${describe(told)}`);
    this.status = answer.status;
    this.reason = told.reason;
    this.causes = told.causes;
    this.about = told.about;
    if (told.resume) this.resume = told.resume;
  }
}

/** Another field manager owns fields that the apply would change. */
export class ConflictError extends ApiError {
  readonly conflicts: { manager: string; field: string }[];

  constructor(subject: Subject, answer: { status: number; body: unknown }) {
    super(subject, answer);
    this.conflicts = this.causes
      .filter(({ reason }) => reason === CONFLICT)
      .map(({ message, field }) => ({ manager: /"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? "unknown", field }));
    const managers = Map.groupBy(this.conflicts, ({ manager }) => manager);
    const owned = [...managers].map(([name, all]) => `"${name}" owns ${all.map(({ field }) => field).join(", ")}`);
    this.message = `${nameOf(subject)}: 409 Conflict: ${owned.join("; ")}`;
  }
}

/** A create found an object of that name. */
export class AlreadyExistsError extends ApiError {}
/** RBAC, quota or an admission policy said no. */
export class ForbiddenError extends ApiError {}
/** The object breaks its schema or a validation; `causes` has the fields. */
export class InvalidError extends ApiError {}

const CONFLICT = "FieldManagerConflict";
const WITHHELD = "text withheld, it may quote the secret";

/** The error class that fits the answer. */
export function errorFor(subject: Subject, answer: { status: number; body: unknown }): ApiError {
  const { reason, causes } = statusOf(answer, isSecret(subject));
  if (causes.some((cause) => cause.reason === CONFLICT)) return new ConflictError(subject, answer);
  if (reason === "AlreadyExists") return new AlreadyExistsError(subject, answer);
  if (answer.status === 403) return new ForbiddenError(subject, answer);
  if (answer.status === 422) return new InvalidError(subject, answer);
  return new ApiError(subject, answer);
}

/** A write lost an optimistic race: the object changed since it was read. Not a conflict of field managers. */
export const isStale = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 409 && error.reason === "Conflict" && !(error instanceof ConflictError);

/** "apps/Deployment/ns/name", or the path where no object is known. */
export function nameOf({ verb, ref, path }: Subject): string {
  if (!ref?.kind) return `${verb} ${path}`;
  const group = groupOf(ref.apiVersion ?? "");
  return `${verb} ${[group, ref.kind, ref.namespace, ref.name].filter(Boolean).join("/")}`;
}

const isSecret = ({ ref, path }: Subject): boolean => ref?.kind === "Secret" || /\/secrets(\/|\?|$)/.test(path);

interface Told {
  reason: string;
  message: string;
  causes: Cause[];
  about: string;
  resume?: string;
}

/** Reads a Status. An attacker may write webhook texts, so every text becomes one line of bounded length. */
function statusOf({ status, body }: { status: number; body: unknown }, secret: boolean): Told {
  const told = record(body);
  const details = record(told["details"]);
  const all = Array.isArray(details["causes"]) ? (details["causes"] as unknown[]) : [];
  const causes = all.map((cause) => {
    const { reason, message, field } = record(cause);
    const quotes = secret && reason !== CONFLICT;
    return { reason: line(reason), message: quotes ? WITHHELD : line(message), field: line(field) };
  });
  const about = line(details["kind"]);
  const withheld = secret && status !== 404 && line(told["reason"]) !== "AlreadyExists";
  const message = withheld ? WITHHELD : line(told["message"] ?? body);
  const resume = line(record(told["metadata"])["continue"], Infinity);
  return { reason: line(told["reason"]) || (REASONS[status] ?? "Error"), message, causes, about, resume };
}

const REASONS: Record<number, string> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  408: "Timeout",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

function describe({ message, causes }: Told): string {
  const fields = causes.filter(({ field }) => field);
  if (message === WITHHELD && fields.length > 0)
    return `: ${fields.map(({ field }) => field).join(", ")} (${WITHHELD})`;
  return message ? `: ${message}` : "";
}

/** Control characters could move a terminal's cursor, and long texts hide the rest of a report. */
export function line(value: unknown, limit = 600): string {
  // eslint-disable-next-line no-control-regex
  const text = typeof value === "string" ? value.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ").trim() : "";
  return text.length > limit ? `${text.slice(0, limit)}...` : text;
}

export const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
