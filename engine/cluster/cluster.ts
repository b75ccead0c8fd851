import type { Clock } from "./clock.ts";
import { contains } from "./containment.ts";
import type { Discovery } from "./discovery.ts";
import { type KubeObject, type ObjectRef, refKey, refOf } from "./object.ts";
import { type ListQuery, pages } from "./pages.ts";
import { NetworkError } from "./retry.ts";
import { call, type Method, type RequestOptions, type ServerInfo, type Session, type View } from "./session.ts";
import { AlreadyExistsError, ApiError, ClusterError } from "./status.ts";

export interface ApplyOptions {
  /** Take fields over from other managers. */
  force?: boolean;
  /** Validate and admit, store nothing. */
  dryRun?: boolean;
  /** Default "tenantry". */
  manager?: string;
}

export interface RemoveOptions {
  /** Delete only this very object, not one of the same name made since. */
  uid?: string;
  resourceVersion?: string;
  propagation?: "Background" | "Foreground" | "Orphan";
  dryRun?: boolean;
}

export type PatchType = "merge" | "json" | "strategic";

const MANAGER = "tenantry";
const PATCH_TYPE = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/**
 * One API server as one user sees it. Every call is retried while that is safe, shares 32 connections with all others, and throws
 * ApiError (or a class under it) on refusal and NetworkError when no answer came.
 */
export class Cluster {
  readonly server: ServerInfo;
  readonly #session: Session;
  readonly #view: View;

  constructor(session: Session, view: View = { headers: {} }) {
    this.server = session.server;
    this.#session = session;
    this.#view = view;
  }

  get discovery(): Discovery {
    return this.#session.discovery;
  }

  get clock(): Clock {
    return this.#session.clock;
  }

  /** The parsed answer of any path. Throws ApiError for every status from 400. */
  async request(method: Method, path: string, options: RequestOptions = {}): Promise<unknown> {
    return call(this.#session, this.#view, { method, path, options });
  }

  /** Server-side apply with strict field validation; returns the live object. Throws ConflictError, InvalidError, ForbiddenError. */
  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
    const ref = refOf(object);
    const query = {
      fieldManager: options.manager ?? MANAGER,
      fieldValidation: "Strict",
      force: options.force ? "true" : undefined,
      dryRun: options.dryRun ? "All" : undefined,
    };
    const contentType = "application/apply-patch+yaml";
    const asked = { query, body: object, contentType, ref, verb: "apply", merges: !object.metadata.resourceVersion };
    return (await this.request("PATCH", await this.pathOf(ref), asked)) as KubeObject;
  }

