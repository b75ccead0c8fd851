import type { Loose } from "./admission-loose.ts";
import { ENDPOINTS } from "./admission-endpoints.ts";
import { ROUTES } from "./admission-gateway-api.ts";
import { LABEL, POD_SECURITY_VERSION } from "../../components/contract.ts";

/** The tenant whose space every generated object is for. */
export const TENANT = "guardtest";
export const NAMESPACE = `${TENANT}-api`;
export const DOMAIN = "guardtest.example";
export const GROUPS = { admins: "guardtest-admins", users: "guardtest-users" };

export interface Base {
  apiVersion: string;
  kind: string;
  body: Record<string, Loose>;
  /** Where the pod is, for kinds that hold one. */
  pod?: (body: Loose) => Loose;
}

export const labels = { [LABEL.tenant]: TENANT, [LABEL.fleet]: "test" };
const sizes = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } };
const probe = { httpGet: { path: "/healthz", port: 8080 } };
const closed = () => ({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } });

const podSpec = (restartPolicy: string) => ({
  restartPolicy,
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "app",
      image: `ghcr.io/guardtest/api@sha256:${"a".repeat(64)}`,
      resources: sizes,
      readinessProbe: probe,
      livenessProbe: probe,
      ports: [{ containerPort: 8080 }],
      env: [{ name: "LOG_LEVEL", value: "info" }],
      securityContext: closed(),
    },
  ],
  initContainers: [
    {
      name: "init",
      image: `ghcr.io/guardtest/init@sha256:${"b".repeat(64)}`,
      resources: sizes,
      securityContext: closed(),
    },
  ],
  volumes: [{ name: "tmp", emptyDir: {} }],
});

const template = (restartPolicy = "Always") => ({
  metadata: { labels: { app: "it" }, annotations: {} },
  spec: podSpec(restartPolicy),
});
const selector = { matchLabels: { app: "it" } };
const inTemplate = (body: Loose) => body.spec.template;
const controllers = (["Deployment", "DaemonSet", "ReplicaSet"] as const).map((kind) => ({
  apiVersion: "apps/v1",
  kind,
  body: { spec: { selector, template: template() } },
  pod: inTemplate,
}));

/** One object of each kind that a tenant may have, as it should be. */
export const BASES: Base[] = [
  { apiVersion: "v1", kind: "Pod", body: { spec: podSpec("Always") }, pod: (body) => body },
  ...controllers,
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    body: {
      spec: {
        selector,
        serviceName: "it",
        template: template(),
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    pod: inTemplate,
  },
  {
    apiVersion: "v1",
    kind: "ReplicationController",
    body: { spec: { selector: { app: "it" }, template: template() } },
    pod: inTemplate,
  },
  { apiVersion: "batch/v1", kind: "Job", body: { spec: { template: template("Never") } }, pod: inTemplate },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    body: { spec: { schedule: "@daily", jobTemplate: { spec: { template: template("Never") } } } },
    pod: (body) => body.spec.jobTemplate.spec.template,
  },
  { apiVersion: "v1", kind: "Service", body: { spec: { selector: { app: "it" }, ports: [{ port: 80 }] } } },
  {
    apiVersion: "v1",
    kind: "Secret",
    body: { data: { password: b64("correct-horse-battery"), username: b64("app") } },
  },
  { apiVersion: "v1", kind: "ConfigMap", body: { data: { LOG_LEVEL: "info" } } },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    body: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    body: {
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [{ podSelector: {} }] }],
        egress: [{ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] }],
      },
    },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    body: { spec: { rules: [{ host: `shop.${DOMAIN}` }], tls: [{ hosts: [`shop.${DOMAIN}`], secretName: "tls" }] } },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    body: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    body: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    body: {
      subjects: [{ kind: "Group", name: GROUPS.admins, apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "ClusterRole", name: "tenantry-tenant-admin", apiGroup: "rbac.authorization.k8s.io" },
    },
  },
  ...ENDPOINTS,
  ...ROUTES,
  { apiVersion: "v1", kind: "Namespace", body: {} },
];

/** A namespace as the platform makes it. */
export const tenantNamespace = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name,
    labels: {
      ...labels,
      [LABEL.podSecurityEnforce]: "restricted",
      [LABEL.podSecurityEnforceVersion]: POD_SECURITY_VERSION,
      [LABEL.podSecurityWarn]: "restricted",
      [LABEL.podSecurityAudit]: "restricted",
    } as Record<string, string>,
  },
});

export function b64(value: string): string {
  return Buffer.from(value).toString("base64");
}
