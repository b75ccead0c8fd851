import { beforeAll } from "vitest";
import { parse } from "yaml";
import { resolveAnalyzer } from "../../local/analyzer.ts";
import { Tenant } from "../../tenants/schema.ts";
import { fleetPlane } from "./fleet.ts";
import { DeclaredGraph, networkTenants } from "./network-fleet.ts";
import type { Edge } from "./network-pairs.ts";

/** Metadata services, and what hands out credentials of pods. */
export const SHUT = [
  ...["169.254.169.254", "169.254.170.2", "169.254.170.23"],
  ...["fd00:ec2::254", "fd00:ec2::23", "100.100.100.200"],
];

/** Nodes, pods and services of the local control plane. */
export const CLUSTER = [
  ...["192.168.0.10", "192.168.77.1", "10.244.0.5"],
  ...["10.244.255.250", "10.96.0.1", "10.96.0.10"],
];

/** A control plane with twenty tenants on it, and what their files declare. */
export function networkPlane() {
  const files = networkTenants();
  const graph = new DeclaredGraph(Object.values(files).map((it) => Tenant.parse(parse(it))));
  // Built once for a machine, in minutes.
  beforeAll(() => resolveAnalyzer(), 1_800_000);
  const plane = fleetPlane();
  beforeAll(() => plane.ok("up", "--tenants", plane.folder("tenants", files), "--wait", "600"), 900_000);
  const crosses = ({ from, to }: Edge): boolean => {
    const [one, other] = [graph.tenantOf(from.pod.namespace), graph.tenantOf(to.pod.namespace)];
    return one !== undefined && other !== undefined && one !== other;
  };
  /** The shipped tenants are in the cluster as well, and their files are not read here. */
  const known = ({ from, to }: Edge): boolean =>
    [from, to].every(({ pod }) => !("tenantry.dev/tenant" in pod.namespaceLabels && !graph.tenantOf(pod.namespace)));
  return { plane, graph, known, crosses };
}
