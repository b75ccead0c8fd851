import type { TenantInput } from "./schema.ts";

/** The smallest shop: one pod, and room for a second while it is updated. */
export default {
  schemaVersion: 1,
  id: "corner-shop",
  owner: {
    email: "owner@corner-shop.example",
    groups: { admins: ["corner-shop-admins"], users: ["corner-shop-users"], viewers: ["corner-shop-viewers"] },
  },
  plan: "micro",
  spaces: {
    shop: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "250m", memory: "256Mi" } },
        host: true,
      },
    },
  },
} satisfies TenantInput;
