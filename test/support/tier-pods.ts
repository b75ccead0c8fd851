import type { AdmissionClient, Identity } from "./admission-client.ts";
import type { Json } from "./control-plane-client.ts";

/** Somebody of a tenant's administrators: they alone may make pods by hand. */
export const admin = (tenant: string): Identity => ({ user: `ann@${tenant}.example`, groups: [`${tenant}-admins`] });
export const user = (tenant: string): Identity => ({ user: `bob@${tenant}.example`, groups: [`${tenant}-users`] });

const closed = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const sizes = { requests: { cpu: "50m", memory: "32Mi" }, limits: { cpu: "50m", memory: "32Mi" } };

/** What a pod must say anyway, and nothing about where it runs; `more` is said besides. */
export const podSpec = (more: object = {}) => ({
  automountServiceAccountToken: false,
  restartPolicy: "Never",
  securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "it",
      image: `registry.k8s.io/e2e-test-images/agnhost@sha256:${"9".repeat(64)}`,
      resources: sizes,
      securityContext: closed,
    },
  ],
  ...more,
});

const podsOf = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;

/** Tries a pod and leaves nothing behind. */
export const tryPod = (client: AdmissionClient, namespace: string, more: object, as: Identity) =>
  client.ask("POST", `${podsOf(namespace)}?dryRun=All`, { metadata: { name: "try" }, spec: podSpec(more) }, as);

export const makePod = (client: AdmissionClient, namespace: string, name: string, as: Identity) =>
  client.ask("POST", podsOf(namespace), { metadata: { name }, spec: podSpec() }, as);

export const readPod = (client: AdmissionClient, namespace: string, name: string): Promise<Json> =>
  client.read(`${podsOf(namespace)}/${name}`);

/** A job as tenants' users make them. */
export const makeJob = (client: AdmissionClient, namespace: string, name: string, as: Identity) =>
  client.ask(
    "POST",
    `/apis/batch/v1/namespaces/${namespace}/jobs`,
    { metadata: { name }, spec: { backoffLimit: 0, template: { spec: podSpec() } } },
    as,
  );
