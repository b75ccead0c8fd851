import type { Base } from "./admission-bases.ts";

const GROUP = "gateway.networking.k8s.io";
const route = (kind: string): Base => ({
  apiVersion: `${GROUP}/v1`,
  kind,
  body: {
    spec: {
      hostnames: ["shop.guardtest.example"],
      parentRefs: [{ name: "gateway", namespace: "tenantry-gateway" }],
      rules: [{ backendRefs: [{ name: "it", port: 80 }] }],
    },
  },
});
const bare = (kind: string): Base => ({ apiVersion: `${GROUP}/v1`, kind, body: { spec: {} } });

/** Routes as they should be, and what no tenant may have. */
export const ROUTES: Base[] = [
  ...["HTTPRoute", "GRPCRoute"].map(route),
  ...["TCPRoute", "UDPRoute", "Gateway", "ReferenceGrant"].map(bare),
];

/** The least definitions that let an API server store these kinds: guardrails read fields, not schemas. */
export const DEFINITIONS = ROUTES.map(({ kind }) => {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${GROUP}`,
      // Without it the API server keeps the group to itself.
      annotations: { "api-approved.kubernetes.io": "unapproved, for tests" },
    },
    spec: {
      group: GROUP,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  };
});
