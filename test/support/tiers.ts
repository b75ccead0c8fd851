import { makeProviders } from "../../infra/clouds.ts";
import { makePlatform } from "../../infra/platform.ts";
import { parseSettings } from "../../infra/settings.ts";
import { tenantClusters } from "../../infra/tenant-clusters.ts";
import { makeTenants } from "../../infra/tenants.ts";
import type { Tier } from "../../tenants/plans.ts";
import { Tenant, type TenantInput } from "../../tenants/schema.ts";
import { deploy } from "./deploy.ts";
import { image, stackConfig } from "./fixtures.ts";

const digest = `sha256:${"b".repeat(64)}`;

/** What a stack says that can serve all four tiers and both sandboxes. */
export const tierConfig: Record<string, string> = {
  ...stackConfig,
  "tenantry:context": "shared",
  "tenantry:mutation": "true",
  "tenantry:sandboxes": '{"gvisor":"gvisor"}',
  "tenantry:virtual": JSON.stringify({
    images: {
      vcluster: `ghcr.io/loft-sh/vcluster-oss@${digest}`,
      kubernetes: `ghcr.io/loft-sh/kubernetes@${digest}`,
      coredns: `registry.k8s.io/coredns/coredns@${digest}`,
    },
    apiServer: { cidrs: ["192.0.2.10/32"] },
  }),
  "tenantry:clusters": '{"initech":{"context":"initech"}}',
};

/** One tenant for all tiers: an app on a host name, and an empty space. */
export const initech = {
  schemaVersion: 1,
  id: "initech",
  owner: {
    email: "it@initech.example",
    groups: { admins: ["initech-admins"], users: ["initech-users"], viewers: ["initech-viewers"] },
  },
  plan: "enterprise",
  spaces: { web: { app: { kind: "web", image, host: true } }, jobs: {} },
} satisfies TenantInput;

/** The tenant's part of the program, with one field changed. */
export const deployTier = (tier: Tier, change: Partial<TenantInput> = {}) =>
  deploy(async () => {
    const settings = parseSettings(tierConfig, "local");
    const tenants = [Tenant.parse({ ...initech, ...change, isolation: { tier } })];
    makeTenants(tenants, settings, makeProviders(settings), undefined, await tenantClusters(tenants, settings));
  });

/** The platform's part of the same stack. */
export const deployPlatform = () =>
  deploy(() => {
    const settings = parseSettings(tierConfig, "local");
    makePlatform(settings, makeProviders(settings));
  });
