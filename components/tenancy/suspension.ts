import type { RestState } from "../contract.ts";
import type { TenantArgs } from "./tenant.ts";

/** No pod starts, and no Job is made that would wait for one. Everything a tenant keeps stays within its limits. */
const STOPPED = { pods: "0", "count/pods": "0", "count/jobs.batch": "0" };

/**
 * The same tenant at rest: workloads at zero, everybody a viewer, nothing in or out, no host name served. Claims, Secrets and generated
 * values stay as they are, so that going back to active is the same tenant again. Plain data, so every way of running the program does it.
 */
export function atRest(args: TenantArgs, state: RestState): TenantArgs {
  const { admins, users, viewers } = args.groups;
  return {
    ...args,
    rest: state,
    groups: { admins: [], users: [], viewers: [...new Set([...admins, ...users, ...viewers])] },
    spaces: args.spaces.map((space) => ({
      ...space,
      quota: { ...space.quota, ...STOPPED },
      traffic: { resolvers: space.traffic.resolvers, gatewayPorts: [], from: [], to: [], egress: [] },
      host: undefined,
      app: space.app && { ...space.app, host: false, replicas: { min: 0, max: 0 } },
    })),
  };
}
