import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { certFile, readPair } from "./pki.ts";
import { writePrivate } from "./private-file.ts";
import { STAGES } from "./stages.ts";

export const CONTEXT = "tenantry-local";

/** The admin's kubeconfig: what users and tests work with. */
export const kubeconfigFile = (dir: string): string => join(dir, "kubeconfig");
export const configFile = (dir: string, name: string): string => join(dir, "config", name);
export const auditLogFile = (dir: string): string => join(dir, "audit.log");

/** Only health is open to strangers: the rest of the API answers them 401. */
const AUTHENTICATION = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AuthenticationConfiguration",
  anonymous: { enabled: true, conditions: [{ path: "/livez" }, { path: "/readyz" }, { path: "/healthz" }] },
};

/** Who wrote what, once answered; never bodies, which hold secrets. Left out is what components say all the time. */
const AUDIT = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "None",
      resources: [
        { group: "", resources: ["events"] },
        { group: "events.k8s.io" },
        { group: "coordination.k8s.io" },
        { group: "authentication.k8s.io" },
        { group: "authorization.k8s.io" },
      ],
    },
    { level: "Metadata", verbs: ["create", "update", "patch", "delete", "deletecollection"] },
  ],
};

/** What the programs read at start, by file name under `config/`. Depends on nothing but the release. */
export const CONFIG_FILES: Record<string, unknown> = {
  "authentication.json": AUTHENTICATION,
  "audit-policy.json": AUDIT,
  "stages.yaml": STAGES,
};

/** Writes the programs' configuration, and a kubeconfig for each of them and for the admin. */
export function writeConfig(dir: string, server: string): void {
  mkdirSync(join(dir, "config"), { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(CONFIG_FILES)) {
    // Several documents, as YAML has them: KWOK reads no List.
    writePrivate(configFile(dir, name), Array.isArray(content) ? content.map(json).join("---\n") : json(content));
  }
  for (const user of ["kube-controller-manager", "kube-scheduler", "kwok"]) {
    writePrivate(configFile(dir, `${user}.kubeconfig`), kubeconfig(dir, server, user));
  }
  writePrivate(kubeconfigFile(dir), kubeconfig(dir, server, "admin"));
}

/** A kubeconfig with everything in it. JSON is YAML: every client reads it. */
function kubeconfig(dir: string, server: string, user: string): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const { cert, key } = readPair(dir, user);
  const ca = readFileSync(certFile(dir, "ca"), "utf8");
  return json({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: CONTEXT, cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: user, user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user } }],
    "current-context": CONTEXT,
  });
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
