import type { Platform } from "../components/platform/platform.ts";
import { Tenant } from "../components/tenancy/tenant.ts";
import type { Tenant as TenantFile } from "../tenants/schema.ts";
import type { Providers } from "./clouds.ts";
import type { Settings } from "./settings.ts";
import { tenantArgs } from "./tenant-args.ts";

/** The tenants' part of the program. Where the platform is in the same stack it comes first: its rules judge the tenants. */
export function makeTenants(
  tenants: readonly TenantFile[],
  settings: Settings,
  { kubernetes, random }: Providers,
  platform?: Platform,
): Tenant[] {
  const options = { providers: [kubernetes, random], dependsOn: platform };
  return tenants.map((it) => new Tenant(it.id, tenantArgs(it, settings), options));
}
