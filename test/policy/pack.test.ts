import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { admissionPolicies, ruleConfig } from "../../policy/admission.ts";
import { GUARDRAILS } from "../../policy/rules/index.ts";

const SETTINGS = { platformGroups: ["platform"], registries: ["ghcr.io/"], runner: "cli" };
const WITH_TWIN = [
  "closed-networks",
  "contained-deployer",
  "derived-endpoints",
  "frozen-labels",
  "internal-services",
  "kept-guards",
  "kept-to-tier",
  "least-privilege-roles",
  "named-subjects",
  "no-literal-secrets",
  "own-hosts",
  "own-routes",
  "owned-fleet",
  "pinned-images",
  "placed-by-platform",
  "private-claims",
  "probed-and-sized-containers",
  "resting-tenants",
  "restricted-namespaces",
  "sandboxed-pods",
  "tenant-labels",
  "token-free-pods",
];
const RULE_ONLY = [
  "budgets-add-up",
  "capped-fleet",
  "explicit-provider",
  "guarded-namespaces",
  "pinned-charts",
  "protected-namespaces",
];

test("these are the promises, each mandatory and with a line that mends it", () => {
  expect(GUARDRAILS.map((it) => it.rule.name).sort()).toEqual([...WITH_TWIN, ...RULE_ONLY].sort());
  expect(GUARDRAILS.filter(({ rule }) => rule.enforcementLevel !== "mandatory")).toEqual([]);
  expect(GUARDRAILS.filter(({ rule }) => !rule.severity || !rule.description || !rule.remediationSteps)).toEqual([]);
});

test("a stack rule says what it must see, a resource rule needs nothing else", () => {
  const spans = GUARDRAILS.filter((it) => "validateStack" in it.rule).map((it) => [it.rule.name, it.span]);
  expect(spans).toEqual([
    ["budgets-add-up", "fleet"],
    ["capped-fleet", "fleet"],
    ["guarded-namespaces", "tenant"],
    ["kept-to-tier", "tenant"],
    ["resting-tenants", "tenant"],
  ]);
  expect(GUARDRAILS.filter((it) => !("validateStack" in it.rule) && it.span !== undefined)).toEqual([]);
});

test("every twin fails closed, denies, and refuses under the guardrail's name", () => {
  const policies = admissionPolicies(SETTINGS);
  expect(policies.map((it) => it.name).sort()).toEqual(WITH_TWIN.map((it) => `tenantry-${it}`).sort());
  for (const { name, policy, binding } of policies) {
    expect(binding).toMatchObject({ policyName: name, validationActions: ["Deny"] });
    expect(policy).toMatchObject({ failurePolicy: "Fail" });
    const { validations } = policy as { validations: { message: string }[] };
    expect(validations.filter((it) => !it.message.startsWith(`${name.slice("tenantry-".length)}: `))).toEqual([]);
  }
});

test("settings reach the rules under names they know", () => {
  const configured = Object.entries(ruleConfig(SETTINGS)).map(([name, values]) => {
    const schema = GUARDRAILS.find((it) => it.rule.name === name)?.rule.configSchema;
    return [name, Object.keys(values), Object.keys(schema?.properties ?? {})];
  });
  const walls = ["shut", "dnsNamespace", "dnsLabels", "dnsAddresses"];
  expect(configured).toEqual([
    ["closed-networks", walls, walls],
    ["pinned-images", ["registries"], ["registries"]],
  ]);
});

test("the fleet's owner is named in the refusal", () => {
  const [policy] = admissionPolicies(SETTINGS).filter((it) => it.name === "tenantry-owned-fleet");
  expect(JSON.stringify(policy)).toContain(
    'this fleet is run by \\"cli\\": hand it over with npm run -s tenantry -- handover',
  );
});

test("the pack serves: its entry loads under Node and prints the port the CLI connects to", async () => {
  const root = join(import.meta.dirname, "../..");
  const pack = spawn(process.execPath, [join(root, "policy/index.js")], { cwd: join(root, "policy") });
  try {
    const printed = await new Promise<string>((resolve, reject) => {
      let errors = "";
      pack.stderr.on("data", (part: Buffer) => (errors += part.toString()));
      pack.stdout.once("data", (part: Buffer) => resolve(part.toString()));
      pack.once("exit", (code) => reject(new Error(`ended with ${code ?? "a signal"}: ${errors}`)));
    });
    expect(printed).toMatch(/^[0-9]+\n$/);
  } finally {
    pack.kill();
  }
});
