import { readFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";

export interface Answered {
  status: number;
  /** Uid of the flow schema that let the request in, or kept it out. */
  flow: string;
  /** Milliseconds from asking to the whole answer. */
  ms: number;
}

/** Who asks. Groups of every authenticated user come on their own. */
export interface Who {
  user: string;
  groups?: string[];
}

/** Many requests at once over few connections: the client must not be what is slow. */
export class Crowd {
  readonly #sessions: ClientHttp2Session[];
  #next = 0;

  constructor(kubeconfig: string, connections: number) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
      clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
      users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
    };
    const bytes = (base64: string) => Buffer.from(base64, "base64");
    const { server, "certificate-authority-data": ca } = clusters[0].cluster;
    const { "client-certificate-data": cert, "client-key-data": key } = users[0].user;
    this.#sessions = Array.from({ length: connections }, () =>
      connect(server, { ca: bytes(ca), cert: bytes(cert), key: bytes(key) }),
    );
  }

  async get(path: string, { user, groups = [] }: Who): Promise<Answered> {
    const session = this.#sessions[this.#next++ % this.#sessions.length];
    if (!session) throw new Error("no connection");
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ":path": path,
        accept: "application/json",
        "impersonate-user": user,
        ...(groups.length > 0 && { "impersonate-group": groups }),
      });
      let status = 0;
      let flow = "";
      stream.on("response", (headers) => {
        status = headers[":status"] ?? 0;
        flow = String(headers["x-kubernetes-pf-flowschema-uid"] ?? "");
      });
      stream.on("error", reject);
      stream.on("end", () => resolve({ status, flow, ms: performance.now() - since }));
      stream.resume();
      stream.end();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((it) => new Promise<void>((resolve) => it.close(resolve))));
  }
}

/** The least of the worst hundredth. */
export const p99 = (all: readonly Answered[]): number =>
  all.map((it) => it.ms).toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1] ?? Number.NaN;
