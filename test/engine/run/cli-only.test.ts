import { stringify } from "yaml";
import { expect, test } from "vitest";
import { judge } from "../../../engine/run/check.ts";
import { shipped } from "../../support/stacks.ts";
import { initech, tierConfig } from "../../support/tiers.ts";
import { directory } from "../../tenants/samples.ts";

const file = (id: string, tier: string): string => {
  const groups = { admins: [`${id}-admins`] };
  return stringify({ ...initech, id, owner: { ...initech.owner, groups }, isolation: { tier } });
};

test("tenants of every tier keep every promise, and a line each says which are not for the direct engine", async () => {
  const dir = directory({
    "initech.yaml": file("initech", "cluster"),
    "hooli.yaml": file("hooli", "virtual"),
    "pied.yaml": file("pied", "pool"),
  });
  const settings = ["virtual", "clusters"].map((it) => `${it}=${tierConfig[`tenantry:${it}`] ?? ""}`);
  const registries = 'registries=["registry.k8s.io/","ghcr.io/"]';
  const stack = shipped("local", [
    `tenants=${dir}`,
    registries,
    'capacity={"cpu":"200","memory":"600Gi"}',
    ...settings,
  ]);
  expect(stack.fleet.faults).toEqual([]);
  const { findings, refusals } = await judge(stack);
  expect(findings).toEqual([]);
  expect(refusals).toEqual([
    expect.stringMatching(/^hooli: tier "virtual" is a Helm release .*: pulumi up -s local$/),
    expect.stringMatching(/^initech: tier "cluster" lives in a cluster of its own, .*: pulumi up -s local$/),
  ]);
});
