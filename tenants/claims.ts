import type { LoadedTenant } from "./data-files.ts";
import { quoted, type Fault } from "./fault.ts";
import { upward } from "./names.ts";

interface Claim {
  by: LoadedTenant;
  path: string;
  /** What is claimed, in the form two claims are compared by. */
  key: string;
}

/**
 * What only one tenant of the fleet may have. Of two data files neither keeps its claim, since nothing says who was first;
 * a tenant of the registry, which was reviewed, keeps its claim against a data file.
 */
export function claimFaults(tenants: readonly LoadedTenant[]): Fault[] {
  const domains = tenants.flatMap((by) =>
    by.tenant.domains.map((key, index) => ({ by, path: `domains[${index}]`, key })),
  );
  return [
    ...clashes(
      tenants.map((by) => ({ by, path: "id", key: by.tenant.id })),
      ({ key }) => [key],
      "an id",
    ),
    ...clashes(domains, ({ key }) => upward(key), "a domain neither the same as, above nor below one"),
    ...clashes(tenants.flatMap(groupsOf), ({ key }) => [key], "a group"),
  ];
}

/** Groups are compared without case, as identity providers do: a shared group would join two tenants. */
function groupsOf(by: LoadedTenant): Claim[] {
  return Object.entries(by.tenant.owner.groups).flatMap(([persona, groups]) =>
    groups.map((group, index) => ({ by, path: `owner.groups.${persona}[${index}]`, key: group.toLowerCase() })),
  );
}

function clashes(claims: readonly Claim[], reach: (claim: Claim) => string[], what: string): Fault[] {
  const holders = new Map<string, Claim[]>();
  for (const claim of claims) {
    const held = holders.get(claim.key);
    if (held) held.push(claim);
    else holders.set(claim.key, [claim]);
  }
  const faults = new Map<Claim, Fault>();
  for (const claim of claims)
    for (const key of reach(claim))
      for (const other of holders.get(key) ?? [])
        if (other.by !== claim.by)
          for (const [loser, winner] of losers(claim, other))
            if (!faults.has(loser)) faults.set(loser, faultOf(loser, winner, what));
  return [...faults.values()];
}

const reviewed = ({ by }: Claim): boolean => by.file.endsWith(".ts");

const losers = (a: Claim, b: Claim): [loser: Claim, winner: Claim][] => {
  if (reviewed(a) !== reviewed(b)) return reviewed(a) ? [[b, a]] : [[a, b]];
  return [
    [a, b],
    [b, a],
  ];
};

function faultOf(loser: Claim, { by, key }: Claim, what: string): Fault {
  const { tenant, file } = loser.by;
  const other = by.tenant.id === tenant.id ? by.file : `${by.tenant.id} (${by.file})`;
  const held = key === loser.key ? "" : `, which has ${quoted(key)}`;
  return {
    file,
    path: loser.path,
    found: quoted(loser.key),
    allowed: `${what} that no other tenant has: see ${other}${held}`,
    tenant: tenant.id,
  };
}
