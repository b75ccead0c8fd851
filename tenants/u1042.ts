import type { TenantInput } from "./schema.ts";

/** A user with two project environments: one pod each, its files on a volume. */
export default {
  schemaVersion: 1,
  id: "u1042",
  owner: {
    email: "u1042@users.example",
    groups: { admins: ["u1042-admins"], users: ["u1042-users"], viewers: ["u1042-viewers"] },
  },
  plan: "free",
  spaces: {
    p7: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        volume: { size: "1Gi", mountPath: "/workspace" },
      },
    },
    p8: {
      app: {
        kind: "web",
        image:
          "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85",
        args: ["netexec", "--http-port=8080"],
        probe: { path: "/healthz" },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        volume: { size: "1Gi", mountPath: "/workspace" },
      },
    },
  },
} satisfies TenantInput;
