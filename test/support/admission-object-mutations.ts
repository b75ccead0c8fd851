import type { Loose } from "./admission-loose.ts";
import { LABEL } from "../../components/contract.ts";
import type { Mutation } from "./admission-mutations.ts";
import { ROUTE_MUTATIONS } from "./admission-route-mutations.ts";
import { NETWORK_MUTATIONS } from "./admission-network-mutations.ts";

const of = (field: string, change: (target: Loose) => void): Mutation => ({ field, change });
const rbac = "rbac.authorization.k8s.io";

const service = (field: string, values: object) => of(field, (it) => Object.assign(it.spec, values));
const secret = (key: string, value: string) =>
  of(`${key}=${value}`, (it) => (it.data[key] = Buffer.from(value).toString("base64")));
const config = (key: string, value: string) => of(`${key}=${value.slice(0, 40)}`, (it) => (it.data[key] = value));
const claim = (key: string, value: unknown) => of(key, (it) => (it.spec[key] = value));

const rule = (values: object) =>
  of(JSON.stringify(values), (it) =>
    it.rules.push({ apiGroups: [""], resources: ["pods"], verbs: ["get"], ...values }),
  );
const rules = [
  rule({ verbs: ["*"] }),
  rule({ resources: ["*"] }),
  rule({ apiGroups: ["*"] }),
  rule({ resources: ["*/scale"] }),
  ...[
    "escalate",
    "bind",
    "impersonate",
    "impersonate:user-info",
    "impersonate-on:user-info:list",
    "deletecollection",
  ].map((verb) => rule({ verbs: [verb] })),
  ...["nodes/proxy", "serviceaccounts/token", "secrets", "pods/exec"].map((it) => rule({ resources: [it] })),
  of("aggregated", (it) => (it.metadata.labels[`${rbac}/aggregate-to-admin`] = "true")),
  of("viewer reads secrets", (it) => {
    it.metadata.name = "tenantry-tenant-viewer";
    it.rules.push({ apiGroups: [""], resources: ["secrets"], verbs: ["get"] });
  }),
  of("viewer execs", (it) => {
    it.metadata.name = "tenantry-tenant-viewer";
    it.rules.push({ apiGroups: [""], resources: ["pods/exec"], verbs: ["get"] });
  }),
];

const subject = (kind: string, name: string, namespace?: string) =>
  of(`${kind} ${name} ${namespace ?? ""}`, (it) =>
    it.subjects.push(kind === "ServiceAccount" ? { kind, name, namespace } : { kind, name, apiGroup: rbac }),
  );
const role = (kind: string, name: string) =>
  of(`role ${kind} ${name}`, (it) => (it.roleRef = { kind, name, apiGroup: rbac }));

const label = (key: string, value: string | undefined) =>
  of(`label ${key}=${value ?? "none"}`, (it) => {
    if (value === undefined) Reflect.deleteProperty(it.metadata.labels, key);
    else it.metadata.labels[key] = value;
  });

