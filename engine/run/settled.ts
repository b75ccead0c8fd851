import { emptyInventory, nameOfUnit, writeInventory } from "../apply/inventory.ts";
import { objectsDigest, type Result } from "../apply/transaction.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ApiError, record } from "../cluster/status.ts";
import type { Held } from "./gate.ts";
import { Refusal } from "./refusal.ts";
import type { Survey } from "./survey.ts";

/**
 * Whether the platform stands as it is planned: applied to the end from the same objects, and nothing drifted since. Then nothing of it
 * is written, which only an administrator could do: a new version of the program alone keeps nobody from deploying tenants.
 */
export function isSettled({ inventories, drifts }: Survey, { unit, unpack }: Held): boolean {
  if (unit !== "platform") return false;
  const known = inventories.get(nameOfUnit(unit));
  return (
    known !== undefined && known.inputs !== "" && !drifts.has("platform") && known.objects === objectsDigest(unpack())
  );
}

/** Notes that the platform stands as this version of the program plans it, too. */
export async function noteSettled(cluster: Cluster, fleet: string, before: Survey, { unpack }: Held): Promise<Result> {
  const known = before.inventories.get("platform") ?? emptyInventory("platform");
  await writeInventory(cluster, fleet, { ...known, inputs: before.inputs("platform") });
  return { created: [], changed: [], pruned: [], unchanged: unpack().length, kept: [] };
}

/**
 * Throws Refusal, before anything is written, when the platform has to be and this user may not; and when tenants alone are asked for
 * while their walls are not whole.
 */
export async function demandBuilder(cluster: Cluster, before: Survey, held: readonly Held[]): Promise<void> {
  const platform = held.find((it) => it.unit === "platform");
  const drifted =
    before.drifts.get("platform")?.map(({ entry, what }) => `${entry.kind} ${entry.name} is ${what}`) ?? [];
  const whole = Boolean(before.inventories.get("platform")?.inputs) && drifted.length === 0;
  if (platform ? isSettled(before, platform) || (await mayBuild(cluster)) : whole) return;
  const why = drifted.length > 0 ? ` (${drifted.join(", ")})` : "";
  throw new Refusal([
    `the platform itself has to be written${why}, which this ${platform ? "user may not" : "run leaves out"}: nothing was changed`,
    "an administrator of the cluster runs: npm run -s tenantry -- up --set part=platform",
    ...(whole ? ["until then tenants alone are deployed by: npm run -s tenantry -- up --set part=tenants"] : []),
  ]);
}

/** The strongest right that the platform's own objects take; a server that does not say leaves it to the writes themselves. */
async function mayBuild(cluster: Cluster): Promise<boolean> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const resourceAttributes = { verb: "patch", group: "rbac.authorization.k8s.io", resource: "clusterroles" };
  try {
    const answer = await cluster.request("POST", path, { body: { spec: { resourceAttributes } }, idempotent: true });
    return record(record(answer)["status"])["allowed"] !== false;
  } catch (error) {
    if (error instanceof ApiError) return true;
    throw error;
  }
}
