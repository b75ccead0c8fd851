import * as pulumi from "@pulumi/pulumi";
import type { App } from "../../tenants/app.ts";
import type { Plan, Tier } from "../../tenants/plans.ts";
import { namespaceOf } from "../../tenants/names.ts";
import { LABEL, tenantLabels, type RestState } from "../contract.ts";
import { Web } from "../workloads/web.ts";
import { NetworkBoundary, type DeclaredTraffic } from "./network-boundary.ts";
import { SpaceAccess } from "./space-access.ts";
import { TenantNamespace } from "./tenant-namespace.ts";
import { VirtualControlPlane, type VirtualSettings } from "./virtual-control-plane.ts";

export interface SpaceArgs {
  fleet: string;
  tenant: string;
  space: string;
  plan: string;
  planVersion: number;
  tier: Tier;
  rest?: RestState;
  /** What people call the tenant. */
  displayName?: string;
  /** E-mail address of the owner. */
  owner: string;
  groups: { admins: string[]; users: string[]; viewers: string[] };
  domains: string[];
  retentionDays: number;
  /** Hard limits, keyed as in a ResourceQuota. */
  quota: Record<string, string>;
  container: Plan["container"];
  runtimeClass?: string;
  traffic: DeclaredTraffic;
  app?: App;
  /** Host name the app is served on; unset for none. */
  host?: string;
  ingressClass: string;
  storageClass?: string;
  /** Set on tier "virtual" and on no other. */
  virtual?: VirtualSettings & { host: string };
}

/** One namespace of a tenant with all its guards, and the app that runs inside them. */
export class Space extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:Space";
  /** Resolves once every guard stands, so whatever reads it is created inside them. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: SpaceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { app, host, ingressClass, storageClass, runtimeClass, virtual, ...guards } = args;
    super(Space.__pulumiType, name, guards, opts);
    const labels = tenantLabels(args);
    const home = new TenantNamespace(
      name,
      { ...placeOf(args), ...ownerOf(args), quota: args.quota, container: args.container, runtimeClass },
      { parent: this },
    );
    const inside = { parent: this, deletedWith: home.resource };
    const within = home.resource.metadata.name;
    const boundary = new NetworkBoundary(name, { namespace: within, labels, traffic: args.traffic }, inside);
    const access = new SpaceAccess(name, { namespace: within, labels, groups: personaGroups(args) }, inside);

    this.namespace = pulumi.all([home.namespace, boundary.names, access.names]).apply(([it]) => it);
    if (app) {
      const pool = args.tier === "pool" ? { key: LABEL.pool, value: args.tenant } : undefined;
      new Web(
        `${name}-web`,
        {
          namespace: this.namespace,
          labels,
          app,
          defaults: args.container,
          pool,
          host,
          ingressClass,
          storageClass,
          runtimeClass,
        },
        inside,
      );
    }
    if (virtual) {
      const common = { namespace: this.namespace, labels, ingressClass, storageClass, runtimeClass };
      const replicas = args.rest === undefined ? 1 : 0;
      new VirtualControlPlane(`${name}-virtual`, { ...virtual, ...common, replicas }, inside);
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}

const placeOf = ({ fleet, tenant, space, plan, planVersion, tier, rest }: SpaceArgs) => ({
  fleet,
  tenant,
  space,
  plan,
  planVersion,
  tier,
  rest,
  namespace: namespaceOf(tenant, space),
});

const ownerOf = ({ displayName, owner, groups, domains, retentionDays }: SpaceArgs) => ({
  displayName,
  owner,
  groups,
  domains,
  retentionDays,
});

/** Whoever has an API server of their own only looks on in the host's: there, the virtual one acts for them. */
const personaGroups = ({ tier, groups: { admins, users, viewers } }: SpaceArgs) =>
  tier === "virtual"
    ? { "tenant-admin": [], "tenant-user": [], "tenant-viewer": [...new Set([...admins, ...users, ...viewers])] }
    : { "tenant-admin": admins, "tenant-user": users, "tenant-viewer": viewers };
