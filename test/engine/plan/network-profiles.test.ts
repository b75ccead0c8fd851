import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { judge } from "../../../engine/run/check.ts";
import { fleet } from "../../../infra/fleet.ts";
import { ruleConfig } from "../../../policy/admission.ts";
import { GUARDRAILS } from "../../../policy/rules/index.ts";
import { planOfStack, shipped } from "../../support/stacks.ts";
import { tenantFile } from "../../support/fleet-tenants.ts";

const dns = { addresses: ["169.254.20.10"] };

/** Stack local with one tenant more, who wants a host name, in a cluster of this profile. */
function stackOf(cni: string, cidrs?: string[]) {
  const dir = mkdtempSync(join(tmpdir(), "profiles-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const egress = [{ fqdn: "api.partner.example", reason: "partner", ...(cidrs && { cidrs }) }];
  writeFileSync(join(dir, "partner.yaml"), tenantFile("partner", { web: {} }, { plan: "free", egress }));
  const overrides = [`tenants=${dir}`, `network=${JSON.stringify({ cni, dns })}`];
  const stack = shipped("local", overrides);
  const read = fleet(stack.config);
  const config = ruleConfig(read.settings);
  return { ...stack, guardrails: () => Promise.resolve({ rules: GUARDRAILS, config }) };
}

test.each([
  ["cilium", undefined, ["kubernetes:cilium.io/v2:CiliumNetworkPolicy"]],
  [
    "eks",
    undefined,
    [
      "kubernetes:networking.k8s.aws/v1alpha1:ApplicationNetworkPolicy",
      "kubernetes:networking.k8s.aws/v1alpha1:ClusterNetworkPolicy",
    ],
  ],
  ["other", ["198.51.100.0/24"], []],
])("on a cluster of %s the program keeps every promise and plans the kinds it has", async (cni, cidrs, kinds) => {
  const stack = stackOf(cni, cidrs);
  expect(stack.fleet.faults).toEqual([]);
  const { findings, refusals } = await judge(stack);
  expect([findings, refusals]).toEqual([[], []]);
  const { registrations } = await planOfStack(stack);
  const custom = registrations.map(({ type }) => type).filter((it) => /cilium|k8s\.aws/.test(it));
  expect([...new Set(custom)].sort()).toEqual(kinds);
});
