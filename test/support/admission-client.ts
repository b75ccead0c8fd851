import { readFileSync } from "node:fs";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";

export interface Answer {
  status: number;
  message: string;
  /** As the API server sends them, also with a refusal. */
  warnings: string[];
}

/** Who asks: an impersonated user, or the administrator of the kubeconfig. */
export interface Identity {
  user: string;
  groups: string[];
}

const PLURAL: Record<string, string> = {
  NetworkPolicy: "networkpolicies",
  Ingress: "ingresses",
  Endpoints: "endpoints",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
};
const CLUSTER_WIDE =
  /^(Namespace|ClusterRole|ClusterRoleBinding|ValidatingAdmissionPolicy(Binding)?|CustomResourceDefinition)$/;

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** Where an object lives in the API. */
export function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const where = CLUSTER_WIDE.test(kind) ? "" : `/namespaces/${metadata.namespace ?? "default"}`;
  return `${root}${where}/${PLURAL[kind] ?? `${kind.toLowerCase()}s`}/${metadata.name}`;
}

/** A small client that can be anybody, for one API server. Not undici's `request`: it joins groups into one header, which names one strange group. */
export class AdmissionClient {
  readonly #server: string;
  readonly #agent: Agent;

  constructor(kubeconfig: string) {
    const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
    const text = (base64: string) => Buffer.from(base64, "base64").toString();
    const { server, "certificate-authority-data": ca } = config.clusters[0].cluster;
    const { "client-certificate-data": cert, "client-key-data": key } = config.users[0].user;
    this.#server = server;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 8, ca: text(ca), cert: text(cert), key: text(key) });
  }

  async ask(method: string, path: string, body?: object, as?: Identity, type = "application/json"): Promise<Answer> {
    const impersonation = as ? { "impersonate-user": as.user, "impersonate-group": as.groups } : {};
    const { response, text } = await this.#send(method, path, { "content-type": type, ...impersonation }, body);
    return {
      status: response.statusCode ?? 0,
      message: messageOf(text),
      warnings: [response.headers.warning ?? []].flat(),
    };
  }

  async read<T>(path: string): Promise<T> {
    return JSON.parse((await this.#send("GET", path, {})).text) as T;
  }

  #send(method: string, path: string, headers: OutgoingHttpHeaders, body?: object) {
    return new Promise<{ response: IncomingMessage; text: string }>((resolve, reject) => {
      const sent = request(this.#server + path, { method, headers, agent: this.#agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ response, text })).on("error", reject);
      });
      sent.on("error", reject).end(body && JSON.stringify(body));
    });
  }

  /** Server-side apply, for good or as a trial that changes nothing. */
  apply(object: Manifest, { as, dryRun = false }: { as?: Identity; dryRun?: boolean } = {}): Promise<Answer> {
    const query = `?fieldManager=guardrails&force=true${dryRun ? "&dryRun=All" : ""}`;
    return this.ask("PATCH", pathOf(object) + query, object, as, "application/apply-patch+yaml");
  }

  remove(object: Manifest): Promise<Answer> {
    return this.ask("DELETE", pathOf(object));
  }

  close(): Promise<void> {
    this.#agent.destroy();
    return Promise.resolve();
  }
}

/** Refusals come as a Status; what a proxy or a health check says is plain text. */
function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? "";
  } catch {
    return text;
  }
}
