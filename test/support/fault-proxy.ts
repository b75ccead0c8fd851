import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Pool } from "undici";
import { certFile, keyFile } from "../../local/pki.ts";
import type { FleetPlane } from "./fleet.ts";

/** What becomes of a request: an answer of the proxy's own, no answer, or an answer that is lost after the server has acted. */
export type Fault = { status: number; retryAfter?: number } | "reset" | "lost";

/** A door before the API server at which requests come to grief. */
export class FaultProxy {
  /** Asked for each request; undefined lets it pass. */
  fault: (method: string, path: string) => Fault | undefined = () => undefined;
  /** How many requests came to grief. */
  faults = 0;
  readonly #server: Server;
  readonly #upstream: Pool;
  readonly #flags: string[];

  private constructor(server: Server, upstream: Pool, flags: string[]) {
    this.#server = server;
    this.#upstream = upstream;
    this.#flags = flags;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Shows the API server's own certificate, and is to it who the plane's administrator is. */
  static async start({ dir, base, plane }: FleetPlane): Promise<FaultProxy> {
    const config = JSON.parse(readFileSync(plane.kubeconfig, "utf8")) as {
      clusters: [{ cluster: { server: string } }];
      users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
    };
    const { "client-certificate-data": cert, "client-key-data": key } = config.users[0].user;
    const bytes = (base64: string) => Buffer.from(base64, "base64");
    const tls = { ca: readFileSync(certFile(dir, "ca")), cert: bytes(cert), key: bytes(key) };
    const upstream = new Pool(config.clusters[0].cluster.server, { connect: tls, connections: 64, allowH2: false });
    const server = createServer({
      cert: readFileSync(certFile(dir, "server")),
      key: readFileSync(keyFile(dir, "server")),
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    config.clusters[0].cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const kubeconfig = join(base, "proxied.kubeconfig");
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    return new FaultProxy(server, upstream, ["--kubeconfig", kubeconfig, "--context", plane.context]);
  }

  /** Runs go through the proxy while `work` lasts. */
  async between<T>(plane: FleetPlane, work: () => Promise<T>): Promise<T> {
    const straight = plane.flags;
    plane.flags = this.#flags;
    try {
      return await work();
    } finally {
      plane.flags = straight;
      this.fault = () => undefined;
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#upstream.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.fault(request.method ?? "", request.url ?? "");
    if (fault !== undefined) this.faults += 1;
    if (fault === "reset") {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined && fault !== "lost") {
      request.resume();
      const body = { kind: "Status", apiVersion: "v1", status: "Failure", code: fault.status, message: "a fault" };
      const wait: Record<string, number> = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      response.writeHead(fault.status, { "content-type": "application/json", ...wait }).end(JSON.stringify(body));
      return;
    }
    const answer = await this.#upstream.request({
      path: request.url ?? "/",
      method: request.method ?? "GET",
      headers: without(request.headers, "host", "connection", "transfer-encoding"),
      body: request.method === "GET" ? null : request,
    });
    const text = await answer.body.arrayBuffer();
    if (fault === "lost") request.socket.destroy();
    else response.writeHead(answer.statusCode, without(answer.headers, "transfer-encoding")).end(Buffer.from(text));
  }
}

/** What says how one connection carries its bytes is nothing to the other. */
const without = (headers: IncomingMessage["headers"], ...names: string[]): IncomingMessage["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
