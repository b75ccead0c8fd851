import type { PolicyResource } from "@pulumi/policy";
import { fields, list, text, type Fields } from "./kube-object.ts";

/** Types are compared by token: importing the classes would load the Kubernetes SDK into every check. */
const TENANT = "tenantry:tenancy:Tenant";
const PLATFORM = "tenantry:platform:Platform";

export interface TenantSummary {
  id: string;
  urn: string;
  /** Whether it has a cluster, and with it nodes, of its own. */
  apart: boolean;
  budget: Fields;
  /** NaN when it says none. */
  maxSpaces: number;
  spaces: { name: string; quota: Fields }[];
}

export interface PlatformSummary {
  urn: string;
  maxTenants: number;
  capacity: Fields;
  overcommit: number;
}

interface Fleet {
  tenants: TenantSummary[];
  platform?: PlatformSummary;
  /** Components that tell nothing: a stack rule sees outputs, and sums of nothing always fit. */
  silent: { urn: string; message: string }[];
}

const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);

/** The fleet as its components describe it. */
export function fleetOf(resources: readonly PolicyResource[]): Fleet {
  const tenants = resources.filter((it) => it.type === TENANT);
  // In a tenant's own cluster the platform is there for that tenant alone.
  const platforms = resources.filter((it) => it.type === PLATFORM && text(fields(it.props).tenant) === "");
  const silentTenants = tenants.filter(
    (it) => text(fields(it.props).tenant) === "" || !Array.isArray(fields(it.props).spaces),
  );
  const silentPlatforms = platforms.filter((it) => !("caps" in fields(it.props)));
  return {
    tenants: tenants.filter((it) => !silentTenants.includes(it)).map(tenantSummary),
    platform: platforms.filter((it) => !silentPlatforms.includes(it)).map(platformSummary)[0],
    silent: [
      ...silentTenants.map(({ urn, name }) => ({
        urn,
        message: `tenant component "${name}" tells neither tenant nor spaces, want tenant, caps, budget and spaces in registerOutputs`,
      })),
      ...silentPlatforms.map(({ urn, name }) => ({
        urn,
        message: `platform component "${name}" tells no caps, want caps, capacity and overcommit in registerOutputs`,
      })),
    ],
  };
}

function tenantSummary({ props, urn }: PolicyResource): TenantSummary {
  const { tenant, tier, budget, caps, spaces } = fields(props);
  return {
    id: text(tenant),
    urn,
    apart: tier === "cluster",
    budget: fields(budget),
    maxSpaces: number(fields(caps).spaces),
    spaces: list(spaces)
      .map(fields)
      .map((it) => ({ name: text(it.name), quota: fields(it.quota) })),
  };
}

function platformSummary({ props, urn }: PolicyResource): PlatformSummary {
  const { caps, capacity, overcommit } = fields(props);
  return {
    urn,
    maxTenants: number(fields(caps).tenants),
    capacity: fields(capacity),
    overcommit: number(overcommit),
  };
}
