import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { connect, type ConnectOptions } from "../../engine/cluster/connection.ts";
import { discoveryOf, type FakeAnswer, FakeStore, KINDS, refusal } from "./fake-store.ts";

/** One request as it arrived. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** What goes wrong with a call: an answer of its own, a cut connection, silence, or work done whose answer is lost. */
export type Fault = FakeAnswer | "reset" | "silence" | "lost" | undefined;

/** A small Kubernetes API on 127.0.0.1: discovery, CRUD with optimistic locking, apply without merging, and faults on demand. */
export class FakeApi {
  readonly calls: Call[] = [];
  readonly store = new FakeStore();
  readonly kinds = [...KINDS];
  version = "v1.36.3";
  /** Decides each call's fate before the store sees it. */
  fault: (call: Call) => Fault | Promise<Fault> = () => undefined;
  readonly #dir = mkdtempSync(join(tmpdir(), "fake-api-"));
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    await new Promise<void>((done) => api.#server.listen(0, "127.0.0.1", done));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Writes a kubeconfig with the context "fake" and the given user. */
  kubeconfig(user: object = { token: "t0ken" }, server = this.url): string {
    const file = join(this.#dir, "kubeconfig");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "other",
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user }],
      contexts: [
        { name: "fake", context: { cluster: "c", user: "u" } },
        { name: "other", context: { cluster: "c", user: "u" } },
      ],
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  /** A file beside the kubeconfig. */
  file(name: string, text: string, mode = 0o600): string {
    const path = join(this.#dir, name);
    writeFileSync(path, text, { mode });
    return path;
  }

  /** Connects and forgets the calls that took. */
  async connect(options: Partial<ConnectOptions> = {}): Promise<Cluster> {
    const kubeconfig = options.kubeconfig ?? this.kubeconfig();
    const cluster = await connect({ context: "fake", ...options, kubeconfig });
    this.calls.length = 0;
    return cluster;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const { method = "GET", headers } = request;
    const call = { method, path: pathname, query: searchParams, headers, body: text ? JSON.parse(text) : undefined };
    this.calls.push(call);
    const fault = await this.fault(call);
    if (fault === "silence") return;
    if (fault === "reset") return void request.socket.destroy();
    const answer = fault === undefined || fault === "lost" ? this.#answer(call) : fault;
    if (fault === "lost") return void request.socket.destroy();
    const type = typeof answer.body === "string" ? "text/plain" : "application/json";
    response.writeHead(answer.status, { "content-type": type, ...answer.headers });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}));
  }

  #answer({ method, path, query, body }: Call): FakeAnswer {
    if (path === "/version") return { status: 200, body: { major: "1", minor: "36", gitVersion: this.version } };
    if (path === "/api" || path === "/apis") return { status: 200, body: discoveryOf(this.kinds, path === "/api") };
    const known = this.kinds.some(({ plural }) => path.endsWith(`/${plural}`));
    const collection = known && method !== "PATCH" && method !== "PUT";
    if (collection && method === "POST") return this.store.post(path, body);
    if (collection && method === "GET")
      return this.store.list(path, Number(query.get("limit")), query.get("continue") ?? "");
    if (method === "PATCH" || method === "PUT") return this.store.put(path, body);
    if (method === "DELETE") return this.store.remove(path, body?.preconditions);
    const found = this.store.objects.get(path);
    return found ? { status: 200, body: found } : refusal(404, "NotFound", "not found");
  }
}
