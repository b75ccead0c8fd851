import type * as k8s from "@pulumi/kubernetes";
import { ExistingCluster } from "../components/cluster/existing-cluster.ts";
import type { Platform } from "../components/platform/platform.ts";
import type { Tenant as TenantFile } from "../tenants/schema.ts";
import type { Settings } from "./settings.ts";

/** Where a tenant of tier "cluster" is placed. */
export interface Home {
  kubernetes: k8s.Provider;
  /** The platform's part in that cluster, without which no guard of the tenant's holds. */
  platform: Platform;
}

/** The clusters of tenants that have one of their own, each with the platform's guards in it. No other tenant is in the result. */
export async function tenantClusters(tenants: readonly TenantFile[], settings: Settings): Promise<Map<string, Home>> {
  const apart = tenants.filter((it) => it.isolation.tier === "cluster");
  if (apart.length === 0) return new Map();
  // Read only where needed: a shard of tenants does without the guardrails and what they load.
  const { makeTenantPlatform } = await import("./platform.ts");
  return new Map(
    apart.map(({ id }) => {
      const at = settings.clusters[id];
      if (!at) throw new Error(`no cluster for tenant ${id}: set tenantry:clusters.${id}.context`);
      const { kubernetes } = new ExistingCluster(`${id}-cluster`, {
        context: at.context,
        kubeconfig: at.kubeconfig ?? settings.kubeconfig,
        profile: {
          cni: settings.network.cni,
          storageClass: settings.storage.class,
          runtimeClasses: settings.sandboxes,
          mutation: settings.mutation,
        },
      });
      return [id, { kubernetes, platform: makeTenantPlatform(id, settings, kubernetes) }];
    }),
  );
}
