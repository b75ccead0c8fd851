import type { TenantInput } from "./schema.ts";

/** An enterprise on nodes of its own. */
export default {
  schemaVersion: 1,
  id: "globex",
  owner: {
    email: "cloud@globex.example",
    team: "Cloud",
    groups: { admins: ["globex-admins"], users: ["globex-users"], viewers: ["globex-viewers"] },
  },
  plan: "enterprise",
  isolation: { tier: "pool" },
  spaces: {
    portal: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        replicas: { min: 2, max: 4 },
        resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } },
        host: true,
      },
      edges: [{ to: "ledger", port: 8080 }],
    },
    ledger: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        replicas: { min: 2, max: 4 },
        resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } },
      },
    },
  },
} satisfies TenantInput;
