import * as pulumi from "@pulumi/pulumi";
import { formatFault } from "../tenants/fault.ts";
import { makeProviders } from "./clouds.ts";
import { tenantsOf } from "./fleet.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { tenantClusters } from "./tenant-clusters.ts";
import { makeTenants } from "./tenants.ts";

/** What people and other stacks need to know of a fleet. */
type Outputs = {
  fleet: { name: string; runner: string; cloud: string; context: string };
  /** Namespaces by tenant. */
  namespaces: Record<string, string[]>;
  /** Host names by tenant. */
  hosts: Record<string, string[]>;
  /** By tenant: the command that writes a short-lived kubeconfig for it. */
  kubeconfigs: Record<string, string>;
};

/** The program: settings, providers, platform, tenants. Ends with every fault before anything is registered. */
export default async function program(): Promise<Outputs> {
  const stack = pulumi.getStack();
  const settings = settingsOf(stack);
  const { tenants, faults } = settings.part === "platform" ? { tenants: [], faults: [] } : tenantsOf(settings);
  if (faults.length > 0) {
    const next = `Nothing was changed. Correct the above, then: npm run -s tenantry -- check --stack ${stack}`;
    throw new pulumi.RunError([...faults.map(formatFault), next].join("\n"));
  }

  const providers = makeProviders(settings);
  // Read only where needed: a shard of tenants does without the guardrails and what they load.
  const platform =
    settings.part === "tenants" ? undefined : (await import("./platform.ts")).makePlatform(settings, providers);
  const files = tenants.map((it) => it.tenant);
  const homes = await tenantClusters(files, settings);
  const made = makeTenants(files, settings, providers, platform, homes);

  const { fleet, runner, cloud, context } = settings;
  return {
    fleet: { name: fleet, runner, cloud, context },
    namespaces: Object.fromEntries(made.map((it) => [it.id, it.namespaces])),
    hosts: Object.fromEntries(made.map((it) => [it.id, it.hosts])),
    kubeconfigs: Object.fromEntries(
      made.map(({ id }) => [id, `npm run -s tenantry -- tenants kubeconfig ${id} --stack ${stack}`]),
    ),
  };
}

function settingsOf(stack: string): Settings {
  try {
    return parseSettings(pulumi.runtime.allConfig(), stack);
  } catch (error) {
    // A person's mistake: the CLI prints this one without a stack trace.
    throw new pulumi.RunError((error as Error).message);
  }
}
