import type { TenantInput } from "./schema.ts";

/** An organisation of a SaaS product: an API that hands work to jobs and charges cards. */
export default {
  schemaVersion: 1,
  id: "acme",
  owner: {
    email: "platform@acme.example",
    team: "Platform",
    groups: { admins: ["acme-admins"], users: ["acme-users"], viewers: ["acme-viewers"] },
    github: "acme",
  },
  plan: "team",
  spaces: {
    api: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        replicas: { min: 2, max: 3 },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        host: true,
      },
      edges: [{ to: "jobs", port: 8080 }],
    },
    jobs: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      },
    },
  },
  egress: [{ cidr: "198.51.100.0/24", reason: "card processor" }],
  domains: ["acme.example"],
} satisfies TenantInput;
