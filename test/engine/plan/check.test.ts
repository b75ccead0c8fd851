import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { checkFleet, checkPlan } from "../../../engine/plan/check.ts";
import type { Plan } from "../../../engine/plan/plan.ts";
import type { Registration } from "../../../engine/plan/registration.ts";
import { UNKNOWN } from "../../../engine/plan/values.ts";
import type { Guardrail } from "../../../policy/rules/guardrail.ts";

const registration = (name: string, more: Partial<Registration> = {}): Registration => ({
  urn: `urn:pulumi:s::p::x:y:Thing::${name}`,
  type: "x:y:Thing",
  name,
  custom: true,
  read: false,
  dependencies: [],
  propertyDependencies: {},
  options: {
    protect: true,
    retainOnDelete: false,
    ignoreChanges: [],
    aliases: [],
    additionalSecretOutputs: [],
    deleteBeforeReplace: false,
    customTimeouts: {},
  },
  inputs: { size: 1 },
  secrets: [],
  unknowns: [],
  ...more,
});
const planWith = (...registrations: Registration[]): Plan => ({ registrations, outputs: {} });
const resourceRule = (validateResource: ResourceValidationPolicy["validateResource"], name = "rule"): Guardrail => ({
  rule: { name, description: "", enforcementLevel: "mandatory", remediationSteps: "do this", validateResource },
});
const stackRule = (validateStack: StackValidationPolicy["validateStack"], span?: Guardrail["span"]): Guardrail => ({
  rule: { name: "stack-rule", description: "", enforcementLevel: "mandatory", validateStack },
  span,
});

describe("a rule over one resource", () => {
  test("is asked about each, and its report names resource and fix", async () => {
    const rule = resourceRule(({ name, props }, report) => {
      if (props["size"] === 2) report(`${name} is 2`);
    });
    const plan = planWith(registration("a"), registration("b", { inputs: { size: 2 } }));
    expect(await checkPlan(plan, [rule])).toEqual([
      { rule: "rule", on: "b (Thing)", urn: "urn:pulumi:s::p::x:y:Thing::b", message: "b is 2", fix: "do this" },
    ]);
  });

  test.each<[string, ResourceValidationPolicy["validateResource"]]>([
    [
      "throws",
      () => {
        throw new Error("oops");
      },
    ],
    ["rejects", () => Promise.reject(new Error("oops"))],
    [
      "throws in one of its parts",
      [
        () => undefined,
        () => {
          throw new Error("oops");
        },
      ],
    ],
  ])("that %s has judged nothing: a finding, and the next rule is asked all the same", async (_, validate) => {
    const next = resourceRule((_args, report) => report("seen"), "next");
    const findings = await checkPlan(planWith(registration("a")), [resourceRule(validate), next]);
    expect(findings.map((it) => `${it.rule}: ${it.message}`)).toEqual([
      "rule: could not be judged: oops",
      "next: seen",
    ]);
  });

  test("may say that it does not apply", async () => {
    const rule = resourceRule((args, report) => {
      args.notApplicable("not mine");
      report("never");
    });
    expect(await checkPlan(planWith(registration("a")), [rule])).toEqual([]);
  });

  test("never decides on a value nobody knows", async () => {
    const rule = resourceRule(({ props }, report) => {
      if (props["size"] !== 3) report("want 3");
    });
    const unknown = registration("a", { inputs: { size: UNKNOWN }, unknowns: [["size"]] });
    const [finding, ...more] = await checkPlan(planWith(unknown), [rule]);
    expect([more, finding?.message]).toEqual([[], expect.stringMatching(/^could not be judged: /)]);
  });

  test("sees options, provider and type", async () => {
    const provider = registration("cluster", { type: "pulumi:providers:kubernetes", urn: "urn:cluster" });
    const rule = resourceRule((args, report) => {
      const Thing = { __pulumiType: "x:y:Thing" };
      if (!args.isType(Thing as never)) return;
      report(`${args.opts.protect} ${args.provider?.name} ${JSON.stringify(args.asType(Thing as never))}`);
    });
    const found = await checkPlan(planWith(registration("a", { provider: "urn:cluster" }), provider), [rule]);
    expect(found.map((it) => it.message)).toEqual(['true cluster {"size":1}']);
  });

  test("gets its configuration by name", async () => {
    const rule = resourceRule((args, report) => report(JSON.stringify(args.getConfig())));
    const plan = planWith(registration("a"));
    expect((await checkPlan(plan, [rule], { rule: { most: 3 } })).map((it) => it.message)).toEqual(['{"most":3}']);
    expect((await checkPlan(plan, [rule])).map((it) => it.message)).toEqual(["{}"]);
  });
});

describe("a rule over a stack", () => {
  test("sees every resource with its parents and dependencies", async () => {
    const [a, b] = [registration("a"), registration("b")];
    b.parent = a.urn;
    b.dependencies = [a.urn, "urn:elsewhere"];
    b.propertyDependencies = { size: [a.urn] };
    const rule = stackRule(({ resources }, report) => {
      const it = resources.find((one) => one.name === "b");
      report(`${it?.parent?.name} ${it?.dependencies.length} ${it?.propertyDependencies["size"]?.[0]?.name}`, it?.urn);
    });
    const [finding] = await checkPlan(planWith(a, b), [rule]);
    expect(finding).toMatchObject({ message: "a 1 a", on: "b (Thing)", urn: b.urn });
  });

  test("that throws is a finding of the whole fleet", async () => {
    const rule = stackRule(() => {
      throw new Error("oops");
    });
    expect(await checkPlan(planWith(), [rule])).toMatchObject([
      { on: "the fleet", message: "could not be judged: oops" },
    ]);
  });

  test("that spans the fleet is asked once about all, never about a part", async () => {
    const rule = stackRule(({ resources }, report) => report(`${resources.length} seen`), "fleet");
    const [a, b] = [registration("a"), registration("b")];
    expect(await checkPlan(planWith(a, b), [rule])).toEqual([]);
    expect((await checkFleet([a, b], [rule])).map((it) => it.message)).toEqual(["2 seen"]);
    expect(await checkFleet([a], [stackRule((_args, report) => report("never"), "tenant")])).toEqual([]);
  });
});
