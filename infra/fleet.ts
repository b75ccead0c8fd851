import type { LoadedTenant } from "../tenants/data-files.ts";
import { formatFault, quoted, type Fault } from "../tenants/fault.ts";
import { judgeFleet, readTenants, setAside, type FleetLimits } from "../tenants/fleet.ts";
import { isPurged, sinceOf, stateOf } from "../tenants/lifecycle.ts";
import { hostOf, namespaceOf } from "../tenants/names.ts";
import { isolationOf } from "./isolation-settings.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { inShard } from "./shards.ts";

/** A tenant as lists and reports show it. */
export interface FleetTenant {
  id: string;
  /** What people call it. */
  name?: string;
  plan: string;
  tier: string;
  /** Why only the Pulumi CLI can make it; unset for what every way of running can. */
  cliOnly?: string;
  /** E-mail address. */
  owner: string;
  spaces: string[];
  /** In the order of the spaces. */
  namespaces: string[];
  hosts: string[];
  groups: { admins: string[]; users: string[]; viewers: string[] };
  file: string;
  /** Canonical JSON of the parsed tenant: equal text means an equal tenant. */
  digestInput: string;
  /** Where its file says it stands; one that is purged is listed apart. */
  lifecycle: { state: "active" | "suspended" | "offboarding"; since?: string; retentionDays: number };
}

export interface Fleet {
  settings: Settings;
  /** Those of `only` and `shard`, without those set aside. */
  tenants: FleetTenant[];
  /** Of the whole fleet, one line each. A fault that blames no tenant in `aside` stops the run. */
  faults: { tenant?: string; text: string }[];
  /** Ids of tenants whose file says that they were purged: nothing is made for them. */
  purged: string[];
  /** Ids of the tenants to go on without; empty unless `keepGoing`. */
  aside: string[];
}

/** The fleet that a stack's raw configuration describes, judged as a whole, without running the program. Throws on bad settings. */
export function fleet(
  config: Readonly<Record<string, string>>,
  { stack = "local", keepGoing = false }: { stack?: string; keepGoing?: boolean } = {},
): Fleet {
  const settings = parseSettings(config, stack);
  const limits = limitsOf(settings);
  const { purged, ...read } = living(readTenants({ dir: settings.tenants }));
  const faults = [...read.faults, ...judgeFleet(read.tenants, limits)];
  let tenants = read.tenants;
  const aside = new Set<string>();
  // What is kept is judged once more: without its neighbours other things may be wrong with it.
  for (let found = faults; keepGoing && found.some((it) => it.tenant !== undefined);) {
    const { kept, aside: blamed } = setAside(tenants, found);
    for (const id of blamed) aside.add(id);
    if (kept.length === tenants.length) break;
    tenants = kept;
    found = judgeFleet(kept, limits);
    faults.push(...found);
  }
  const known = [...tenants.map(({ tenant }) => tenant.id), ...aside, ...faults.flatMap((it) => it.tenant ?? [])];
  faults.push(...unknownIds(settings.only, known));
  const wanted = tenants.filter(({ tenant: { id } }) => isWanted(id, settings) && inShard(id, settings.shard));
  return {
    settings,
    tenants: wanted.map((it) => summary(it, settings.baseDomain)),
    faults: faults.map((it) => ({ tenant: it.tenant, text: formatFault(it) })),
    purged: purged.filter((id) => isWanted(id, settings) && inShard(id, settings.shard)),
    aside: [...aside].sort(),
  };
}

/** For the program: the tenants it registers and what is wrong with them. With `only`, the files of others are not opened. */
export function tenantsOf(settings: Settings): { tenants: LoadedTenant[]; faults: Fault[] } {
  const { only, shard, tenants: dir } = settings;
  const read = living(readTenants({ dir, only: only.length > 0 ? only : undefined }));
  const missing = unknownIds(read.missing, []);
  const faults = [...read.faults, ...judgeFleet(read.tenants, limitsOf(settings)), ...missing];
  return { tenants: read.tenants.filter(({ tenant }) => inShard(tenant.id, shard)), faults };
}

/** Without the tenants that were purged: they hold no name, no host and no capacity. */
function living<T extends { tenants: LoadedTenant[] }>(read: T): T & { purged: string[] } {
  const [gone, tenants] = [true, false].map((wanted) => read.tenants.filter((it) => isPurged(it.tenant) === wanted));
  return { ...read, tenants: tenants ?? [], purged: (gone ?? []).map((it) => it.tenant.id) };
}

const isWanted = (id: string, { only }: Settings): boolean => only.length === 0 || only.includes(id);

const unknownIds = (only: readonly string[], known: readonly string[]): Fault[] =>
  only
    .filter((id) => !known.includes(id))
    .map((id) => ({ file: "fleet", path: "only", found: quoted(id), allowed: "the id of a tenant in this fleet" }));

const limitsOf = ({ caps, capacity, overcommit, ranges, network, baseDomain, ...more }: Settings): FleetLimits => ({
  tenants: caps.tenants,
  capacity,
  overcommit,
  ranges: [...ranges.nodes, ...ranges.pods, ...ranges.services],
  baseDomain,
  isolation: isolationOf(more),
  hostNames: network.cni !== "other",
});

function summary({ tenant, file }: LoadedTenant, baseDomain: string): FleetTenant {
  const spaces = Object.keys(tenant.spaces);
  return {
    id: tenant.id,
    name: tenant.name,
    plan: tenant.plan,
    tier: tenant.isolation.tier,
    ...cliOnly(tenant.isolation.tier),
    owner: tenant.owner.email,
    spaces,
    namespaces: spaces.map((it) => namespaceOf(tenant.id, it)),
    hosts: spaces.filter((it) => tenant.spaces[it]?.app?.host).map((it) => hostOf(tenant, it, baseDomain)),
    groups: tenant.owner.groups,
    file,
    digestInput: canonical(tenant),
    lifecycle: lifecycleOf(tenant),
  };
}

function lifecycleOf(tenant: LoadedTenant["tenant"]): FleetTenant["lifecycle"] {
  const [state, since] = [stateOf(tenant), sinceOf(tenant)];
  if (state === "purged") throw new Error(`${tenant.id} is purged and belongs to no fleet`);
  return { state, ...(since !== undefined && { since }), retentionDays: tenant.retention.days };
}

/** What the direct engine and rendered manifests leave alone: a chart from a registry, and another cluster than the fleet's. */
function cliOnly(tier: LoadedTenant["tenant"]["isolation"]["tier"]): { cliOnly?: string } {
  if (tier === "virtual") return { cliOnly: 'tier "virtual" is a Helm release of a chart from a registry' };
  if (tier === "cluster") return { cliOnly: 'tier "cluster" lives in a cluster of its own' };
  return {};
}

/** JSON with sorted keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === "object" && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
