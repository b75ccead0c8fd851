import { SCRATCH } from "./demand.ts";
import type { Finding } from "./fault.ts";
import type { Budget, Resources } from "./plans.ts";
import { formatBytes, formatCpu, milli } from "./quantity.ts";
import type { Tenant } from "./schema.ts";

/** What one virtual control plane asks for: API server, controllers, syncer and store in one container, and a DNS server. */
export const VIRTUAL_PLANE = {
  plane: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "1", memory: "2Gi" } },
  dns: { requests: { cpu: "20m", memory: "64Mi" }, limits: { cpu: "200m", memory: "170Mi" } },
  storage: "5Gi",
  /** The programs it unpacks, and what it writes beside its store. */
  scratch: "2Gi",
} as const satisfies { plane: Resources; dns: Resources; storage: string; scratch: string };

/** Its own pod, its DNS server's, and one more of that while it is updated. */
const PODS = 3;
const SERVICES = 4;
const MI = 1000n * 1024n ** 2n;

/** What of a space's budget is left for the tenant; and where nothing is, what is missing. */
export function besidePlane(tenant: Tenant, space: string, budget: Budget): { left: Budget; findings: Finding[] } {
  if (tenant.isolation.tier !== "virtual") return { left: budget, findings: [] };
  const { plane, dns, storage, scratch } = VIRTUAL_PLANE;
  const rest = (have: string, ...taken: string[]) => taken.reduce((left, it) => left - milli(it), milli(have));
  const twice = (of: Resources[keyof Resources], kind: "cpu" | "memory") => [of[kind], of[kind]];
  const amounts = {
    cpu: rest(budget.cpu, plane.limits.cpu, ...twice(dns.limits, "cpu")),
    memory: rest(budget.memory, plane.limits.memory, ...twice(dns.limits, "memory")),
    guaranteedCpu: rest(budget.guaranteed.cpu, plane.requests.cpu, ...twice(dns.requests, "cpu")),
    guaranteedMemory: rest(budget.guaranteed.memory, plane.requests.memory, ...twice(dns.requests, "memory")),
    storage: rest(budget.storage, storage),
    scratch: rest(budget.ephemeralStorage, scratch, SCRATCH, SCRATCH),
    pods: BigInt(budget.pods - PODS),
    services: BigInt(budget.services - SERVICES),
    claims: BigInt(budget.claims - 1),
  };
  const short = Object.entries(amounts).flatMap(([what, left]) => (left < 0n ? [what] : []));
  if (short.length > 0) {
    const found = `too little for a virtual control plane: ${short.join(", ")}`;
    return {
      left: budget,
      findings: [{ path: `spaces.${space}`, found, allowed: `a larger part of plan ${tenant.plan}, or fewer spaces` }],
    };
  }
  const left = {
    ...budget,
    cpu: formatCpu(amounts.cpu),
    memory: formatBytes((amounts.memory / MI) * MI),
    guaranteed: {
      cpu: formatCpu(amounts.guaranteedCpu),
      memory: formatBytes((amounts.guaranteedMemory / MI) * MI),
    },
    storage: formatBytes((amounts.storage / MI) * MI),
    ephemeralStorage: formatBytes((amounts.scratch / MI) * MI),
    pods: Number(amounts.pods),
    services: Number(amounts.services),
    claims: Number(amounts.claims),
  };
  return { left, findings: [] };
}
