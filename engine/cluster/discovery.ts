import type { Clock } from "./clock.ts";
import { ClusterError, record } from "./status.ts";

/** How the API serves a kind. */
export interface Resource {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

export interface Waiting {
  deadlineMs: number;
  clock: Clock;
  signal?: AbortSignal;
}

/** The cluster does not serve the kind: a missing CRD, or a typing error. */
export class UnknownKindError extends ClusterError {
  readonly apiVersion: string;
  readonly kind: string;

  constructor(apiVersion: string, kind: string, served: Resource[]) {
    const others = served.filter((it) => it.kind === kind).map((it) => it.apiVersion);
    const hint =
      others.length > 0 ? `it serves ${kind} in ${others.join(", ")}` : "install its CustomResourceDefinition first";
    super(`the cluster does not serve ${apiVersion} ${kind}: ${hint}`);
    this.apiVersion = apiVersion;
    this.kind = kind;
  }
}

export const DISCOVERY_ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Kind to path, from two requests for everything the cluster serves; asked again when a kind is new. */
export class Discovery {
  #known: Map<string, Resource> | undefined;
  #asking: Promise<Map<string, Resource>> | undefined;
  readonly #read: (path: "/api" | "/apis") => Promise<unknown>;

  constructor(read: (path: "/api" | "/apis") => Promise<unknown>) {
    this.#read = read;
  }

  /** Throws UnknownKindError when the cluster does not serve the kind, also after asking again. */
  async find(apiVersion: string, kind: string): Promise<Resource> {
    const cached = (await this.#all()).get(`${apiVersion}/${kind}`);
    if (cached) return cached;
    const fresh = await this.refresh();
    const found = fresh.get(`${apiVersion}/${kind}`);
    if (!found) throw new UnknownKindError(apiVersion, kind, [...fresh.values()]);
    return found;
  }

  /** Waits for a kind whose CRD was applied a moment ago. Throws UnknownKindError at the deadline. */
  async awaited(apiVersion: string, kind: string, { deadlineMs, clock, signal }: Waiting): Promise<Resource> {
    const until = clock.now() + deadlineMs;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await this.find(apiVersion, kind);
      } catch (error) {
        if (!(error instanceof UnknownKindError) || clock.now() >= until) throw error;
      }
      await clock.sleep(250, signal);
    }
  }

  /** Everything served, one row per version of a kind. */
  async resources(): Promise<Resource[]> {
    return [...(await this.#all()).values()];
  }

  /** Asks again; callers at the same time share one question. */
  refresh(): Promise<Map<string, Resource>> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<Map<string, Resource>> {
    const lists = await Promise.all([this.#read("/api"), this.#read("/apis")]);
    const known = new Map(lists.flatMap(parse).map((it) => [`${it.apiVersion}/${it.kind}`, it]));
    this.#known = known;
    return known;
  }

  async #all(): Promise<Map<string, Resource>> {
    return this.#known ?? this.refresh();
  }
}

interface GroupList {
  items?: {
    metadata?: { name?: string };
    versions?: {
      version: string;
      resources?: { resource: string; scope: string; responseKind?: { kind?: string; group?: string } }[];
    }[];
  }[];
}

function parse(list: unknown): Resource[] {
  if (record(list)["kind"] !== "APIGroupDiscoveryList")
    throw new ClusterError("the server does not speak aggregated discovery (apidiscovery.k8s.io/v2)");
  return ((list as GroupList).items ?? []).flatMap(({ metadata, versions = [] }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map(({ resource, scope, responseKind }) => ({
        apiVersion: metadata?.name ? `${metadata.name}/${version}` : version,
        kind: responseKind?.kind ?? "",
        plural: resource,
        namespaced: scope === "Namespaced",
      })),
    ),
  );
}