/** Changes of what is no pod, by kind. */
export const OBJECT_MUTATIONS: Record<string, Mutation[]> = {
  Service: [
    service("NodePort", { type: "NodePort" }),
    service("LoadBalancer", { type: "LoadBalancer" }),
    service("ExternalName", { type: "ExternalName", externalName: "api.other-tenant.svc" }),
    service("loadBalancerIP", { loadBalancerIP: "198.51.100.7" }),
    service("headless", { clusterIP: "None" }),
    service("ClusterIP", { type: "ClusterIP" }),
    service("affinity", { sessionAffinity: "ClientIP" }),
    of("published name", (it) => (it.metadata.annotations["external-dns.alpha.kubernetes.io/hostname"] = "a.example")),
    of("note", (it) => (it.metadata.annotations["acme.example/team"] = "a")),
    of("port number", (it) => (it.spec.ports[0].port = 8443)),
  ],
  Secret: [
    secret("password", "rootpassword"),
    secret("password", "changeme"),
    secret("password", "passwordpassword"),
    secret("password", "0123456789abcdeX"),
    secret("dbPassword", "short"),
    secret("password_file", "short"),
    secret("token", "short"),
    of("binary password", (it) => (it.data.password = Buffer.alloc(32, 0xff).toString("base64"))),
    of("short binary password", (it) => (it.data.password = Buffer.alloc(8, 0xff).toString("base64"))),
    of("token type", (it) => {
      it.type = "kubernetes.io/service-account-token";
      it.metadata.annotations["kubernetes.io/service-account.name"] = "default";
    }),
    of("opaque type", (it) => (it.type = "Opaque")),
  ],
  ConfigMap: [
    config("password", "hunter2"),
    config("API_KEY", "abc"),
    config("secretName", "it"),
    config("secret_name", "it"),
    config("app.properties", "url=postgres://app:hunter2@db/app"),
    config("app.properties", "url=https://example.org/path"),
    config("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIE"),
    config("ca.crt", "-----BEGIN CERTIFICATE-----\nMIIE"),
    config("token.txt", `ghp_${"a".repeat(36)}`),
    config("big", "x".repeat(200_000)),
  ],
  PersistentVolumeClaim: [
    claim("volumeName", "pv-of-another"),
    claim("selector", { matchLabels: { tenant: "other" } }),
    claim("dataSource", { kind: "PersistentVolumeClaim", name: "other" }),
    claim("dataSourceRef", { kind: "PersistentVolumeClaim", name: "other" }),
    claim("storageClassName", "standard"),
    claim("storageClassName", ""),
    of("old class", (it) => (it.metadata.annotations["volume.beta.kubernetes.io/storage-class"] = "standard")),
    claim("accessModes", ["ReadWriteOncePod"]),
  ],
  StatefulSet: [
    of("claim of a volume", (it) => (it.spec.volumeClaimTemplates[0].spec.volumeName = "pv-of-another")),
    of("claim of no class", (it) => (it.spec.volumeClaimTemplates[0].spec.storageClassName = "")),
    of("claim by selector", (it) => (it.spec.volumeClaimTemplates[0].spec.selector = { matchLabels: { a: "b" } })),
  ],
  ...NETWORK_MUTATIONS,
  ...ROUTE_MUTATIONS,
  Role: rules,
  ClusterRole: [
    ...rules,
    of("collects", (it) => {
      it.aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] };
    }),
  ],
  RoleBinding: [
    subject("Group", "system:authenticated"),
    subject("Group", "system:serviceaccounts"),
    subject("Group", "system:masters"),
    subject("Group", "guardtest-users"),
    subject("User", "mallory"),
    subject("User", "system:anonymous"),
    subject("ServiceAccount", "ci", "guardtest-api"),
    subject("ServiceAccount", "ci", "other-api"),
    of("nobody", (it) => (it.subjects = [])),
    role("ClusterRole", "cluster-admin"),
    role("ClusterRole", "tenantry-tenant-viewer"),
    role("Role", "tenantry-tenant-admin"),
    role("ClusterRole", "admin"),
  ],
  Namespace: [
    label(LABEL.podSecurityEnforce, "privileged"),
    label(LABEL.podSecurityEnforce, "baseline"),
    label(LABEL.podSecurityEnforce, undefined),
    label(LABEL.podSecurityEnforceVersion, "latest"),
    label(LABEL.podSecurityEnforceVersion, undefined),
    label(LABEL.podSecurityWarn, undefined),
    label(LABEL.podSecurityAudit, "privileged"),
    label(LABEL.tenant, undefined),
    label(LABEL.tenant, "other"),
    label(LABEL.fleet, undefined),
    label(LABEL.part, "platform"),
    label("team", "acme"),
    of("name of two spaces", (it) => (it.metadata.name = "guardtest-a-b")),
    of("reserved name", (it) => (it.metadata.name = "tenantry-guardtest")),
  ],
};

/** Changes of labels that any namespaced object may meet. */
export const LABEL_MUTATIONS: Mutation[] = [label(LABEL.tenant, "other"), label(LABEL.app, "it")];
