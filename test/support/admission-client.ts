import { readFileSync } from "node:fs";
import { Agent, request } from "undici";

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

/** A small client that can be anybody, for one API server. */
export class AdmissionClient {
  readonly #server: string;
  readonly #agent: Agent;

  constructor(kubeconfig: string) {
    const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
    const text = (base64: string) => Buffer.from(base64, "base64").toString();
    const { server, "certificate-authority-data": ca } = config.clusters[0].cluster;
    const { "client-certificate-data": cert, "client-key-data": key } = config.users[0].user;
    this.#server = server;
    this.#agent = new Agent({ connections: 8, connect: { ca: text(ca), cert: text(cert), key: text(key) } });
  }

  async ask(method: string, path: string, body?: object, as?: Identity, type = "application/json"): Promise<Answer> {
    // A flat list: `fetch` would join the groups into one header, which names one strange group.
    const impersonation = as
      ? ["impersonate-user", as.user, ...as.groups.flatMap((it) => ["impersonate-group", it])]
      : [];
    const response = await request(this.#server + path, {
      method: method as "GET",
      dispatcher: this.#agent,
      headers: ["content-type", type, ...impersonation],
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.body.json()) as { message?: string };
    return {
      status: response.statusCode,
      message: answer.message ?? "",
      warnings: [response.headers.warning ?? []].flat(),
    };
  }

  async read<T>(path: string): Promise<T> {
    const response = await request(this.#server + path, { dispatcher: this.#agent });
    return (await response.body.json()) as T;
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
    return this.#agent.close();
  }
}
