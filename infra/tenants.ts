import type { Platform } from "../components/platform/platform.ts";
import { atRest } from "../components/tenancy/suspension.ts";
import { Tenant, type TenantArgs } from "../components/tenancy/tenant.ts";
import { stateOf } from "../tenants/lifecycle.ts";
import type { Tenant as TenantFile } from "../tenants/schema.ts";
import type { Providers } from "./clouds.ts";
import type { Settings } from "./settings.ts";
import { tenantArgs } from "./tenant-args.ts";
import type { Home } from "./tenant-clusters.ts";

/** The tenants' part of the program. Where the platform is in the same stack it comes first: its rules judge the tenants. */
export function makeTenants(
  tenants: readonly TenantFile[],
  settings: Settings,
  { kubernetes, random }: Providers,
  platform?: Platform,
  homes: ReadonlyMap<string, Home> = new Map(),
): Tenant[] {
  return tenants.map((it) => {
    const home = homes.get(it.id);
    if (it.isolation.tier === "cluster" && !home) throw new Error(`tenant ${it.id} has no cluster to be placed in`);
    const { kubernetes: cluster, platform: first } = home ?? { kubernetes, platform };
    return new Tenant(it.id, argsOf(it, settings), { providers: [cluster, random], dependsOn: first });
  });
}

function argsOf(tenant: TenantFile, settings: Settings): TenantArgs {
  const args = tenantArgs(tenant, settings);
  const state = stateOf(tenant);
  if (state === "purged") throw new Error(`${tenant.id} is purged: nothing is made for it`);
  return state === "active" ? args : atRest(args, state);
}
