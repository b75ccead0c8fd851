import { demandOwner } from "../apply/owner.ts";
import { emptyInventory, nameOfUnit, readInventories, writeInventory } from "../apply/inventory.ts";
import { applyUnit, type Result } from "../apply/transaction.ts";
import { refOf } from "../cluster/object.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Stack, summaryOf } from "../fleet.ts";
import { inputsOf } from "../plan/inputs.ts";
import type { PlannedObject } from "../plan/objects.ts";
import { Vault } from "../random/vault.ts";
import { type Difference, differenceOf } from "./diff.ts";
import type { Report } from "./events.ts";
import { planAndJudge } from "./gate.ts";
import { lockFleet } from "./lock.ts";
import { Refusal } from "./refusal.ts";

export interface Adoption {
  /** What taking over would change, each object by a dry run. */
  differences: Difference[];
  /** Takes over: fields in dispute become ours. What the plan does not know stays as it is. */
  commit: () => Promise<Result>;
}

/**
 * Prepares to take over a tenant whose namespaces exist already and were made by somebody else. Nothing is written
 * before `commit`. Throws Refusal for a tenant without a file, or one that is ours already.
 */
export async function adopt(cluster: Cluster, stack: Stack, id: string, report: Report): Promise<Adoption> {
  const { fleet } = stack.fleet.settings;
  const tenant = stack.fleet.tenants.find((it) => it.id === id);
  if (!tenant) {
    const ids = stack.fleet.tenants.map((it) => it.id).join(", ");
    throw new Refusal([
      `there is no tenant "${id}"; allowed: ${ids}. Write its file first: it says what the namespaces shall be`,
    ]);
  }
  await demandOwner(cluster, fleet);
  const unit = { tenant: id };
  const inventories = await readInventories(cluster, fleet);
  if (!inventories.has("platform"))
    throw new Refusal(["the platform must stand before anything is taken over: npm run -s tenantry -- up"]);
  const known = inventories.get(nameOfUnit(unit));
  if (known && known.inputs !== "")
    throw new Refusal([`tenant "${id}" is run by this fleet already: npm run -s tenantry -- up --only ${id}`]);

  const vault = new Vault(cluster, fleet);
  const [held] = await planAndJudge(
    stack,
    { platform: false, tenants: [tenant], random: (ids) => vault.source(ids) },
    report,
  );
  const objects = held?.unpack() ?? [];
  const differences: Difference[] = [];
  for (const it of objects) {
    const found = await differenceOf(cluster, id, it);
    if (found) differences.push(found);
  }
  const commit = async (): Promise<Result> => {
    const lock = await lockFleet(cluster);
    try {
      const writer = cluster.withSignal(lock.lost);
      await demandOwner(writer, fleet);
      await vault.save(id, writer);
      const inventory = known ?? emptyInventory(unit);
      for (const planned of objects) await takeOver(writer, planned, inventory.entries);
      await writeInventory(writer, fleet, inventory);
      const summary = summaryOf(tenant);
      return await applyUnit(writer, fleet, inventory, { unit, objects, inputs: inputsOf(stack)(unit), summary });
    } finally {
      await lock.release();
    }
  };
  return { differences, commit };
}

/** What exists becomes an entry of ours, so that applying it is no longer refused; disputed fields are settled here, once. */
async function takeOver(cluster: Cluster, planned: PlannedObject, entries: Map<string, unknown>): Promise<void> {
  const ref = refOf(planned.object);
  if (!(await cluster.get(ref))) return;
  const live = await cluster.apply(planned.object, { force: true });
  entries.set(planned.key, { ...ref, uid: live.metadata.uid ?? "", print: "" });
}
