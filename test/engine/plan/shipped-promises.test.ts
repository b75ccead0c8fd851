import { beforeAll, describe, expect, test } from "vitest";
import { checkFleet, checkPlan, summariesOf } from "../../../engine/plan/check.ts";
import type { Plan } from "../../../engine/plan/plan.ts";
import type { Registration } from "../../../engine/plan/registration.ts";
import { judge } from "../../../engine/run/check.ts";
import { GUARDRAILS } from "../../../policy/rules/index.ts";
import { planOfStack, registered, shipped } from "../../support/stacks.ts";

test.each(["local", "dev", "prod"])("the fleet of stack %s keeps every promise", async (name) => {
  const { findings, refusals, resources, rules } = await judge(shipped(name));
  expect([findings, refusals]).toEqual([[], []]);
  expect(resources).toBeGreaterThan(200);
  expect(rules).toBe(GUARDRAILS.length);
});

describe("an object of the shipped fleet that is broken trips its own rule", () => {
  let whole: Plan;
  beforeAll(async () => void (whole = await planOfStack(shipped("local"))));

  type Bag = Record<string, Record<string, unknown>>;
  interface Pod {
    containers: Record<string, unknown>[];
    hostNetwork?: boolean;
    automountServiceAccountToken?: boolean;
  }
  const podOf = ({ inputs }: Registration) =>
    ((inputs["spec"] as Bag)["template"] as { spec: Pod } | undefined)?.spec ?? { containers: [] };
  const BROKEN: [string, string, string, (it: Registration) => void][] = [
    [
      "restricted-namespaces",
      "Namespace",
      "acme-api",
      ({ inputs }) => delete (inputs["metadata"] as Bag)["labels"]?.["pod-security.kubernetes.io/enforce"],
    ],
    ["explicit-provider", "NetworkPolicy", "acme-api-closed", (it) => delete it.provider],
    [
      "pinned-images",
      "Deployment",
      "acme-api-web",
      (it) => Object.assign(podOf(it).containers[0] ?? {}, { image: "registry.k8s.io/x:latest" }),
    ],
    ["sandboxed-pods", "Deployment", "acme-api-web", (it) => void (podOf(it).hostNetwork = true)],
    ["token-free-pods", "Deployment", "acme-api-web", (it) => void (podOf(it).automountServiceAccountToken = true)],
    [
      "internal-services",
      "Service",
      "acme-api-web-service",
      ({ inputs }) => void ((inputs["spec"] as Bag)["type"] = "LoadBalancer" as never),
    ],
    ["protected-namespaces", "Namespace", "acme-api", (it) => void (it.options.protect = false)],
  ];

  test.each(BROKEN)("%s: %s %s", async (rule, type, name, breaking) => {
    const plan: Plan = { ...whole, registrations: structuredClone(whole.registrations) };
    breaking(registered(plan, type, name));
    const findings = [...(await checkPlan(plan, GUARDRAILS)), ...(await checkFleet(summariesOf(plan), GUARDRAILS))];
    expect([...new Set(findings.map((it) => it.rule))]).toEqual([rule]);
  });

  test("guarded-namespaces: a namespace whose quota is missing", async () => {
    const registrations = whole.registrations.filter((it) => it.name !== "acme-api-quota");
    expect(registrations.length).toBe(whole.registrations.length - 1);
    const findings = await checkPlan({ ...whole, registrations }, GUARDRAILS);
    expect([...new Set(findings.map((it) => it.rule))]).toEqual(["guarded-namespaces"]);
  });

  test("capped-fleet and budgets-add-up: too many tenants for the platform", async () => {
    const plan: Plan = { ...whole, registrations: structuredClone(whole.registrations) };
    Object.assign(registered(plan, "Platform").inputs, { caps: { tenants: 5 }, capacity: { cpu: "1", memory: "1Gi" } });
    const findings = await checkFleet(summariesOf(plan), GUARDRAILS);
    expect([...new Set(findings.map((it) => it.rule))].toSorted()).toEqual(["budgets-add-up", "capped-fleet"]);
  });
});
