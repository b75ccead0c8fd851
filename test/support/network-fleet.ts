import type { Tenant } from "../../tenants/schema.ts";
import type { End, Traffic } from "./network-evaluator.ts";
import { app, tenantFile } from "./fleet-tenants.ts";

/** Names that begin alike, or that read as another tenant's namespace, among plain ones. */
const IDS = [
  ...["net", "net-a", "net-a-b", "neta", "shop-x", "shop"],
  ...Array.from({ length: 14 }, (_, index) => `quiet${index}`),
];

/** Ports that some tenant opens, and some that nobody does. */
export const PORTS = [8080, 9000, 9100, 443, 9153, 15000];

/** Twenty tenants of two spaces, whose edges, gateways and ways out differ by a fixed rule. */
export function networkTenants(): Record<string, string> {
  const files = IDS.map((id, index): [string, string] => {
    const [one, two] = index % 2 === 0 ? ["a", "b"] : ["b", "c"];
    const spaces = {
      [one]: { app: app({ host: index % 3 === 0 }), ...(index % 4 === 1 && { edges: [{ to: two, port: 9000 }] }) },
      [two]: { app: app(), ...(index % 5 === 2 && { edges: [{ to: two, port: 9100 }] }) },
    };
    const edges = index % 3 === 1 ? [{ from: two, to: one, port: 8080 }] : [];
    const egress = [
      ...(index % 4 === 0 ? [{ cidr: `198.51.${100 + index}.0/24`, ports: [443, 8443], reason: "partner" }] : []),
      ...(index % 6 === 0
        ? [{ fqdn: "api.partner.example", cidrs: [`2001:db8:${index}::/48`], ports: [993], reason: "partner" }]
        : []),
    ];
    return [`${id}.yaml`, tenantFile(id, spaces, { plan: "free", edges, egress })];
  });
  return Object.fromEntries(files);
}

/** Who may reach whom, from the tenants' files and from nothing that the platform made of them. */
export class DeclaredGraph {
  /** Tenant by namespace. */
  readonly #homes = new Map<string, Tenant>();
  /** `FROM TO PORT`, by namespace. */
  readonly edges = new Set<string>();
  readonly #gateway = new Set<string>();

  constructor(tenants: readonly Tenant[]) {
    for (const tenant of tenants) {
      const name = (space: string) => `${tenant.id}-${space}`;
      for (const [space, { app: made, edges }] of Object.entries(tenant.spaces)) {
        this.#homes.set(name(space), tenant);
        if (made?.host) this.#gateway.add(`${name(space)} ${made.port}`);
        for (const { to, port } of edges) this.edges.add(`${name(space)} ${name(to)} ${port}`);
      }
      for (const { from, to, port } of tenant.edges) this.edges.add(`${name(from)} ${name(to)} ${port}`);
    }
  }

  tenantOf(namespace: string): string | undefined {
    return this.#homes.get(namespace)?.id;
  }

  get namespaces(): string[] {
    return [...this.#homes.keys()];
  }

  opens(traffic: Traffic): boolean {
    return this.#letsOut(traffic) && this.letsIn(traffic);
  }

  #letsOut({ from, to, port, protocol }: Traffic): boolean {
    const [own, other] = [from.pod?.namespace ?? "", to.pod?.namespace ?? ""];
    if (!this.#homes.has(own)) return !isPlatforms(own);
    if (isDns(to) && port === 53) return true;
    return protocol === "TCP" && this.edges.has(`${own} ${other} ${port}`);
  }

  /** What the receiving end lets in, whatever the sender may. */
  letsIn({ from, to, port, protocol }: Traffic): boolean {
    const [own, other] = [to.pod?.namespace ?? "", from.pod?.namespace ?? ""];
    if (!this.#homes.has(own)) return !isPlatforms(own);
    if (protocol !== "TCP") return false;
    if (other === "tenantry-gateway") return this.#gateway.has(`${own} ${port}`);
    return this.edges.has(`${other} ${own} ${port}`);
  }

  /** Addresses a tenant declared, with their ports. */
  egressOf(namespace: string): { cidr: string; ports: number[] }[] {
    const egress = this.#homes.get(namespace)?.egress ?? [];
    return egress.flatMap(({ cidr, cidrs = [], ports }) =>
      [...(cidr === undefined ? [] : [cidr]), ...cidrs].map((it) => ({ cidr: it, ports })),
    );
  }
}

const isPlatforms = (namespace: string): boolean => /^tenantry-(system|gateway)$/.test(namespace);

const isDns = ({ pod }: End): boolean => pod?.namespace === "kube-system" && pod.labels["k8s-app"] === "kube-dns";
