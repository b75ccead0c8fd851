import { describe, expect, test } from "vitest";
import { fleet } from "../../infra/fleet.ts";
import { parseSettings } from "../../infra/settings.ts";
import { leftToCli, servable } from "../../engine/run/cli-only.ts";
import { shipped } from "../support/stacks.ts";
import { tierConfig } from "../support/tiers.ts";

const virtual = JSON.parse(tierConfig["tenantry:virtual"] ?? "{}") as { images: object; apiServer: object };
const parse = (key: string, value: unknown) =>
  parseSettings({ ...tierConfig, [`tenantry:${key}`]: JSON.stringify(value) }, "local");

test("what a cluster can do for isolation is off unless it is said", () => {
  const { mutation, sandboxes, virtual: planes, clusters } = shipped("dev").fleet.settings as ReturnType<typeof parse>;
  expect([mutation, sandboxes, planes, clusters]).toEqual([false, {}, undefined, {}]);
});

describe("refused, with the place and what is allowed", () => {
  test.each<[string, unknown, string]>([
    ["sandboxes", { runc: "x" }, "tenantry:sandboxes: found the unknown key"],
    ["sandboxes", { gvisor: "No Such" }, "tenantry:sandboxes.gvisor: found"],
    ["mutation", "yes", "tenantry:mutation: found"],
    ["virtual", {}, "tenantry:virtual.images: found nothing"],
    [
      "virtual",
      { ...virtual, images: { ...virtual.images, vcluster: "ghcr.io/loft-sh/vcluster-oss:0.36.1" } },
      "tenantry:virtual.images.vcluster: found",
    ],
    ["virtual", { ...virtual, apiServer: { cidrs: ["10.0.0.0/8"] } }, "allowed: a CIDR of few addresses"],
    ["clusters", { acme: {} }, "tenantry:clusters.acme.context: found nothing"],
    [
      "clusters",
      { acme: { context: "shared" } },
      'tenantry:clusters.acme.context: found "shared", the cluster of the fleet',
    ],
    [
      "clusters",
      { acme: { context: "one" }, globex: { context: "one" } },
      'tenantry:clusters.globex.context: found "one", the cluster of acme',
    ],
  ])("%s %o", (key, value, said) => {
    expect(() => parse(key, value)).toThrow(said);
  });

  test("but one context in two kubeconfigs is two clusters", () => {
    const clusters = { acme: { context: "one", kubeconfig: "a" }, globex: { context: "one", kubeconfig: "b" } };
    expect(parse("clusters", clusters).clusters).toEqual(clusters);
  });
});

describe("the direct engine", () => {
  const stack = shipped("local");
  const [first, second, ...rest] = stack.fleet.tenants;
  if (!first || !second) throw new Error("two tenants are needed");
  const mixed = {
    ...stack,
    fleet: { ...stack.fleet, tenants: [first, { ...second, cliOnly: "it lives elsewhere" }, ...rest] },
  };

  test("leaves to the CLI what only the CLI makes, and serves all others", () => {
    expect(leftToCli(stack)).toEqual([]);
    expect(servable(stack)).toEqual(stack.fleet.tenants);
    expect(servable(mixed)).toEqual([first, ...rest]);
    expect(leftToCli(mixed)).toEqual([
      `${second.id}: it lives elsewhere, which only the Pulumi CLI makes; it is left as it is. ` +
        "Hand the fleet over (npm run -s tenantry -- handover pulumi --stack local), then: pulumi up -s local",
    ]);
    expect(leftToCli(mixed, [first.id])).toEqual([]);
  });

  test("knows them by their tier", () => {
    const { tenants } = fleet(tierConfig, { stack: "local" });
    expect(tenants.filter((it) => it.cliOnly !== undefined)).toEqual([]);
    expect(tenants.map((it) => it.tier)).toContain("pool");
  });
});
