import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { parseSettings } from "../../infra/settings.ts";
import { tenantArgs } from "../../infra/tenant-args.ts";
import { Tenant, type TenantInput } from "../../tenants/schema.ts";

/** Settings of a stack as the SDK hands them over. */
export const stackConfig: Record<string, string> = {
  "tenantry:fleet": "test",
  "tenantry:cloud": "local",
  "tenantry:baseDomain": "apps.example.com",
  "tenantry:ingressClass": "tenantry",
  "tenantry:registries": '["ghcr.io/","registry.k8s.io/"]',
  "tenantry:platformGroups": '["system:masters"]',
  "tenantry:capacity": '{"cpu":"80","memory":"300Gi"}',
  "tenantry:overcommit": "1.5",
  "tenantry:caps": '{"tenants":100}',
  "tenantry:ranges": '{"nodes":["192.168.0.0/16"],"pods":["10.244.0.0/16"],"services":["10.96.0.0/16"]}',
  "tenantry:storage": '{"refused":["fast"]}',
};

export const image = `ghcr.io/acme/api@sha256:${"a".repeat(64)}`;

/** A team with an API on a host name and a second space that may call it. */
export const acme = {
  schemaVersion: 1,
  id: "acme",
  owner: { email: "platform@acme.example", groups: { admins: ["acme-admins"], viewers: ["acme-viewers"] } },
  plan: "team",
  spaces: {
    api: { app: { kind: "web", image, host: true, replicas: { min: 2, max: 4 }, secrets: { SESSION_KEY: {} } } },
    jobs: { edges: [{ to: "api", port: 8080 }] },
  },
  egress: [{ cidr: "198.51.100.0/24", reason: "card processor" }],
} satisfies TenantInput;

export const argsOf = (input: TenantInput, config: Record<string, string> = {}) =>
  tenantArgs(Tenant.parse(input), parseSettings({ ...stackConfig, ...config }, "local"));

/** Explicit providers, made inside the program under test. */
export function providers(): pulumi.ComponentResourceOptions {
  return { providers: [new k8s.Provider("cluster", { context: "test" }), new random.Provider("random")] };
}
