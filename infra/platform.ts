import type * as k8s from "@pulumi/kubernetes";
import { Platform } from "../components/platform/platform.ts";
import { admissionMutations, admissionPolicies } from "../policy/admission.ts";
import type { Providers } from "./clouds.ts";
import type { Settings } from "./settings.ts";
import { egressFloorOf } from "./traffic.ts";

/** The platform's part of the program. */
export function makePlatform(settings: Settings, { kubernetes }: Providers): Platform {
  const { fleet, runner, caps, capacity, overcommit, platformGroups, deployerGroups } = settings;
  const admission = admissionPolicies(settings);
  return new Platform(
    "platform",
    {
      fleet,
      runner,
      caps,
      capacity,
      overcommit,
      platformGroups,
      deployerGroups,
      admission,
      mutations: settings.mutation ? admissionMutations() : [],
      egressFloor: egressFloorOf(settings),
      virtual: settings.virtual !== undefined,
    },
    { providers: [kubernetes] },
  );
}

/** The same guards in the cluster of a tenant of its own. Its capacity is the tenant's own affair. */
export function makeTenantPlatform(tenant: string, settings: Settings, kubernetes: k8s.Provider): Platform {
  const { fleet, runner, capacity, overcommit, platformGroups, deployerGroups } = settings;
  return new Platform(
    `platform-${tenant}`,
    {
      tenant,
      fleet,
      runner,
      caps: { tenants: 1 },
      capacity,
      overcommit,
      platformGroups,
      deployerGroups,
      admission: admissionPolicies(settings),
      mutations: settings.mutation ? admissionMutations() : [],
      egressFloor: egressFloorOf(settings),
    },
    { providers: [kubernetes] },
  );
}
