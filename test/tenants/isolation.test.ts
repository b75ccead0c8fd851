import { describe, expect, test } from "vitest";
import { formatFault } from "../../tenants/fault.ts";
import { judgeFleet, type FleetLimits } from "../../tenants/fleet.ts";
import type { Isolation } from "../../tenants/isolation.ts";
import type { TenantInput } from "../../tenants/schema.ts";
import { IMAGE, limits, tenantOf } from "./samples.ts";

const all: Isolation = { sandboxes: ["gvisor"], virtual: true, clusters: ["acme"] };
const said = (changes: Partial<TenantInput>, isolation: Partial<Isolation> = {}, more: Partial<FleetLimits> = {}) =>
  judgeFleet([{ tenant: tenantOf(changes), file: "acme.yaml" }], {
    ...limits,
    isolation: { ...all, ...isolation },
    ...more,
  }).map(formatFault);

describe("a tenant gets what the platform has", () => {
  test.each<[Partial<TenantInput>]>([
    [{ plan: "enterprise", isolation: { tier: "namespace" } }],
    [{ plan: "enterprise", isolation: { tier: "pool" } }],
    [{ plan: "enterprise", isolation: { tier: "virtual" } }],
    [{ plan: "enterprise", isolation: { tier: "cluster" } }],
    [{ plan: "sandbox" }],
  ])("%o", (changes) => {
    expect(said(changes)).toEqual([]);
  });
});

describe("and is refused what it has not", () => {
  test("a virtual control plane without its images", () => {
    expect(said({ plan: "enterprise", isolation: { tier: "virtual" } }, { virtual: false })).toEqual([
      'acme.yaml isolation.tier: found "virtual", allowed: another tier, or images and apiServer in the setting tenantry:virtual',
    ]);
  });

  test("a cluster that nobody named for it", () => {
    expect(said({ plan: "enterprise", isolation: { tier: "cluster" } }, { clusters: ["globex"] })).toEqual([
      'acme.yaml isolation.tier: found "cluster", allowed: another tier, or a context in the setting tenantry:clusters.acme',
    ]);
  });

  test("a sandbox without a runtime class", () => {
    expect(said({ plan: "sandbox" }, { sandboxes: ["kata"] })).toEqual([
      'acme.yaml plan: found "sandbox", whose pods run in gvisor, allowed: another plan, or the cluster\'s RuntimeClass in the setting tenantry:sandboxes.gvisor',
    ]);
  });

  test("everything, where nothing is said", () => {
    const nothing = { isolation: undefined };
    for (const tier of ["virtual", "cluster"] as const)
      expect(said({ plan: "enterprise", isolation: { tier } }, {}, nothing)).toHaveLength(1);
    expect(said({ plan: "sandbox" }, {}, nothing)).toHaveLength(1);
  });

  test("a tier its plan does not have, before all else", () => {
    expect(said({ plan: "business", isolation: { tier: "cluster" } }, { clusters: [] })).toEqual([
      'acme.yaml isolation.tier: found "cluster", allowed: "namespace", "pool", "virtual" on plan business',
    ]);
  });
});

test("a virtual control plane takes its part of each space, and the app must fit beside it", () => {
  const spaces = (cpu: string): TenantInput["spaces"] => ({
    api: {
      app: {
        kind: "web",
        image: IMAGE,
        resources: { requests: { cpu, memory: "1Gi" }, limits: { cpu: "4", memory: "1Gi" } },
      },
    },
  });
  // Business guarantees 8 CPU: two pods of 4 while it is updated fill it, and leave nothing for the control plane.
  expect(said({ plan: "business", spaces: spaces("4") })).toEqual([]);
  expect(said({ plan: "business", spaces: spaces("4"), isolation: { tier: "virtual" } })).toEqual([
    "acme.yaml spaces.api.app: found CPU requests of 8 (2 pods of 4, one of them for an update), allowed: at most 7760m, this space's part of plan business",
  ]);
  const small = { a: { share: 0.02 }, b: {} };
  expect(said({ plan: "business", spaces: small, isolation: { tier: "virtual" } })).toEqual([
    expect.stringMatching(
      /^acme\.yaml spaces\.a: found too little for a virtual control plane: cpu, memory, guaranteedCpu/,
    ),
  ]);
});

test("a tenant in a cluster of its own takes nothing from the shared capacity", () => {
  const capacity = { cpu: "1", memory: "1Gi" };
  expect(said({ plan: "enterprise", isolation: { tier: "cluster" } }, {}, { capacity })).toEqual([]);
  expect(said({ plan: "enterprise" }, {}, { capacity })).toHaveLength(2);
});
