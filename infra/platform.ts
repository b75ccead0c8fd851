import { Platform } from "../components/platform/platform.ts";
import { admissionPolicies } from "../policy/admission.ts";
import type { Providers } from "./clouds.ts";
import type { Settings } from "./settings.ts";

/** The platform's part of the program. */
export function makePlatform(settings: Settings, { kubernetes }: Providers): Platform {
  const { fleet, runner, caps, capacity, overcommit, platformGroups, registries } = settings;
  const admission = admissionPolicies({ platformGroups, registries, runner });
  return new Platform(
    "platform",
    { fleet, runner, caps, capacity, overcommit, platformGroups, admission },
    { providers: [kubernetes] },
  );
}
