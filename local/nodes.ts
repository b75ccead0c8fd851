import type { KubeObject } from "./api.ts";
import { ADDRESS } from "./stages.ts";

const POOL = "tenantry.dev/pool";
const GENERAL = 3;
const PER_POOL = 2;

/** The simulated nodes: three that everybody shares, and two for each pool, tainted so that only those who tolerate it get in. */
export function simulatedNodes(pools: string[]): KubeObject[] {
  const names = [
    ...Array.from({ length: GENERAL }, (_, index) => ({ name: `general-${index + 1}`, pool: undefined })),
    ...pools.flatMap((pool) =>
      Array.from({ length: PER_POOL }, (_, index) => ({ name: `${pool}-${index + 1}`, pool })),
    ),
  ];
  return names.map(({ name, pool }, index) => ({
    path: "/api/v1/nodes",
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      // 192.0.2.0/24 is for documentation (RFC 5737): no such host answers.
      annotations: { [ADDRESS]: `192.0.2.${index + 1}` },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "simulated",
        "topology.kubernetes.io/region": "local",
        "topology.kubernetes.io/zone": `local-${"abc"[index % 3] ?? "a"}`,
        ...(pool ? { [POOL]: pool } : {}),
      },
    },
    spec: pool ? { taints: [{ key: POOL, value: pool, effect: "NoSchedule" }] } : {},
  }));
}
