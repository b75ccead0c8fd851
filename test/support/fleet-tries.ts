import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";

export const NAMESPACE = "acme-api";
const core = `/api/v1/namespaces/${NAMESPACE}`;
const RBAC = "rbac.authorization.k8s.io";

export interface Request {
  as: "admin" | "user" | "viewer";
  method: Parameters<Cluster["request"]>[0];
  path: string;
  body?: object;
}

/** What stands in the namespace: the platform's own Deployment, and a pod of it. */
export interface Standing {
  web: KubeObject;
  pod: string;
}

/** Title, request, and what the answer must say. Controls are "ok": without them a refusal would mean nothing. */
export type Try = [title: string, request: (it: Standing) => Request, answer: RegExp];

type Container = Record<string, unknown>;
type PodSpec = Record<string, unknown> & { containers: [Container]; volumes: object[] };
type Change = (pod: PodSpec, container: Container) => void;

/** The admitted Deployment once more, with its pods changed. */
function copy(web: KubeObject, change: Change) {
  const spec = structuredClone(web["spec"]) as { template: { metadata: object; spec: PodSpec } };
  change(spec.template.spec, spec.template.spec.containers[0]);
  return { metadata: { name: "try", labels: web.metadata.labels }, spec };
}

const post = (path: string, body: object): Request => ({ as: "admin", method: "POST", path, body });
const get = (as: Request["as"], path: string): Request => ({ as, method: "GET", path });
const patch = (path: string, body: object): Request => ({ as: "admin", method: "PATCH", path, body });

const deploy =
  (change: Change = () => undefined) =>
  ({ web }: Standing): Request =>
    post(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, copy(web, change));

const pod =
  (change: Change = () => undefined) =>
  ({ web }: Standing): Request => {
    const { metadata, spec } = copy(web, change).spec.template;
    return post(`${core}/pods`, { metadata: { ...metadata, name: "try" }, spec });
  };

const service = (spec: object) => () =>
  post(`${core}/services`, { metadata: { name: "try" }, spec: { ports: [{ port: 80 }], ...spec } });

const bind = (role: string, group: string) => () =>
  post(`/apis/${RBAC}/v1/namespaces/${NAMESPACE}/rolebindings`, {
    metadata: { name: "try" },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: group }],
  });

const digest = (image: string) => `${image}@sha256:${"e".repeat(64)}`;
const OK = /^ok$/;
const by = (rule: string) => new RegExp(`^422 .*'tenantry-${rule}'.* denied request: ${rule}: `);
const cannot = (verb: string, resource: string) => new RegExp(`^403 .*cannot ${verb} resource "${resource}"`);

export const BY_ADMISSION: Try[] = [
  ["a Deployment as the platform makes them", deploy(), OK],
  ["a pod as the platform makes them", pod(), OK],
  [
    "a privileged pod",
    pod((_, it) => (it["securityContext"] = { privileged: true })),
    /^403 .*PodSecurity "restricted:/,
  ],
  ["a privileged container", deploy((_, it) => (it["securityContext"] = { privileged: true })), by("sandboxed-pods")],
  ["a host path", deploy((it) => it.volumes.push({ name: "host", hostPath: { path: "/" } })), by("sandboxed-pods")],
  ["the host's network", deploy((it) => (it["hostNetwork"] = true)), by("sandboxed-pods")],
  ["the latest tag", deploy((_, it) => (it["image"] = "registry.k8s.io/pause:latest")), by("pinned-images")],
  ["a foreign registry", deploy((_, it) => (it["image"] = digest("evil.example/x"))), by("pinned-images")],
  ["a container without probes", deploy((_, it) => delete it["readinessProbe"]), by("probed-and-sized-containers")],
  ["a pod with a token", deploy((it) => (it["automountServiceAccountToken"] = true)), by("token-free-pods")],
  ["a Service inside", service({}), OK],
  ["a LoadBalancer", service({ type: "LoadBalancer" }), by("internal-services")],
  ["a NodePort", service({ type: "NodePort" }), by("internal-services")],
  ["an ExternalName", service({ type: "ExternalName", externalName: "evil.example" }), by("internal-services")],
  ["a binding of its own group", bind("tenantry-tenant-user", "acme-users"), OK],
  ["a binding of everybody", bind("tenantry-tenant-viewer", "system:authenticated"), by("named-subjects")],
  ["a binding of another tenant's group", bind("tenantry-tenant-viewer", "globex-admins"), by("named-subjects")],
  ["a binding to cluster-admin", bind("cluster-admin", "acme-users"), /^403 .*attempting to grant RBAC permissions/],
];

const policy = { metadata: { name: "open" }, spec: { podSelector: {}, ingress: [{}] } };
const psa = { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } };
const exec = (it: Standing) => `${core}/pods/${it.pod}/exec?command=sh&stdout=true`;

export const BY_RIGHTS: Try[] = [
  ["to read the quota", () => get("admin", `${core}/resourcequotas/quota`), OK],
  [
    "to delete the quota",
    () => ({ as: "admin", method: "DELETE", path: `${core}/resourcequotas/quota` }),
    cannot("delete", "resourcequotas"),
  ],
  [
    "to raise the quota",
    () => patch(`${core}/resourcequotas/quota`, { spec: { hard: { pods: "999" } } }),
    cannot("patch", "resourcequotas"),
  ],
  [
    "a network policy of its own",
    () => post(`/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies`, policy),
    cannot("create", "networkpolicies"),
  ],
  ["to relabel its namespace", () => patch(`/api/v1/namespaces/${NAMESPACE}`, psa), cannot("patch", "namespaces")],
  [
    "a new namespace",
    () => post("/api/v1/namespaces", { metadata: { name: "acme-b" } }),
    cannot("create", "namespaces"),
  ],
  [
    "a token",
    () => post(`${core}/serviceaccounts/default/token`, { spec: {} }),
    cannot("create", "serviceaccounts/token"),
  ],
  ["Secrets as an administrator", () => get("admin", `${core}/secrets`), OK],
  ["Secrets as a user", () => get("user", `${core}/secrets`), /^403 /],
  ["Secrets as a viewer", () => get("viewer", `${core}/secrets`), /^403 /],
  // There is no shell behind a simulated node: past the guards the answer is another error.
  ["a shell as an administrator", (it) => get("admin", exec(it)), /^(?!403)\d{3} /],
  ["a shell as a viewer", (it) => get("viewer", exec(it)), cannot("get", "pods/exec")],
  ["a shell as a user", (it) => ({ as: "user", method: "POST", path: exec(it) }), cannot("create", "pods/exec")],
  ["a ConfigMap as a user", () => ({ ...post(`${core}/configmaps`, { metadata: { name: "try" } }), as: "user" }), OK],
  [
    "a ConfigMap as a viewer",
    () => ({ ...post(`${core}/configmaps`, { metadata: { name: "try" } }), as: "viewer" }),
    cannot("create", "configmaps"),
  ],
  ["another tenant's pods", () => get("admin", "/api/v1/namespaces/globex-portal/pods"), cannot("list", "pods")],
  ["everybody's pods", () => get("admin", "/api/v1/pods"), cannot("list", "pods")],
  ["the list of tenants", () => get("admin", "/api/v1/namespaces"), cannot("list", "namespaces")],
];
