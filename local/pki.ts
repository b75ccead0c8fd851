import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CertificateArgs, issue, type KeyPair } from "./certificate.ts";
import { writePrivate } from "./private-file.ts";

const CLUSTER_CA = { commonName: "tenantry-local" };
/** etcd has an authority of its own: a certificate that the cluster signs (a tenant may ask for one) must not open the database. */
const ETCD_CA = { commonName: "tenantry-local-etcd" };
const DAYS = 3650;
const HOSTS = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "10.96.0.1"];

const LEAVES: Record<string, { by: "ca" | "etcd-ca" } & Pick<CertificateArgs, "subject" | "use" | "hosts">> = {
  server: { by: "ca", use: "server", subject: { commonName: "kube-apiserver" }, hosts: HOSTS },
  admin: { by: "ca", use: "client", subject: { commonName: "tenantry-local-admin", organization: "system:masters" } },
  "kube-controller-manager": { by: "ca", use: "client", subject: { commonName: "system:kube-controller-manager" } },
  "kube-scheduler": { by: "ca", use: "client", subject: { commonName: "system:kube-scheduler" } },
  // Its own name tells simulated writes from a user's in the audit log.
  kwok: { by: "ca", use: "client", subject: { commonName: "tenantry-local-kwok", organization: "system:masters" } },
  etcd: { by: "etcd-ca", use: "peer", subject: { commonName: "etcd" }, hosts: ["127.0.0.1", "localhost"] },
  "etcd-client": { by: "etcd-ca", use: "client", subject: { commonName: "kube-apiserver" } },
};

/** Where a certificate of this control plane lies; keys are readable by their owner only. */
export const certFile = (dir: string, name: string): string => join(dir, "pki", `${name}.crt`);
export const keyFile = (dir: string, name: string): string => join(dir, "pki", `${name}.key`);

/** Makes every certificate and key of a control plane under `dir/pki`, once: a complete set is left as it is. */
export async function ensurePki(dir: string): Promise<void> {
  const complete = join(dir, "pki", "complete");
  if (existsSync(complete)) return;
  mkdirSync(join(dir, "pki"), { recursive: true, mode: 0o700 });
  const authorities = {
    ca: await issue({ subject: CLUSTER_CA, use: "authority", days: DAYS }),
    "etcd-ca": await issue({ subject: ETCD_CA, use: "authority", days: DAYS }),
  };
  for (const [name, pair] of Object.entries(authorities)) save(dir, name, pair);
  for (const [name, { by, ...leaf }] of Object.entries(LEAVES)) {
    save(dir, name, await issue({ ...leaf, issuer: authorities[by], days: DAYS }));
  }
  const accounts = generateKeyPairSync("rsa", { modulusLength: 2048 });
  save(dir, "service-accounts", {
    cert: accounts.publicKey.export({ type: "spki", format: "pem" }) as string,
    key: accounts.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  });
  writePrivate(complete, "");
}

/** The certificate and key of one client, as read back from `dir/pki`. */
export function readPair(dir: string, name: string): KeyPair {
  return { cert: readFileSync(certFile(dir, name), "utf8"), key: readFileSync(keyFile(dir, name), "utf8") };
}

function save(dir: string, name: string, pair: KeyPair): void {
  writePrivate(certFile(dir, name), pair.cert);
  writePrivate(keyFile(dir, name), pair.key);
}
