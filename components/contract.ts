/**
 * What every part of the platform agrees on: label and annotation keys, fixed names, the personas.
 * Admission policies and guardrails read these keys, so changing one is a migration.
 */
const DOMAIN = "tenantry.dev";

export const LABEL = {
  /** Set on every object of a tenant. A tenant cannot make namespaces, so on a namespace it is proof. */
  tenant: `${DOMAIN}/tenant`,
  space: `${DOMAIN}/space`,
  fleet: `${DOMAIN}/fleet`,
  plan: `${DOMAIN}/plan`,
  tier: `${DOMAIN}/tier`,
  /** "platform" on namespaces and objects that belong to the platform itself. */
  part: `${DOMAIN}/part`,
  /** Node pool a tenant of tier "pool" owns: label and taint key of its nodes. */
  pool: `${DOMAIN}/pool`,
  /** "suspended" or "offboarding" on the namespaces of a tenant at rest; an active tenant's have none. */
  rest: `${DOMAIN}/rest`,
  app: "app.kubernetes.io/name",
  managedBy: "app.kubernetes.io/managed-by",
  namespaceName: "kubernetes.io/metadata.name",
  podSecurityEnforce: "pod-security.kubernetes.io/enforce",
  podSecurityEnforceVersion: "pod-security.kubernetes.io/enforce-version",
  podSecurityWarn: "pod-security.kubernetes.io/warn",
  podSecurityWarnVersion: "pod-security.kubernetes.io/warn-version",
  podSecurityAudit: "pod-security.kubernetes.io/audit",
  podSecurityAuditVersion: "pod-security.kubernetes.io/audit-version",
} as const;

/** A namespace's way to say that its tenant does not run. */
export type RestState = "suspended" | "offboarding";

/** Annotations of a tenant's namespace. Admission reads them, so they are frozen like the labels. */
export const ANNOTATION = {
  owner: `${DOMAIN}/owner`,
  /** What people call the tenant. */
  name: `${DOMAIN}/name`,
  /** Comma-separated group names that may be bound to a persona here. */
  admins: `${DOMAIN}/admins`,
  users: `${DOMAIN}/users`,
  viewers: `${DOMAIN}/viewers`,
  /** Comma-separated host names (and parents of host names) this tenant may serve. */
  domains: `${DOMAIN}/domains`,
  retention: `${DOMAIN}/retention-days`,
  /** Version of the plan's figures: a move to new figures is a visible change. */
  planVersion: `${DOMAIN}/plan-version`,
  /** Runtime class of every pod here; absent where the plan names none. */
  runtimeClass: `${DOMAIN}/runtime-class`,
} as const;

/** Tenant personas, strongest first. Each is a ClusterRole `tenantry-<persona>` bound per namespace. */
export const PERSONAS = ["tenant-admin", "tenant-user", "tenant-viewer"] as const;
export type Persona = (typeof PERSONAS)[number];
export const personaRole = (persona: Persona): string => `tenantry-${persona}`;

/** Who deploys tenants, and no more: names of its roles and of its own service account in the system namespace. */
export const DEPLOYER = {
  /** ClusterRole, and its binding. */
  role: "tenantry-deployer",
  /** Role and ServiceAccount in the system namespace. */
  name: "deployer",
  /** The service account as the API server names it. */
  user: "system:serviceaccount:tenantry-system:deployer",
} as const;

/** Fixed names, short where people type them. */
export const NAME = {
  manager: "tenantry",
  /** Namespace of the platform's own objects. */
  system: "tenantry-system",
  /** Namespace of the shared gateway: the only one that may reach tenants' declared ports. */
  gateway: "tenantry-gateway",
  quota: "quota",
  /** The quota that keeps priority classes from tenants. */
  priority: "priority",
  limits: "limits",
  closed: "closed",
  /** The network policy that opens what a tenant declared, and nothing else. */
  declared: "declared",
  /** The policy that opens outside host names, in the network plug-in's own form. */
  hostNames: "host-names",
  /** ConfigMap in the system namespace that says who runs the fleet. */
  fleet: "fleet",
  /** ClusterRoleBinding of the groups that administer the cluster. */
  administrators: "tenantry-administrators",
  platformPriority: "tenantry-platform",
  tenantPriority: "tenantry-tenant",
  /** Flow schemas and priority levels of the API server: who waits behind whom. */
  platformFlow: "tenantry-platform",
  tenantFlow: "tenantry-tenants",
} as const;

/**
 * The virtual control plane of the tier "virtual": vCluster of vCluster Labs, Apache-2.0. The only chart from a registry that the
 * platform takes, in this version alone; its images come by digest from the settings.
 */
export const VIRTUAL = {
  /** Release, service account, service and ingress of it, in each space. */
  name: "virtual",
  role: "tenantry-virtual-control-plane",
  chart: "vcluster",
  repository: "https://charts.loft.sh",
  version: "0.36.1",
  /** Kubernetes inside. */
  kubernetes: "v1.36.0",
  /** On a pod template: why this pod talks to the API server. */
  tokenReason: `${DOMAIN}/service-account-token`,
} as const;

/** Pod Security is pinned: an upgrade of the cluster must not change what a tenant may run. 1.34 was the first with host probe checks. */
export const POD_SECURITY_VERSION = "v1.36";

/** Pod Security labels of every namespace this platform makes. */
export const podSecurityLabels = (): Record<string, string> => ({
  [LABEL.podSecurityEnforce]: "restricted",
  [LABEL.podSecurityEnforceVersion]: POD_SECURITY_VERSION,
  [LABEL.podSecurityWarn]: "restricted",
  [LABEL.podSecurityWarnVersion]: POD_SECURITY_VERSION,
  [LABEL.podSecurityAudit]: "restricted",
  [LABEL.podSecurityAuditVersion]: POD_SECURITY_VERSION,
});

/** Labels of every object of a tenant. */
export const tenantLabels = (of: { fleet: string; tenant: string; space: string }): Record<string, string> => ({
  [LABEL.tenant]: of.tenant,
  [LABEL.space]: of.space,
  [LABEL.fleet]: of.fleet,
  [LABEL.managedBy]: NAME.manager,
});

/** Labels of every object of the platform itself. */
export const platformLabels = (fleet: string): Record<string, string> => ({
  [LABEL.part]: "platform",
  [LABEL.fleet]: fleet,
  [LABEL.managedBy]: NAME.manager,
});

/** Type of the component that holds all a tenant has: what is below it belongs to that tenant. */
export const TENANT_TYPE = "tenantry:tenancy:Tenant";
