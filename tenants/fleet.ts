import { budgetFindings } from "./budget.ts";
import { capacityFaults, type Capacity } from "./capacity.ts";
import { claimFaults } from "./claims.ts";
import { idOf, lineIn, listFiles, readDataFile, type LoadedTenant } from "./data-files.ts";
import type { Fault } from "./fault.ts";
import { judgeShape } from "./findings.ts";
import { TENANTS } from "./index.ts";
import { judgeTenant, type Surroundings } from "./judge.ts";

/** What the platform can hold, and what of it no tenant may touch. */
export type FleetLimits = Capacity & Surroundings;

export interface Sources {
  /** Tenants as code; the registry of this folder unless given. */
  registry?: readonly { file: string; input: unknown }[];
  /** A directory of data files beside the registry. */
  dir?: string;
  /** Ids to read; the files of others are not opened. */
  only?: readonly string[];
}

export interface Fleet {
  tenants: LoadedTenant[];
  faults: Fault[];
  /** Ids of `only` that neither the registry nor the directory has. */
  missing: string[];
}

/** Reads tenants and judges the shape of each, all faults of all files at once. Never throws on what a file holds. */
export function readTenants({ registry = TENANTS, dir, only }: Sources): Fleet {
  const wanted = only && new Set(only);
  const fleet: Fleet = { tenants: [], faults: [], missing: [] };
  const seen = new Set<string>();
  for (const { file, input } of registry) {
    const id = (input as { id?: unknown } | null | undefined)?.id;
    if (wanted && !(typeof id === "string" && wanted.has(id))) continue;
    const shape = judgeShape(input);
    if ("tenant" in shape) fleet.tenants.push({ tenant: shape.tenant, file });
    else fleet.faults.push(...shape.findings.map((it) => ({ file, ...it, tenant: idOf(file) })));
    seen.add(String(id));
  }
  const names = dir === undefined ? [] : listFiles(dir);
  if (!Array.isArray(names)) fleet.faults.push(names);
  else
    for (const name of names) {
      if (dir === undefined || (wanted && !wanted.has(idOf(name)))) continue;
      const read = readDataFile(dir, name);
      if ("faults" in read) fleet.faults.push(...read.faults);
      else fleet.tenants.push(read);
      seen.add(idOf(name));
    }
  fleet.missing = [...(wanted ?? [])].filter((id) => !seen.has(id));
  return fleet;
}

/**
 * Judges tenants against their plans, each other and the platform, all faults at once. It sees what it is given: judge
 * the whole fleet, not the part about to be applied. A fault without a tenant stays, whoever is set aside.
 */
export function judgeFleet(tenants: readonly LoadedTenant[], limits: FleetLimits): Fault[] {
  const own = tenants.flatMap(({ tenant, file }) =>
    judgeTenant(tenant, limits).map((it): Fault => ({ file, ...it, tenant: tenant.id })),
  );
  const counted = tenants.filter(({ tenant }) => budgetFindings(tenant).length === 0);
  const faults = [...own, ...claimFaults(tenants)].map((it) => {
    const line = lineIn(it.file, it.path);
    return line === undefined ? it : { ...it, line };
  });
  return [...faults, ...capacityFaults(counted, limits)];
}

/** The tenants no fault blames, and the ids of the others: for going on without them. Judge what is kept once more. */
export function setAside(
  tenants: readonly LoadedTenant[],
  faults: readonly Fault[],
): { kept: LoadedTenant[]; aside: string[] } {
  const blamed = new Set(faults.filter((it) => it.tenant !== undefined).map(({ file }) => file));
  const kept = tenants.filter(({ file }) => !blamed.has(file));
  const aside = new Set(faults.flatMap(({ tenant }) => tenant ?? []));
  return { kept, aside: [...aside].filter((id) => !kept.some(({ tenant }) => tenant.id === id)) };
}
