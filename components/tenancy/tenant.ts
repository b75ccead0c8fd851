import * as pulumi from "@pulumi/pulumi";
import type { App } from "../../tenants/app.ts";
import type { Plan, Tier } from "../../tenants/plans.ts";
import type { RestState } from "../contract.ts";
import { namespaceOf } from "../../tenants/names.ts";
import type { DeclaredTraffic } from "./network-boundary.ts";
import { Space } from "./space.ts";
import type { VirtualSettings } from "./virtual-control-plane.ts";

export interface TenantSpace {
  name: string;
  /** Hard limits of the space's ResourceQuota, keyed as in a ResourceQuota. */
  quota: Record<string, string>;
  traffic: DeclaredTraffic;
  app?: App;
  /** Host name the app is served on; unset for none. */
  host?: string;
  /** Set on tier "virtual" and on no other. */
  virtual?: VirtualSettings & { host: string };
}

export interface TenantArgs {
  tenant: string;
  fleet: string;
  plan: string;
  /** Version of the plan's figures. */
  planVersion: number;
  tier: Tier;
  /** Unset while the tenant is active. */
  rest?: RestState;
  /** What people call it; unset for nothing but its id. */
  displayName?: string;
  /** E-mail address of the owner. */
  owner: string;
  groups: { admins: string[]; users: string[]; viewers: string[] };
  /** The most the tenant may hold in all its spaces, keyed as in a ResourceQuota. */
  budget: Record<string, string>;
  caps: { spaces: number };
  /** Host names, and parents of host names, it may serve. */
  domains: string[];
  /** How long its data outlives an offboarding. */
  retentionDays: number;
  /** What a container gets that says nothing, and the most it may ask for. */
  container: Plan["container"];
  runtimeClass?: string;
  ingressClass: string;
  /** Unset means the cluster's default class. */
  storageClass?: string;
  spaces: TenantSpace[];
}

/** Everything one tenant has on the platform. */
export class Tenant extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:Tenant";
  readonly id: string;
  /** Namespace of each space, in the order of the spaces. */
  readonly namespaces: string[];
  /** Host names that are served, in the order of the spaces. */
  readonly hosts: string[];

  constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Tenant.__pulumiType, name, summaryOf(args), opts);
    for (const { name: space, ...own } of args.spaces) {
      new Space(`${name}-${space}`, { ...sharedOf(args), space, ...own }, { parent: this });
    }
    this.id = args.tenant;
    this.namespaces = args.spaces.map((it) => namespaceOf(args.tenant, it.name));
    this.hosts = args.spaces.flatMap((it) => it.host ?? []);
    // Rules over the whole stack see outputs under the CLI, so the summary is said again.
    this.registerOutputs({ ...summaryOf(args), namespaces: this.namespaces, hosts: this.hosts });
  }
}

/** What rules that span the fleet read; apps are inputs of their own components. */
const summaryOf = ({ tenant, fleet, plan, tier, owner, budget, caps, domains, spaces }: TenantArgs) => ({
  tenant,
  fleet,
  plan,
  tier,
  owner,
  budget,
  caps,
  domains,
  spaces: spaces.map(({ name, quota }) => ({ name, quota })),
});

/** What all its spaces have in common. */
const sharedOf = (args: TenantArgs) => ({
  fleet: args.fleet,
  tenant: args.tenant,
  plan: args.plan,
  tier: args.tier,
  rest: args.rest,
  displayName: args.displayName,
  planVersion: args.planVersion,
  owner: args.owner,
  groups: args.groups,
  domains: args.domains,
  retentionDays: args.retentionDays,
  container: args.container,
  runtimeClass: args.runtimeClass,
  ingressClass: args.ingressClass,
  storageClass: args.storageClass,
});
