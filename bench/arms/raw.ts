import { readFileSync } from "node:fs";
import { Pool } from "undici";

/**
 * The floor: the same objects by server-side apply over 32 keep-alive connections, namespaces first, and nothing else.
 * Takes a file of lines [path, body] and a kubeconfig.
 */
const [file = "", kubeconfig = ""] = process.argv.slice(2);
const CONNECTIONS = 32;
const QUERY = "?fieldManager=tenantry&fieldValidation=Strict";

interface Kubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
}
const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
const [{ cluster } = { cluster: undefined }] = clusters;
const [{ user } = { user: undefined }] = users;
if (!cluster || !user) throw new Error("the kubeconfig names no cluster or no user");
const pem = (base64: string) => Buffer.from(base64, "base64").toString();
const pool = new Pool(cluster.server, {
  connections: CONNECTIONS,
  pipelining: 1,
  connect: {
    ca: pem(cluster["certificate-authority-data"]),
    cert: pem(user["client-certificate-data"]),
    key: pem(user["client-key-data"]),
  },
});

const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
const firsts = lines.filter(
  (it) => it.startsWith('["/api/v1/namespaces/') && it.split('",', 1)[0]?.split("/").length === 5,
);
const chosen = new Set(firsts);
for (const step of [firsts, lines.filter((it) => !chosen.has(it))]) await sendAll(step);
await pool.close();
process.stdout.write(JSON.stringify({ objects: lines.length }));

async function sendAll(step: readonly string[]): Promise<void> {
  const queue = step.values();
  const worker = async () => {
    for (const line of queue) {
      const [path, body] = JSON.parse(line) as [string, string];
      const { statusCode, body: answer } = await pool.request({
        method: "PATCH",
        path: path + QUERY,
        headers: { "content-type": "application/apply-patch+yaml" },
        body,
      });
      const text = await answer.text();
      if (statusCode >= 400) throw new Error(`${path}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}
