import { notControllers } from "../judging/exemption.ts";
import { tenantRule } from "../judging/promise.ts";
import { twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "derived-endpoints";

/**
 * Endpoints written by hand name any address: the gateway, which may reach every tenant's pods, then carries one tenant's
 * requests to another's, or to the metadata service of its node (CVE-2021-25740).
 */
export const derivedEndpoints: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Where a tenant's service leads follows from its pods, and is never written by hand.",
      remediationSteps: "Give the service a selector and drop the Endpoints or EndpointSlice.",
    },
    (object) =>
      (object.group === "core" && object.kind === "Endpoints") ||
      (object.group === "discovery.k8s.io" && object.kind === "EndpointSlice")
        ? [`${object.kind} "${object.name}" is written by hand, want a service with a selector`]
        : [],
  ),
  // The platform is not exempt: outside addresses are egress, which the tenant file declares.
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [
        { apiGroups: [""], resources: ["endpoints"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
      ],
      conditions: notControllers,
      verdicts: [
        { found: '[request.kind.kind + " " + object.metadata.name]', wanted: "a service with a selector in its place" },
      ],
    }),
};
