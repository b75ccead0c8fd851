import { ANNOTATION } from "../../components/contract.ts";
import { admissionPolicies } from "../../policy/admission.ts";
import type { AdmissionSettings } from "../../policy/rules/guardrail.ts";
import { DOMAIN, GROUPS, NAMESPACE, tenantNamespace } from "./admission-bases.ts";
import { DEFINITIONS } from "./admission-gateway-api.ts";
import { AdmissionClient, pathOf, type Answer, type Identity } from "./admission-client.ts";

export const SETTINGS: AdmissionSettings = {
  platformGroups: ["system:masters"],
  registries: ["ghcr.io/"],
  runner: "direct",
  ranges: { nodes: ["192.168.0.0/16"], pods: ["10.244.0.0/16", "fd00:10:244::/56"], services: ["10.96.0.0/16"] },
  network: {
    dns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, addresses: ["169.254.20.10"] },
  },
};
/** Whoever breaks in as this tenant may do anything that RBAC knows: only admission is left to stop them. */
export const MALLORY: Identity = { user: "mallory", groups: [GROUPS.admins] };

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io/v1";
/** Names of their own, so that a fleet on the same API server keeps its policies. */
const PREFIX = "guardtest-";

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  [key: string]: unknown;
}

const binding: Manifest = {
  apiVersion: `${RBAC}/v1`,
  kind: "ClusterRoleBinding",
  metadata: { name: "guardtest" },
  subjects: [{ kind: "Group", name: GROUPS.admins, apiGroup: RBAC }],
  roleRef: { kind: "ClusterRole", name: "cluster-admin", apiGroup: RBAC },
};

/** A second binding that warns: a refusal names one policy only, warnings name all. */
function policyObjects(): Manifest[] {
  return admissionPolicies(SETTINGS).flatMap(({ name, policy, binding: bound }) => {
    const own = name.replace("tenantry-", PREFIX);
    const made = (kind: string, suffix: string, spec: object) => ({
      apiVersion: ADMISSION,
      kind,
      metadata: { name: own + suffix },
      spec,
    });
    const tied = { ...bound, policyName: own };
    return [
      made("ValidatingAdmissionPolicy", "", policy),
      made("ValidatingAdmissionPolicyBinding", "", tied),
      made("ValidatingAdmissionPolicyBinding", "-warn", { ...tied, validationActions: ["Warn"] }),
    ];
  });
}

function namespaceObject(): Manifest {
  const { metadata, ...rest } = tenantNamespace(NAMESPACE);
  const annotations = {
    [ANNOTATION.admins]: GROUPS.admins,
    [ANNOTATION.users]: `${GROUPS.users}, `,
    [ANNOTATION.viewers]: "",
    [ANNOTATION.domains]: DOMAIN,
  };
  return { ...rest, metadata: { ...metadata, annotations } };
}

async function must(answer: Promise<Answer>): Promise<void> {
  const { status, message } = await answer;
  if (status > 201) throw new Error(`${status} ${message}`);
}

/** Installs every policy and one tenant's namespace, and returns once the policies bite. */
export async function guarded(kubeconfig: string): Promise<AdmissionClient> {
  const client = new AdmissionClient(kubeconfig);
  await must(client.apply(namespaceObject()));
  await must(client.apply(binding));
  for (const it of DEFINITIONS) await must(client.apply(it));
  await Promise.all(policyObjects().map((it) => must(client.apply(it))));
  // The last policy may begin later than the first: wait until each that a Pod or a Service meets has refused.
  const known = [
    [["token-free-pods", "sandboxed-pods", "probed-and-sized-containers", "pinned-images"], knownBadDeployment()],
    [["internal-services"], knownBadService()],
  ] as const;
  for (const [names, object] of known)
    await eventually(async () => {
      const refused = refusers(await client.apply(object, { as: MALLORY, dryRun: true }));
      return names.every((it) => refused.includes(it));
    });
  await eventually(async () => (await client.apply(knownBadRoute(), { as: MALLORY, dryRun: true })).status === 422);
  await eventually(async () => {
    const { message } = await client.apply(
      { ...namespaceObject(), metadata: { name: "guardtest" } },
      { as: MALLORY, dryRun: true },
    );
    return message.includes("tenant-labels") || message.includes("frozen-labels");
  });
  return client;
}

/** Takes away all that `guarded` made: the namespace first, which shows that no policy holds up its end. */
export async function unguarded(client: AdmissionClient): Promise<void> {
  const namespace = namespaceObject();
  await client.remove(namespace);
  await eventually(async () => (await client.ask("GET", pathOf(namespace))).status === 404);
  for (const object of [...policyObjects().reverse(), binding, ...DEFINITIONS]) await client.remove(object);
  await client.close();
}

/** The guardrails that refused or warned, by name, sorted. */
export function refusers({ message, warnings }: Answer): string[] {
  const named = [message, ...warnings].flatMap((it) => [
    ...it.matchAll(/ValidatingAdmissionPolicy 'guardtest-([^']+)'/g),
  ]);
  return [...new Set(named.map((it) => it[1] ?? ""))].sort();
}

export async function eventually(holds: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const where = { name: "bad", namespace: NAMESPACE };
const knownBadDeployment = (): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: where,
  spec: {
    selector: { matchLabels: { app: "it" } },
    template: { metadata: { labels: { app: "it" } }, spec: { containers: [{ name: "it", image: "nginx" }] } },
  },
});
const knownBadRoute = (): Manifest => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: where,
});
const knownBadService = (): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: where,
  spec: { type: "NodePort", ports: [{ port: 80 }] },
});
