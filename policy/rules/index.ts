import { budgetsAddUp } from "./budgets-add-up.ts";
import { cappedFleet } from "./capped-fleet.ts";
import { closedNetworks } from "./closed-networks.ts";
import { containedDeployer } from "./contained-deployer.ts";
import { derivedEndpoints } from "./derived-endpoints.ts";
import { explicitProvider } from "./explicit-provider.ts";
import { frozenLabels } from "./frozen-labels.ts";
import { guardedNamespaces } from "./guarded-namespaces.ts";
import type { Guardrail } from "./guardrail.ts";
import { internalServices } from "./internal-services.ts";
import { keptGuards } from "./kept-guards.ts";
import { keptToTier } from "./kept-to-tier.ts";
import { leastPrivilegeRoles } from "./least-privilege-roles.ts";
import { namedSubjects } from "./named-subjects.ts";
import { noLiteralSecrets } from "./no-literal-secrets.ts";
import { ownRoutes } from "./own-routes.ts";
import { ownedFleet } from "./owned-fleet.ts";
import { ownHosts } from "./own-hosts.ts";
import { pinnedCharts } from "./pinned-charts.ts";
import { pinnedImages } from "./pinned-images.ts";
import { placedByPlatform } from "./placed-by-platform.ts";
import { privateClaims } from "./private-claims.ts";
import { probedAndSizedContainers } from "./probed-and-sized-containers.ts";
import { protectedNamespaces } from "./protected-namespaces.ts";
import { restingTenants } from "./resting-tenants.ts";
import { restrictedNamespaces } from "./restricted-namespaces.ts";
import { sandboxedPods } from "./sandboxed-pods.ts";
import { tenantLabels } from "./tenant-labels.ts";
import { tokenFreePods } from "./token-free-pods.ts";

/** Every promise, by name. */
export const GUARDRAILS: readonly Guardrail[] = [
  budgetsAddUp,
  cappedFleet,
  closedNetworks,
  containedDeployer,
  derivedEndpoints,
  explicitProvider,
  frozenLabels,
  guardedNamespaces,
  internalServices,
  keptGuards,
  keptToTier,
  leastPrivilegeRoles,
  namedSubjects,
  noLiteralSecrets,
  ownHosts,
  ownRoutes,
  ownedFleet,
  pinnedCharts,
  pinnedImages,
  placedByPlatform,
  privateClaims,
  probedAndSizedContainers,
  protectedNamespaces,
  restingTenants,
  restrictedNamespaces,
  sandboxedPods,
  tenantLabels,
  tokenFreePods,
];
