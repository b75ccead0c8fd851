import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { canonical } from "../../engine/plan/canonical.ts";

const SCALERS = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" };

/** Kinds the cluster's own programs write at any moment, whoever does nothing. */
const RESTLESS = /^(Event|Node|Lease|CSINode|IPAddress)$/;

interface Resource {
  apiVersion: string;
  kind: string;
}

/** Every kind the server lists, once. */
async function kinds(cluster: Cluster): Promise<Resource[]> {
  const groups = (await cluster.request("GET", "/apis")) as {
    groups: { preferredVersion: { groupVersion: string } }[];
  };
  const versions = ["v1", ...groups.groups.map((it) => it.preferredVersion.groupVersion)];
  const found = await Promise.all(
    versions.map(async (apiVersion) => {
      const path = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
      const { resources } = (await cluster.request("GET", path)) as {
        resources: { name: string; kind: string; verbs: string[] }[];
      };
      return resources
        .filter((it) => !it.name.includes("/") && it.verbs.includes("list"))
        .map(({ kind }) => ({ apiVersion, kind }));
    }),
  );
  return found.flat();
}

/** resourceVersion of every object in the cluster, by kind, namespace and name; the fleet's own Lease is among them. */
export async function versions(cluster: Cluster): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const { apiVersion, kind } of await kinds(cluster)) {
    for await (const { metadata } of cluster.list({ apiVersion, kind, metadataOnly: true })) {
      if (RESTLESS.test(kind) && metadata.namespace !== "tenantry-system") continue;
      all[`${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`] = metadata.resourceVersion ?? "";
    }
  }
  // Its controller writes the status every few seconds: here what was asked for has to do.
  for await (const { apiVersion, kind, metadata, spec } of cluster.list(SCALERS))
    all[`${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`] = canonical([metadata.labels, spec]);
  return all;
}

/** Objects that carry a label, of every kind, with what the metadata says. */
export async function labelled(cluster: Cluster, labelSelector: string): Promise<Map<string, KubeObject["metadata"]>> {
  const all = new Map<string, KubeObject["metadata"]>();
  for (const { apiVersion, kind } of await kinds(cluster)) {
    for await (const { metadata } of cluster.list({ apiVersion, kind, labelSelector, metadataOnly: true }))
      all.set(`${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`, metadata);
  }
  return all;
}
