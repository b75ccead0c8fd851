import fc from "fast-check";
import { PLANS, type PlanName } from "../../tenants/plans.ts";
import type { TenantInput } from "../../tenants/schema.ts";
import { IMAGE } from "./samples.ts";

// Those that ask nothing of the cluster but sums.
const plan = fc.constantFrom(...(Object.keys(PLANS) as PlanName[]).filter((it) => !("sandbox" in PLANS[it])));
const optional = <T>(it: fc.Arbitrary<T>, freq = 2) => fc.option(it, { nil: undefined, freq });

/** Figures that divide badly, beside round ones. */
const cores = fc.oneof(
  fc.integer({ min: 1, max: 40_000 }).map((it) => `${it}m`),
  fc.integer({ min: 1, max: 40 }).map(String),
  fc.integer({ min: 1, max: 9_999 }).map((it) => (it / 1000).toFixed(3)),
);
const bytes = fc.oneof(
  fc.integer({ min: 1, max: 99_999 }).map((it) => `${it}Mi`),
  fc.integer({ min: 1, max: 200 }).map((it) => `${it}Gi`),
  fc.integer({ min: 1, max: 99_999_999 }).map((it) => `${it}Ki`),
);
const share = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map((it) => it / 100),
  fc.constantFrom(1 / 3, 1 / 7, 0.333333, 0.3333334, 0.1, 0.2, 0.7, 0.5, 0.50000001, 1),
  fc.double({ min: 0.01, max: 0.4, noNaN: true }),
);
const app = fc.record({
  kind: fc.constant("web" as const),
  image: fc.constant(IMAGE),
  host: fc.boolean(),
  replicas: fc.integer({ min: 1, max: 12 }).map((it) => ({ min: 1, max: it })),
  resources: optional(
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }))
      .map(([cpu, memory, more]) => ({
        requests: { cpu: `${cpu * 10}m`, memory: `${memory * 10}Mi` },
        limits: { cpu: `${cpu * 10 * more}m`, memory: `${memory * 10 * more}Mi` },
      })),
  ),
});
const volume = { size: "3Gi", mountPath: "/data" };
const space = fc
  .record({ share: optional(share, 1), app: optional(app, 1), volume: fc.boolean() })
  .map(({ share: part, app: it, volume: holds }) => ({
    ...(part !== undefined && { share: part }),
    ...(it && { app: holds ? { ...it, replicas: { min: 1, max: 1 }, volume } : it }),
  }));
const tenant = fc.record({
  plan,
  overrides: fc.record(
    { cpu: cores, memory: bytes, storage: bytes, pods: fc.integer({ min: 1, max: 300 }) },
    { requiredKeys: [] },
  ),
  plain: fc.integer({ min: 0, max: 3 }),
  spaces: fc.oneof(
    { weight: 3, arbitrary: fc.array(space, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(space, { minLength: 1, maxLength: 11 }) },
  ),
});
/** Fleets of every sort: sound, over, and at the very edge. */
export const fleet = fc.record({
  tenants: fc.array(tenant, { minLength: 1, maxLength: 4 }),
  most: fc.integer({ min: 1, max: 4 }),
  capacity: fc.record({ cpu: cores, memory: bytes }),
  /** Half of the fleets stand at the edge of what fits: rounding shows nowhere else. */
  edge: fc.constantFrom(undefined, undefined, -1n, 0n),
  overcommit: fc.oneof(
    fc.integer({ min: 100, max: 4000 }).map((it) => it / 1000),
    fc.double({ min: 0.1, max: 10, noNaN: true }),
  ),
});

type Drawn = typeof tenant extends fc.Arbitrary<infer T> ? T : never;
export type DrawnFleet = typeof fleet extends fc.Arbitrary<infer T> ? T : never;

export function inputOf({ plan: name, overrides, plain, spaces }: Drawn, index: number): TenantInput {
  return {
    schemaVersion: 1,
    id: `t${index}`,
    owner: { email: "a@b.example" },
    plan: name,
    // Most stay as their plan has them, or hardly any fleet would be sound.
    overrides: plain > 0 ? {} : overrides,
    spaces: Object.fromEntries(spaces.map((it, at) => [`s${at}`, it])),
  };
}
