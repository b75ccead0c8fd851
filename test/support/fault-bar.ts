import { expect } from "vitest";
import { LABEL } from "../../components/contract.ts";
import { readInventories } from "../../engine/apply/inventory.ts";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { FleetPlane, Run } from "./fleet.ts";
import { sizeOf, writesSince } from "./fleet-audit.ts";
import { labelled } from "./fleet-objects.ts";

/** The same numbers in every run, so that what failed once fails again. */
export function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

/** Waits until the run has written so much, or has ended. */
export async function after({ plane }: FleetPlane, run: Run, writes: number): Promise<void> {
  const from = sizeOf(plane.auditLog);
  let over = false;
  void run.ended.then(() => (over = true));
  while (!over && writesSince(plane.auditLog, from).length < writes)
    await new Promise((resolve) => setTimeout(resolve, 3));
}

const entriesOf = async (cluster: Cluster) =>
  [...(await readInventories(cluster, "local")).values()].flatMap((it) => [...it.entries.values()]);

/** Objects that carry the fleet's label although no inventory lists them, what the engine keeps for itself left out. */
export async function orphans(cluster: Cluster): Promise<string[]> {
  const entries = await entriesOf(cluster);
  const known = new Set(entries.map((it) => `${it.apiVersion}/${it.kind}/${it.namespace ?? ""}/${it.name}`));
  const found = await labelled(cluster, `${LABEL.fleet}=local`);
  const leaving = new Set([...found.values()].filter((it) => it.deletionTimestamp).map((it) => it.name));
  return (
    [...found]
      .filter(([key, it]) => !known.has(key) && !it.ownerReferences?.length)
      // A namespace takes a moment to go with all that is in it.
      .filter(([, it]) => !it.deletionTimestamp && !leaving.has(it.namespace ?? ""))
      .filter(([key]) => !/^v1\/(ConfigMap\/tenantry-system\/inventory|Secret\/tenantry-system\/values)\./.test(key))
      // Controllers copy labels to what they make: endpoints of a Service, for one.
      .filter(([, it]) => it.managedFields?.some(({ manager }) => manager === "tenantry"))
      .map(([key]) => key)
  );
}

/** Every object once: nothing listed that is not there, nothing there that is listed twice or not at all. */
export async function demandWhole({ cluster }: FleetPlane): Promise<void> {
  // What was pruned may still be on its way out; what is forgotten stays for ever.
  await expect.poll(() => orphans(cluster), { timeout: 60_000, interval: 1_000 }).toEqual([]);
  const uids = (await entriesOf(cluster)).map((it) => it.uid);
  expect(new Set(uids).size).toBe(uids.length);
  const live = new Set([...(await labelled(cluster, `${LABEL.fleet}=local`)).values()].map((it) => it.uid));
  expect(uids.filter((uid) => !live.has(uid))).toEqual([]);
}

/** The bar after every fault: the next run converges, the one after it has nothing to do, and nothing is lost or doubled. */
export async function demandConverged(plane: FleetPlane, ...flags: string[]): Promise<void> {
  await plane.ok("up", "--wait", "0", ...flags);
  expect((await plane.ok("up", "--wait", "0", ...flags)).stdout).toContain("no changes");
  await demandWhole(plane);
}

/** Notes how a tenant without apps stands; what it returns fails when anything of it has been written since. */
export async function bystander({ cluster }: FleetPlane, tenant: string): Promise<() => Promise<void>> {
  const look = async () =>
    [...(await labelled(cluster, `${LABEL.tenant}=${tenant}`))]
      .map(([key, it]) => `${key} ${it.resourceVersion ?? ""}`)
      .toSorted();
  const before = await look();
  expect(before.length).toBeGreaterThan(4);
  return async () => expect(await look()).toEqual(before);
}

/** The Lease's holder, or nobody. */
export async function holderOf({ cluster }: FleetPlane): Promise<string | undefined> {
  const ref = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: "tenantry-system", name: "fleet" };
  const { holderIdentity } = ((await cluster.get(ref))?.["spec"] ?? {}) as { holderIdentity?: string };
  return holderIdentity === "" ? undefined : holderIdentity;
}
