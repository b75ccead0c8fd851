import { Platform } from "../components/platform/platform.ts";
import { admissionMutations, admissionPolicies } from "../policy/admission.ts";
import type { Providers } from "./clouds.ts";
import type { Settings } from "./settings.ts";

/** The platform's part of the program. */
export function makePlatform(settings: Settings, { kubernetes }: Providers): Platform {
  const { fleet, runner, caps, capacity, overcommit, platformGroups, deployerGroups, registries } = settings;
  const admission = admissionPolicies({ platformGroups, deployerGroups, registries, runner });
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
    },
    { providers: [kubernetes] },
  );
}
