import { NAME } from "../../components/contract.ts";
import { OwnerError, readOwner } from "../apply/owner.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ApiError, ClusterError } from "../cluster/status.ts";
import type { Stack } from "../fleet.ts";
import type { PlannedObject } from "../plan/objects.ts";
import type { Registration } from "../plan/registration.ts";
import { planUnits } from "../plan/unit.ts";
import { Vault } from "../random/vault.ts";
import { servable } from "./cli-only.ts";
import { lockFleet } from "./lock.ts";
import { Refusal } from "./refusal.ts";

export const RUNNERS = ["direct", "cli", "gitops"] as const;
export type Runner = (typeof RUNNERS)[number];

/**
 * The file that `pulumi import --file` reads: components as empty parents, everything else by its id. Holds random values in
 * the clear: for a file only its owner reads. Providers are not imported; they must stand in the stack before.
 */
export interface ImportFile {
  nameTable: Record<string, string>;
  resources: {
    type: string;
    name: string;
    logicalName: string;
    id?: string;
    component?: boolean;
    parent?: string;
    provider?: string;
  }[];
}

/** Everything the fleet holds, as the CLI imports it. Reads values of `random` resources; writes nothing. */
export async function importFile(cluster: Cluster, stack: Stack): Promise<ImportFile> {
  const vault = new Vault(cluster, stack.fleet.settings.fleet);
  const registrations = new Map<string, Registration>();
  const values = new Map<string, string>();
  const random = async (tenants: readonly string[]) => {
    const source = await vault.source(tenants);
    return (resource: Parameters<typeof source>[0]) => {
      const value = source(resource);
      values.set(`${resource.type} ${resource.name}`, value);
      return value;
    };
  };
  for await (const shard of planUnits(stack, { platform: true, tenants: servable(stack), random })) {
    for (const it of shard.plan.registrations) registrations.set(it.urn, it);
  }
  if (vault.unsaved) {
    throw new Refusal(["the fleet lacks values that its files ask for: npm run -s tenantry -- up, then hand it over"]);
  }
  // Names in the file must differ; logical names need not, so each resource is called by its place.
  const names = new Map([...registrations.keys()].map((urn, index) => [urn, `r${index}`]));
  const nameTable: Record<string, string> = {};
  const resources = [...registrations.values()]
    // A patch is no object of its own: the CLI's first `up` applies it over what is there.
    .filter((it) => !it.read && !it.type.startsWith("pulumi:") && !it.type.endsWith("Patch"))
    .map((it) => {
      const provider = it.custom && it.provider !== undefined ? names.get(it.provider) : undefined;
      if (provider !== undefined && it.provider !== undefined) nameTable[provider] = it.provider;
      const inside = it.parent !== undefined && !it.parent.includes("::pulumi:pulumi:Stack::");
      return {
        type: it.type,
        name: names.get(it.urn) ?? "",
        logicalName: it.name,
        ...(it.custom ? { id: idOf(it, values) } : { component: true }),
        ...(inside && it.parent !== undefined && { parent: names.get(it.parent) }),
        ...(provider !== undefined && { provider }),
      };
    });
  return { nameTable, resources };
}

function idOf(it: Registration, values: ReadonlyMap<string, string>): string {
  if (it.type.startsWith("random:")) return values.get(`${it.type} ${it.name}`) ?? "";
  const { namespace, name } = it.inputs["metadata"] as { namespace?: string; name: string };
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * Makes another way of running the fleet its owner: first the admission policy that guards the record, then the record.
 * From then on this way is refused everywhere. Throws when the fleet is not here or its owner is that already.
 */
export async function handover(cluster: Cluster, stack: Stack, to: Runner): Promise<void> {
  const owner = await readOwner(cluster);
  const { fleet } = stack.fleet.settings;
  if (owner?.fleet !== fleet) throw new OwnerError(`context ${cluster.server.context} holds no fleet "${fleet}"`);
  if (owner.runner === to) throw new Refusal([`the fleet "${fleet}" is run by "${to}" already`]);
  const next = { ...stack, config: { ...stack.config, "tenantry:runner": to } };
  const objects: PlannedObject[] = [];
  for await (const shard of planUnits(next, { platform: true, tenants: [] }))
    objects.push(...(shard.units[0]?.objects ?? []));
  const guard = objects.find((it) => it.key.endsWith("ValidatingAdmissionPolicy//tenantry-owned-fleet"));
  const record = objects.find((it) => it.key === `core/ConfigMap/${NAME.system}/${NAME.fleet}`);
  if (!guard || !record) throw new ClusterError("the plan holds no fleet record to hand over");
  const lock = await lockFleet(cluster);
  try {
    await cluster.apply(guard.object, { force: true });
    await applyOnceAllowed(cluster, record);
  } finally {
    await lock.release();
  }
}

/** The changed policy bites a moment after it was applied. */
async function applyOnceAllowed(cluster: Cluster, record: PlannedObject): Promise<void> {
  const until = cluster.clock.now() + 30_000;
  for (;;) {
    try {
      await cluster.apply(record.object, { force: true });
      return;
    } catch (error) {
      const refused = error instanceof ApiError && error.message.includes("owned-fleet");
      if (!refused || cluster.clock.now() > until) throw error;
      await cluster.pause(200);
    }
  }
}
