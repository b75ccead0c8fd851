import * as pulumi from "@pulumi/pulumi";
import { NAME } from "../contract.ts";
import { Administrators } from "./administrators.ts";
import { AdmissionPolicies, type Admission } from "./admission-policies.ts";
import { Deployer } from "./deployer.ts";
import { EgressFloor } from "./egress-floor.ts";
import { FleetRecord } from "./fleet-record.ts";
import { FlowSchemas } from "./flow-schemas.ts";
import { Personas } from "./personas.ts";
import { PlatformNamespace } from "./platform-namespace.ts";
import { PriorityClasses } from "./priority-classes.ts";
import { VirtualRole } from "./virtual-role.ts";

export interface PlatformArgs {
  fleet: string;
  /** Set where the cluster is one tenant's own: the fleet is summed up elsewhere. */
  tenant?: string;
  /** cli, direct or gitops: the one way that may change this fleet. */
  runner: string;
  caps: { tenants: number };
  /** What the nodes can give: allocatable CPU and memory. */
  capacity: { cpu: string; memory: string };
  /** How many times the capacity may be promised as guarantees. */
  overcommit: number;
  /** Groups that administer the cluster. */
  platformGroups: string[];
  /** Groups that deploy tenants. */
  deployerGroups: string[];
  admission: Admission[];
  /** What stays shut beneath every policy, for a network plug-in that has such a floor. */
  egressFloor?: { shut: string[]; left: string[] };
  /** Empty for a cluster that does not know MutatingAdmissionPolicy. */
  mutations?: Admission[];
  /** Whether there may be virtual control planes. */
  virtual?: boolean;
}

/** What the cluster holds once, for all tenants. */
export class Platform extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:platform:Platform";

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { admission, mutations, egressFloor, virtual = false, platformGroups, deployerGroups, ...summary } = args;
    super(Platform.__pulumiType, name, summary, opts);
    const { fleet, runner } = args;
    const within = { parent: this };

    const system = new PlatformNamespace(`${name}-system`, { fleet, namespace: NAME.system }, within);
    // Before the admission policies: one of them closes it to every other way of running the fleet.
    const record = new FleetRecord(
      `${name}-fleet`,
      { namespace: system.namespace, fleet, runner },
      { parent: this, deletedWith: system.resource },
    );
    new PlatformNamespace(`${name}-gateway`, { fleet, namespace: NAME.gateway }, within);
    new PriorityClasses(`${name}-priority`, { fleet }, within);
    new FlowSchemas(`${name}-flow`, { fleet, platformGroups: [...platformGroups, ...deployerGroups] }, within);
    if (egressFloor) new EgressFloor(`${name}-egress`, { fleet, ...egressFloor }, within);
    if (virtual) new VirtualRole(`${name}-virtual`, { fleet }, within);
    new Personas(`${name}-persona`, { fleet }, within);
    new Administrators(`${name}-administrators`, { fleet, groups: platformGroups }, within);
    new Deployer(
      `${name}-deployer`,
      { namespace: system.namespace, fleet, groups: deployerGroups },
      { parent: this, deletedWith: system.resource },
    );
    new AdmissionPolicies(
      `${name}-admission`,
      { fleet, rules: admission, mutations },
      { parent: this, dependsOn: record },
    );
    // Rules over the whole stack see outputs under the CLI, so the summary is said again.
    this.registerOutputs(summary);
  }
}
