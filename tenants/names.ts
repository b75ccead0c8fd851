/** Namespaces of the cluster and of the platform: whoever owns one of them owns everybody. */
export const reservedNamespace = (name: string): boolean =>
  name === "default" || /^(kube|tenantry|openshift|istio|argocd|cert-manager|velero)(-|$)/.test(name);

/** The namespace of a space. One to one: a space's name has no dash, so the last dash splits. At most 47 characters. */
export const namespaceOf = (tenant: string, space: string): string => `${tenant}-${space}`;

/**
 * The host name of a space's app: under the tenant's first domain, else one label under the platform's base domain.
 * One to one over the fleet, as long as no two tenants have the same or nested domains and none touches the base domain.
 */
export function hostOf(tenant: { id: string; domains: readonly string[] }, space: string, baseDomain: string): string {
  const [domain] = tenant.domains;
  return domain === undefined ? `${space}-${tenant.id}.${baseDomain}` : `${space}.${domain}`;
}

/** The name itself and every name above it, nearest first: shop.acme.example, acme.example, example. */
export const upward = (host: string): string[] =>
  host.split(".").map((_label, index, labels) => labels.slice(index).join("."));
