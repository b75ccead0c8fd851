import { fleetOf } from "../judging/fleet.ts";
import type { Guardrail } from "./guardrail.ts";

/** A tenant that makes spaces without end, or tenants without end, exhaust the API server for everybody. */
export const cappedFleet: Guardrail = {
  span: "fleet",
  rule: {
    name: "capped-fleet",
    enforcementLevel: "mandatory",
    severity: "high",
    description: "Tenants keep to the spaces of their plan, and the platform to its number of tenants.",
    remediationSteps: "Remove spaces, move the tenant to a larger plan, or raise caps.tenants in the stack's settings.",
    validateStack: ({ resources }, report) => {
      const { tenants, platform, silent } = fleetOf(resources);
      for (const { message, urn } of silent) report(message, urn);
      for (const { id, spaces, maxSpaces, urn } of tenants)
        // Written so that a cap that is no number refuses.
        if (!(spaces.length <= maxSpaces))
          report(`tenant "${id}" has ${spaces.length} spaces, want at most ${maxSpaces}`, urn);
      if (platform && !(tenants.length <= platform.maxTenants))
        report(`the platform has ${tenants.length} tenants, want at most ${platform.maxTenants}`, platform.urn);
    },
  },
};
