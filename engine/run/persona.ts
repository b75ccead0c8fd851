import { webcrypto } from "node:crypto";
import { stringify } from "yaml";
import { NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { accessOf } from "../cluster/kubeconfig.ts";
import { ClusterError } from "../cluster/status.ts";
import type { Stack } from "../fleet.ts";
import { Refusal } from "./refusal.ts";

export const PERSONA_GROUPS = { "tenant-admin": "admins", "tenant-user": "users", "tenant-viewer": "viewers" } as const;
export type PersonaName = keyof typeof PERSONA_GROUPS;

export interface PersonaKubeconfig {
  /** YAML; holds a private key. */
  text: string;
  group: string;
  expires: Date;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DEADLINE_MS = 30_000;
/** The API server signs nothing shorter. */
export const LEAST_MINUTES = 10;

/** A persona of one tenant, or who deploys all of them. */
export type Asked = { persona: PersonaName; tenant: string } | { persona: "deployer" };

/** As whom the certificate is made out, and where the kubeconfig leads. */
interface Identity {
  /** Beginning of the signing request's name. */
  title: string;
  user: string;
  group: string;
  contexts: { name: string; namespace: string }[];
}

/**
 * A kubeconfig with a client certificate of one of the tenant's own groups, or of the deployers', signed by the cluster and short-lived:
 * it cannot be revoked. One context a space; the deployer's has the name of the stack's. Throws Refusal for a tenant or group that is
 * not there.
 */
export async function personaKubeconfig(
  cluster: Cluster,
  stack: Stack,
  asked: Asked,
  minutes: number,
): Promise<PersonaKubeconfig> {
  const identity = asked.persona === "deployer" ? deployerOf(stack) : memberOf(stack, asked);
  // Only this command needs the certificate library, and the library needs this polyfill first.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    { name: [{ CN: [identity.user] }, { O: [identity.group] }], keys, signingAlgorithm: ALGORITHM },
    webcrypto,
  );
  const certificate = await signed(cluster, identity.title, request.toString("pem"), minutes);
  const exported = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const privateKey = x509.PemConverter.encode(exported, "PRIVATE KEY");
  const { kubeconfig, context } = stack.fleet.settings;
  const { tls } = await accessOf(context, kubeconfig);
  const secret = { certificate, privateKey, ca: pemOf(tls.ca) };
  const text = stringify(kubeconfigOf(cluster, identity, secret), { lineWidth: 0 });
  return { text, group: identity.group, expires: new x509.X509Certificate(certificate).notAfter };
}

function memberOf({ fleet }: Stack, { tenant: id, persona }: { persona: PersonaName; tenant: string }): Identity {
  const tenant = fleet.tenants.find((it) => it.id === id);
  if (!tenant)
    throw new Refusal([`there is no tenant "${id}"; allowed: ${fleet.tenants.map((it) => it.id).join(", ")}`]);
  const key = PERSONA_GROUPS[persona];
  const [group] = tenant.groups[key];
  if (group === undefined)
    throw new Refusal([
      `tenant "${id}" names no group under owner.groups.${key} (${tenant.file}): add one, then: npm run -s tenantry -- up`,
    ]);
  const contexts = tenant.namespaces.map((namespace) => ({ name: namespace, namespace }));
  return { title: `tenantry-${id}-${persona}`, user: `${id}:${persona}`, group, contexts };
}

function deployerOf({ fleet: { settings } }: Stack): Identity {
  const [group = ""] = settings.deployerGroups;
  // The API server gives this name to an account, and the group alone decides.
  if (group.startsWith("system:"))
    throw new Refusal([`deployerGroups begins with "${group}", which Kubernetes itself hands out`]);
  const contexts = [{ name: settings.context, namespace: NAME.system }];
  return { title: "tenantry-deployer", user: "tenantry:deployer", group, contexts };
}

/** Asks the cluster's own signer, approves as the platform, and takes the request away again. */
async function signed(cluster: Cluster, prefix: string, request: string, minutes: number): Promise<string> {
  const api = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const body = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { generateName: `${prefix}-` },
    spec: {
      request: Buffer.from(request).toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      expirationSeconds: minutes * 60,
      usages: ["client auth"],
    },
  };
  const made = (await cluster.request("POST", api, { body })) as { metadata: { name: string } };
  const path = `${api}/${made.metadata.name}`;
  try {
    const condition = { type: "Approved", status: "True", reason: "Tenantry", message: "a persona's kubeconfig" };
    await cluster.request("PUT", `${path}/approval`, { body: { ...made, status: { conditions: [condition] } } });
    const until = cluster.clock.now() + DEADLINE_MS;
    for (;;) {
      const { status } = (await cluster.request("GET", path)) as { status?: { certificate?: string } };
      if (status?.certificate) return Buffer.from(status.certificate, "base64").toString();
      if (cluster.clock.now() > until)
        throw new ClusterError(
          "the cluster signs no client certificates: give its users access through its own identity provider",
        );
      await cluster.pause(200);
    }
  } finally {
    await cluster.request("DELETE", path).catch(() => undefined);
  }
}

function kubeconfigOf(
  cluster: Cluster,
  { title, user, contexts }: Identity,
  secret: { certificate: string; privateKey: string; ca?: string },
): object {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const server = {
    server: cluster.server.url,
    ...(secret.ca && { "certificate-authority-data": base64(secret.ca) }),
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: title, cluster: server }],
    users: [
      {
        name: user,
        user: { "client-certificate-data": base64(secret.certificate), "client-key-data": base64(secret.privateKey) },
      },
    ],
    contexts: contexts.map(({ name, namespace }) => ({ name, context: { cluster: title, user, namespace } })),
    "current-context": contexts[0]?.name,
  };
}

const pemOf = (ca: unknown): string | undefined =>
  typeof ca === "string" || Buffer.isBuffer(ca) ? ca.toString() : undefined;
