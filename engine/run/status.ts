import { LABEL, NAME } from "../../components/contract.ts";
import { type Inventory, readInventories, titleOf } from "../apply/inventory.ts";
import { readReadiness } from "../apply/ready.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/object.ts";
import type { FleetTenant, Stack } from "../fleet.ts";
import { type LifecycleRecord, readRecords } from "../lifecycle/record.ts";

export interface SpaceStatus {
  name: string;
  namespace: string;
  pods: { ready: number; wanted: number };
  /** As the ResourceQuota counts, keyed as there. */
  quota: { used: Record<string, string>; hard: Record<string, string> };
}

/** ready: all pods are; waiting: some are not; incomplete: a run did not end; missing: not in the cluster yet; absent: no file describes it; aside: its file is faulty. */
export type TenantState = "ready" | "waiting" | "incomplete" | "missing" | "absent" | "aside" | AtRest;

/** suspended and offboarding: the tenant is at rest; purging: its data is going; purged: it is gone, and its file says otherwise. */
type AtRest = "suspended" | "offboarding" | "purging" | "purged";

export interface TenantStatus {
  tenant: string;
  plan: string;
  tier: string;
  state: TenantState;
  spaces: SpaceStatus[];
}

/** Every tenant of the files and of the cluster, from a few lists. Writes nothing. */
export async function status(cluster: Cluster, stack: Stack): Promise<TenantStatus[]> {
  const { fleet } = stack.fleet.settings;
  const [inventories, readiness, quotas, records] = await Promise.all([
    readInventories(cluster, fleet),
    readReadiness(cluster, fleet),
    readQuotas(cluster, fleet),
    readRecords(cluster, fleet),
  ]);
  const space = (name: string, namespace: string): SpaceStatus => {
    const { ready = 0, wanted = 0 } = readiness.get(namespace) ?? {};
    return { name, namespace, pods: { ready, wanted }, quota: quotas.get(namespace) ?? { used: {}, hard: {} } };
  };
  const known = stack.fleet.tenants.map((it) => {
    const inventory = inventories.get(`tenant.${it.id}`);
    const spaces = it.spaces.map((name, index) => space(name, it.namespaces[index] ?? ""));
    return {
      tenant: it.id,
      plan: it.plan,
      tier: it.tier,
      state: stateOf(inventory, spaces, records.get(it.id)),
      spaces,
    };
  });
  const files = new Set(stack.fleet.tenants.map((it: FleetTenant) => it.id));
  const absent = [...inventories.values()]
    .filter(({ unit }) => unit !== "platform" && !files.has(unit.tenant))
    .map(({ unit, summary }): TenantStatus => {
      const names = (summary["spaces"] ?? "").split(" ").filter(Boolean);
      const namespaces = (summary["namespaces"] ?? "").split(" ");
      return {
        tenant: titleOf(unit),
        plan: summary["plan"] ?? "",
        tier: summary["tier"] ?? "",
        state: stack.fleet.aside.includes(titleOf(unit)) ? "aside" : "absent",
        spaces: names.map((name, index) => space(name, namespaces[index] ?? "")),
      };
    });
  return [...known, ...absent].toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1));
}

function stateOf(
  inventory: Inventory | undefined,
  spaces: readonly SpaceStatus[],
  lifecycle: LifecycleRecord | undefined,
): TenantState {
  if (lifecycle?.settled || lifecycle?.state === "purging") return lifecycle.state;
  if (!inventory) return "missing";
  if (inventory.inputs === "") return "incomplete";
  return spaces.every(({ pods }) => pods.ready >= pods.wanted) ? "ready" : "waiting";
}

async function readQuotas(cluster: Cluster, fleet: string): Promise<Map<string, SpaceStatus["quota"]>> {
  const found = new Map<string, SpaceStatus["quota"]>();
  const query = { apiVersion: "v1", kind: "ResourceQuota", labelSelector: `${LABEL.fleet}=${fleet},${LABEL.tenant}` };
  for await (const quota of cluster.list(query)) {
    if (quota.metadata.name === NAME.quota) found.set(quota.metadata.namespace ?? "", figures(quota));
  }
  return found;
}

function figures(quota: KubeObject): SpaceStatus["quota"] {
  const status = (quota["status"] ?? {}) as { used?: Record<string, string>; hard?: Record<string, string> };
  const spec = (quota["spec"] ?? {}) as { hard?: Record<string, string> };
  return { used: status.used ?? {}, hard: spec.hard ?? {} };
}
