import type { TenantInput } from "./schema.ts";

/** A shop on its own domain. */
export default {
  schemaVersion: 1,
  id: "my-shop",
  owner: {
    email: "owner@my-shop.example",
    groups: { admins: ["my-shop-admins"], users: ["my-shop-users"], viewers: ["my-shop-viewers"] },
  },
  plan: "store",
  spaces: {
    shop: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        replicas: { min: 1, max: 2 },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        host: true,
      },
    },
  },
  domains: ["my-shop.example"],
} satisfies TenantInput;
