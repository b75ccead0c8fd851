import type { TenantInput } from "./schema.ts";

/** A course group: production beside a test space whose smoke tests call it. */
export default {
  schemaVersion: 1,
  id: "mcce-g1",
  owner: {
    email: "mcce-g1@campus.example",
    team: "MCCE group 1",
    groups: { admins: ["mcce-g1-admins"], users: ["mcce-g1-users"], viewers: ["mcce-g1-viewers"] },
  },
  plan: "business",
  spaces: {
    prod: {
      share: 0.75,
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
    test: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        replicas: { min: 1, max: 2 },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      },
    },
  },
  edges: [{ from: "test", to: "prod", port: 8080 }],
} satisfies TenantInput;
