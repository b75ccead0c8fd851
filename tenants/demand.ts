import type { App } from "./app.ts";
import { planOf, resourcesOf } from "./budget.ts";
import type { Finding } from "./fault.ts";
import type { Budget } from "./plans.ts";
import { formatBytes, formatCpu, milli } from "./quantity.ts";
import type { Tenant } from "./schema.ts";

/** Scratch space a container may fill that states none, as the LimitRange of its namespace says. A pod has one container. */
export const SCRATCH = "256Mi";

/** The most pods an app has at once: an update starts one more first, unless a volume allows only one. */
export const podsOf = (app: App): number => app.replicas.max + (app.volume ? 0 : 1);

/** Where an app asks for more than a container or its space may have. */
export function demandFindings(tenant: Tenant, space: string, app: App, budget: Budget): Finding[] {
  const at = `spaces.${space}.app`;
  return [...containerFindings(tenant, at, app), ...spaceFindings(tenant, at, app, budget)];
}

function containerFindings(tenant: Tenant, at: string, app: App): Finding[] {
  const { requests, limits } = resourcesOf(tenant, app);
  const { max } = planOf(tenant).container;
  return (["cpu", "memory"] as const).flatMap((kind) => {
    const findings: Finding[] = [];
    if (milli(limits[kind]) > milli(max[kind]))
      findings.push({
        path: `${at}.resources.limits.${kind}`,
        found: `"${limits[kind]}"`,
        allowed: `at most ${max[kind]} a container on plan ${tenant.plan}`,
      });
    if (milli(requests[kind]) > milli(limits[kind]))
      findings.push({
        path: `${at}.resources.requests.${kind}`,
        found: `"${requests[kind]}"`,
        allowed: `at most the limit, ${limits[kind]}`,
      });
    return findings;
  });
}

function spaceFindings(tenant: Tenant, at: string, app: App, budget: Budget): Finding[] {
  const { requests, limits } = resourcesOf(tenant, app);
  const pods = podsOf(app);
  const surge = app.volume ? "" : ", one of them for an update";
  const findings: Finding[] = [];
  const check = (what: string, each: string, most: string, format: (value: bigint) => string): void => {
    const total = milli(each) * BigInt(pods);
    if (total > milli(most))
      findings.push({
        path: at,
        found: `${what} of ${format(total)} (${pods} pods of ${each}${surge})`,
        allowed: `at most ${most}, this space's part of plan ${tenant.plan}`,
      });
  };
  check("CPU requests", requests.cpu, budget.guaranteed.cpu, formatCpu);
  check("memory requests", requests.memory, budget.guaranteed.memory, formatBytes);
  check("CPU limits", limits.cpu, budget.cpu, formatCpu);
  check("memory limits", limits.memory, budget.memory, formatBytes);
  check("scratch space", SCRATCH, budget.ephemeralStorage, formatBytes);
  if (app.volume && milli(app.volume.size) > milli(budget.storage))
    findings.push({
      path: `${at}.volume.size`,
      found: `"${app.volume.size}"`,
      allowed: `at most ${budget.storage}, this space's part of plan ${tenant.plan}`,
    });
  const objects = [
    ["pods", pods],
    ["services", 1],
    ["deployments", 1],
    ["claims", app.volume ? 1 : 0],
    ["ingresses", app.host ? 1 : 0],
    ["secrets", Object.keys(app.secrets).length > 0 ? 1 : 0],
  ] as const;
  for (const [kind, count] of objects)
    if (count > budget[kind])
      findings.push({
        path: at,
        found: `${count} ${kind}${kind === "pods" ? surge : ""}`,
        allowed: `at most ${budget[kind]}, this space's part of plan ${tenant.plan}`,
      });
  return findings;
}