  /** Undefined when there is none. */
  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    const options = { ref, verb: "get" };
    return (await missing(this.request("GET", await this.pathOf(ref), options))) as KubeObject | undefined;
  }

  /** All objects of a kind, fetched a page at a time as they are consumed. */
  async *list(query: ListQuery): AsyncGenerator<KubeObject, void, undefined> {
    const path = await this.#collection(query);
    for await (const page of pages((options) => this.request("GET", path, options), query)) yield* page;
  }

  async listAll(query: ListQuery): Promise<KubeObject[]> {
    const all: KubeObject[] = [];
    for await (const object of this.list(query)) all.push(object);
    return all;
  }

  /** Throws AlreadyExistsError. When an answer is lost, what stands there counts as ours if it holds all that was sent. */
  async create(object: KubeObject): Promise<KubeObject> {
    const ref = refOf(object);
    const path = await this.#home(ref);
    const post = () => this.request("POST", path, { query: STRICT, body: object, ref, verb: "create" });
    try {
      return (await post()) as KubeObject;
    } catch (error) {
      const lost = error instanceof NetworkError ? error.sent : error instanceof ApiError && error.status >= 500;
      if (!lost) throw error;
    }
    try {
      return (await post()) as KubeObject;
    } catch (error) {
      const live = error instanceof AlreadyExistsError ? await this.get(ref) : undefined;
      if (live && contains(live, object)) return live;
      throw error;
    }
  }

  /** Writes the whole object; with metadata.resourceVersion only over that version (else `isStale`). */
  async replace(object: KubeObject): Promise<KubeObject> {
    const ref = refOf(object);
    const options = { query: STRICT, body: object, ref, verb: "replace" };
    return (await this.request("PUT", await this.pathOf(ref), options)) as KubeObject;
  }

  async patch(ref: ObjectRef, body: unknown, type: PatchType = "merge"): Promise<KubeObject> {
    const options = {
      query: STRICT,
      body,
      contentType: PATCH_TYPE[type],
      ref,
      verb: "patch",
      idempotent: type !== "json",
    };
    return (await this.request("PATCH", await this.pathOf(ref), options)) as KubeObject;
  }

  /** False when it was gone already. A precondition that fails throws an error that `isStale`. */
  async remove(ref: ObjectRef, options: RemoveOptions = {}): Promise<boolean> {
    const { uid, resourceVersion, propagation = "Background", dryRun } = options;
    const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: propagation, preconditions };
    const query = { dryRun: dryRun ? "All" : undefined };
    const answer = await missing(this.request("DELETE", await this.pathOf(ref), { query, body, ref, verb: "delete" }));
    return answer !== undefined;
  }

  /** Path of one object. Throws UnknownKindError. */
  async pathOf(ref: ObjectRef): Promise<string> {
    return `${await this.#home(ref)}/${encodeURIComponent(ref.name)}`;
  }

  /** The same cluster as somebody else sees it. The caller needs the right to impersonate. */
  withImpersonation({ user, groups = [] }: { user: string; groups?: string[] }): Cluster {
    const headers = { ...this.#view.headers, "Impersonate-User": user };
    return new Cluster(this.#session, {
      ...this.#view,
      headers: { ...headers, ...(groups.length > 0 && { "Impersonate-Group": groups }) },
    });
  }

  /** The same cluster; its calls end with the signal's reason when that aborts. Urgent ones do not queue behind the others. */
  withSignal(signal: AbortSignal, urgent = this.#view.urgent): Cluster {
    const both = this.#view.signal ? AbortSignal.any([this.#view.signal, signal]) : signal;
    return new Cluster(this.#session, { ...this.#view, signal: both, urgent });
  }

  /** Sleeps; throws the signal's reason when the view's signal aborts. */
  async pause(ms: number): Promise<void> {
    await this.clock.sleep(ms, this.#view.signal);
    this.#view.signal?.throwIfAborted();
  }

  /** Closes the connections of all views. */
  async close(): Promise<void> {
    await this.#session.transport.close();
  }

  /** The collection one object belongs to. Without the checks a wrong path would list, or delete, all of them. */
  async #home(ref: ObjectRef): Promise<string> {
    const { namespaced } = await this.discovery.find(ref.apiVersion, ref.kind);
    const lacks = !ref.name ? "name" : namespaced && !ref.namespace ? "namespace" : undefined;
    if (lacks) throw new ClusterError(`${refKey(ref)}: a ${ref.kind} needs a ${lacks}`);
    return this.#collection(ref);
  }

  async #collection(query: { apiVersion: string; kind: string; namespace?: string }): Promise<string> {
    const { plural, namespaced } = await this.discovery.find(query.apiVersion, query.kind);
    const root = query.apiVersion.includes("/") ? `/apis/${query.apiVersion}` : `/api/${query.apiVersion}`;
    const inside = namespaced && query.namespace ? `/namespaces/${encodeURIComponent(query.namespace)}` : "";
    return `${root}${inside}/${plural}`;
  }
}

const STRICT = { fieldManager: MANAGER, fieldValidation: "Strict" };

/** 404 becomes undefined. */
async function missing(request: Promise<unknown>): Promise<unknown> {
  return request.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
}
