import type { Guardrail } from "./guardrail.ts";

/** Made by the engine itself, or components: these have no provider. */
const WITHOUT = /^(pulumi:|tenantry:|kubernetes:(yaml|helm\.sh\/v[0-9]+:Chart|kustomize))/;
/** The engine calls the ones it makes by itself "default" and a version. */
const DEFAULT = /^default(_|$)/;

/** A default provider deploys to whatever cluster the ambient kubeconfig points at: tenants of one land on another. */
export const explicitProvider: Guardrail = {
  rule: {
    name: "explicit-provider",
    enforcementLevel: "mandatory",
    severity: "critical",
    description: "Every resource names the provider, and with it the cluster or cloud, it goes to.",
    remediationSteps:
      'Pass { provider } or { parent } with providers, and set pulumi:disable-default-providers to ["*"].',
    validateResource: ({ type, provider }, report) => {
      if (WITHOUT.test(type)) return;
      if (!provider) report(`${type} has no provider, want an explicit one`);
      else if (DEFAULT.test(provider.name)) report(`${type} uses provider "${provider.name}", want an explicit one`);
    },
  },
};
