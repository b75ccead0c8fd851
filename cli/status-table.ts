import type { SpaceStatus, TenantStatus } from "../engine/run/status.ts";
import { table } from "./terminal.ts";

/** One row a tenant; quotas as used/hard of all its spaces together. */
export function statusTable(rows: readonly TenantStatus[], took?: ReadonlyMap<string, number>): string {
  const heading = ["TENANT", "PLAN", "TIER", "SPACES", "CPU used/hard", "MEMORY used/hard", "PODS", "STATE"];
  return table([
    took ? [...heading, "TOOK"] : heading,
    ...rows.map((it) => {
      const ms = took?.get(it.tenant);
      return [
        it.tenant,
        it.plan,
        it.tier,
        it.spaces.map((space) => space.name).join(","),
        sum(it.spaces, "limits.cpu", formatCores),
        sum(it.spaces, "limits.memory", formatGibibytes),
        `${total(it.spaces, (space) => space.pods.ready)}/${total(it.spaces, (space) => space.pods.wanted)}`,
        it.state,
        ...(took ? [ms === undefined ? "-" : `${(ms / 1000).toFixed(1)} s`] : []),
      ];
    }),
  ]);
}

const total = (spaces: readonly SpaceStatus[], of: (space: SpaceStatus) => number): number =>
  spaces.reduce((sum, space) => sum + of(space), 0);

function sum(spaces: readonly SpaceStatus[], key: string, format: (value: number) => string): string {
  const used = total(spaces, ({ quota }) => amount(quota.used[key]));
  const hard = total(spaces, ({ quota }) => amount(quota.hard[key]));
  return hard === 0 ? "-" : `${format(used)}/${format(hard)}`;
}

const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  P: 1e15,
  E: 1e18,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number, near enough to be shown. */
function amount(text = "0"): number {
  const [, digits = "0", suffix = ""] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(digits) * (FACTORS[suffix] ?? 1);
}

const formatCores = (value: number): string => String(Math.round(value * 100) / 100);
const formatGibibytes = (value: number): string => `${Math.round((value / 2 ** 30) * 100) / 100}Gi`;
