import { Agent, request } from "node:https";

/** An object and the collection it lives in, such as `/api/v1/nodes`. */
export interface KubeObject {
  path: string;
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: object; annotations?: object };
  [field: string]: unknown;
}

export interface Answer {
  status: number;
  text: string;
}

/** TLS identity of a caller; without a certificate the caller is anonymous. */
export interface Identity {
  ca: string;
  cert?: string;
  key?: string;
}

/** The little of the Kubernetes API that starting it needs: one keep-alive connection, one identity. */
export class Api {
  readonly server: string;
  readonly #agent: Agent;

  constructor(server: string, identity: Identity) {
    this.server = server;
    this.#agent = new Agent({ keepAlive: true, ...identity });
  }

  /** Any request; whatever status comes back is an answer. Rejects when the server does not answer within 10 s. */
  ask(method: string, path: string, body?: object, contentType = "application/json"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { accept: "application/json", ...(body ? { "content-type": contentType } : {}) };
      const options = { method, headers, agent: this.#agent, timeout: 10_000 };
      const sent = request(this.server + path, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", reject);
      });
      sent.on("timeout", () => sent.destroy(new Error(`${this.server}${path} did not answer within 10 s`)));
      sent.on("error", reject);
      sent.end(body ? JSON.stringify(body) : undefined);
    });
  }

  /** Whether a health endpoint answers 200 now. */
  async healthy(path: string): Promise<boolean> {
    try {
      return (await this.ask("GET", path)).status === 200;
    } catch {
      return false;
    }
  }

  /** Server-side apply under the field manager `tenantry-local`. Throws with what the server said. */
  async apply({ path, ...object }: KubeObject): Promise<void> {
    const query = "?fieldManager=tenantry-local&force=true";
    const target = `${path}/${object.metadata.name}${query}`;
    const { status, text } = await this.ask("PATCH", target, object, "application/apply-patch+yaml");
    if (status >= 300)
      throw new Error(`${object.kind} ${object.metadata.name} was refused (${status}): ${text.trim()}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
