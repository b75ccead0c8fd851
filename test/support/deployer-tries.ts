import { LABEL, podSecurityLabels } from "../../components/contract.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import {
  ADMISSION,
  apply,
  binding,
  get,
  mark,
  merge,
  namespace,
  post,
  RBAC,
  remove,
  secret,
  type Try,
  web,
  wide,
} from "./deployer-requests.ts";

const OK = /^ok$/;
/** What the server says of a Secret is never shown. */
const SECRET = /^403 .*withheld/;
const cannot = (verb: string, resource: string) => new RegExp(`^403 .*cannot ${verb} resource "${resource}"`);
const contained = (what: string) => new RegExp(`^422 .*contained-deployer: ${what}: want a namespace of a tenant`);
const by = (rule: string) => new RegExp(`^422 .*denied request: ${rule}: `);

/** Title, request (given the Deployment of acme-api), answer. What stands above each group of refusals is its admitted control. */
export const TRIES: [string, (live: KubeObject) => Try, RegExp][] = [
  ["read a value it made", () => get("/api/v1/namespaces/newco-web/secrets/web-generated"), OK],
  ["look for such values", () => get("/api/v1/secrets", { fieldSelector: "metadata.name=web-generated" }), OK],
  ["list all Secrets", () => get("/api/v1/secrets"), SECRET],
  ["list Secrets of kube-system", () => get("/api/v1/namespaces/kube-system/secrets"), SECRET],
  ["read a Secret of kube-system", () => get("/api/v1/namespaces/kube-system/secrets/theirs"), SECRET],
  ["read a tenant's own Secret", () => get("/api/v1/namespaces/newco-web/secrets/private"), SECRET],
  ["list a tenant's Secrets", () => get("/api/v1/namespaces/newco-web/secrets"), SECRET],

  ["give a group its persona", () => binding("acme-api", "tenant-admin", "tenantry-tenant-admin", "acme-admins"), OK],
  [
    "bind cluster-admin in a tenant's space",
    () => binding("newco-web", "tenant-user", "cluster-admin", "newco-admins"),
    /^403 .*attempting to grant/,
  ],
  [
    "bind a persona in kube-system",
    () => binding("kube-system", "tenant-admin", "tenantry-tenant-admin", "acme-admins"),
    contained("rolebindings tenant-admin in kube-system"),
  ],
  [
    "bind itself in a tenant's space",
    () => binding("newco-spare", "tenant-user", "tenantry-tenant-user", "tenantry:deployers"),
    by("(contained-deployer|named-subjects)"),
  ],
  [
    "bind cluster-admin",
    () => post(`${RBAC}/clusterrolebindings`, { metadata: { name: "x" } }),
    cannot("create", "clusterrolebindings"),
  ],
  ["widen its own role", () => merge(`${RBAC}/clusterroles/tenantry-deployer`, wide), cannot("patch", "clusterroles")],
  [
    "widen its role at home",
    () => merge(`${RBAC}/namespaces/tenantry-system/roles/deployer`, wide),
    cannot("patch", "roles"),
  ],
  ["widen a persona", () => merge(`${RBAC}/clusterroles/tenantry-tenant-admin`, wide), cannot("patch", "clusterroles")],
  [
    "make a role",
    () => post(`${RBAC}/clusterroles`, { metadata: { name: "x" }, ...wide }),
    cannot("create", "clusterroles"),
  ],

  ["see a guardrail", () => get(`${ADMISSION}/validatingadmissionpolicies/tenantry-contained-deployer`), OK],
  [
    "change a guardrail",
    () =>
      merge(`${ADMISSION}/validatingadmissionpolicies/tenantry-contained-deployer`, {
        spec: { failurePolicy: "Ignore" },
      }),
    cannot("patch", "validatingadmissionpolicies"),
  ],
  [
    "drop a guardrail",
    () => remove(`${ADMISSION}/validatingadmissionpolicybindings/tenantry-contained-deployer`),
    cannot("delete", "validatingadmissionpolicybindings"),
  ],

  ["deploy a tenant's app", (live) => web(live, "acme-api"), OK],
  [
    "make a privileged pod in kube-system",
    () => post("/api/v1/namespaces/kube-system/pods", { metadata: { name: "x" } }),
    cannot("create", "pods"),
  ],
  ["deploy into kube-system", (live) => web(live, "kube-system"), contained("deployments web in kube-system")],
  [
    "deploy into the platform's namespace",
    (live) => web(live, "tenantry-system"),
    contained("deployments web in tenantry-system"),
  ],
  [
    "deploy something privileged",
    (live) => web(live, "acme-api", (pod) => (pod["hostNetwork"] = true)),
    by("sandboxed-pods"),
  ],
  [
    "claim somebody's volume",
    () =>
      apply("/api/v1/namespaces/newco-spare/persistentvolumeclaims/web-data", "PersistentVolumeClaim", "v1", {
        spec: { volumeName: "theirs", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      }),
    by("private-claims"),
  ],

  ["make a tenant's space", () => namespace("evil-x", { ...mark, ...podSecurityLabels() }), OK],
  [
    "make one that admits privileged pods",
    () => namespace("evil-x", { ...mark, ...podSecurityLabels(), [LABEL.podSecurityEnforce]: "privileged" }),
    by("restricted-namespaces"),
  ],
  ["make one of nobody", () => namespace("evil-x", {}), by("(contained-deployer|tenant-labels)")],
  ["relabel kube-system", () => namespace("kube-system", { team: "x" }), contained("namespaces kube-system")],
  [
    "take over somebody's namespace",
    () => namespace("theirs-x", { ...mark, [LABEL.tenant]: "theirs", ...podSecurityLabels() }),
    contained("namespaces theirs-x"),
  ],
  [
    "let a space out of its tenant",
    () => merge("/api/v1/namespaces/acme-api", { metadata: { labels: { [LABEL.tenant]: null } } }),
    by("(contained-deployer|tenant-labels)"),
  ],
  ["delete a tenant's space", () => remove("/api/v1/namespaces/newco-spare"), OK],
  ...["kube-system", "theirs-x", "tenantry-system", "tenantry-gateway"].map((it): [string, () => Try, RegExp] => [
    `delete ${it}`,
    () => remove(`/api/v1/namespaces/${it}`),
    /^(422 .*contained-deployer|403 .*not allowed|403 .*forbidden: this namespace may not be deleted)/,
  ]),

  [
    "note what it applied",
    () => apply("/api/v1/namespaces/tenantry-system/configmaps/inventory.x", "ConfigMap", "v1", { data: {} }),
    OK,
  ],
  [
    "rewrite who runs the fleet",
    () =>
      apply("/api/v1/namespaces/tenantry-system/configmaps/fleet", "ConfigMap", "v1", { data: { runner: "direct" } }),
    contained("configmaps fleet in tenantry-system"),
  ],
  ["keep values", () => secret("tenantry-system", "values.x", "Opaque"), OK],
  [
    "make a token",
    () => secret("tenantry-system", "values.x", "kubernetes.io/service-account-token"),
    /^422 .*withheld/,
  ],
  [
    "ask for a token",
    () => post("/api/v1/namespaces/tenantry-system/serviceaccounts/deployer/token", { spec: {} }),
    cannot("create", "serviceaccounts/token"),
  ],

  ["be itself", () => post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}), OK],
  [
    "impersonate an administrator",
    () => ({ ...get("/api/v1/namespaces"), as: "somebody" }),
    /^403 .* cannot impersonate/,
  ],
  [
    "ask for a certificate",
    () => post("/apis/certificates.k8s.io/v1/certificatesigningrequests", { metadata: { name: "x" } }),
    cannot("create", "certificatesigningrequests"),
  ],
  [
    "approve a certificate",
    () => merge("/apis/certificates.k8s.io/v1/certificatesigningrequests/x/approval", {}),
    cannot("patch", "certificatesigningrequests/approval"),
  ],
  ["run commands through a node", () => get("/api/v1/nodes/worker-1/proxy/pods"), cannot("get", "nodes/proxy")],
  ["open a shell", () => get("/api/v1/namespaces/acme-api/pods/x/exec", { command: "sh" }), cannot("get", "pods/exec")],
  ["read logs", () => get("/api/v1/namespaces/acme-api/pods/x/log"), cannot("get", "pods/log")],
];
