import * as policy from "@pulumi/policy";
import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Guardrail } from "../../policy/rules/guardrail.ts";
import { describe, type Registration } from "./registration.ts";
import type { Plan } from "./plan.ts";

/** A promise that a plan breaks. */
export interface Finding {
  rule: string;
  /** The resource, or the fleet as a whole. */
  on: string;
  urn?: string;
  message: string;
  fix?: string;
}

class NotApplicable extends Error {}

/** The SDK exports it without a type. */
const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy: (props: object) => object };

/** Component resources of a plan: their inputs are the summaries that checks over a whole fleet need. */
export const summariesOf = (plan: Plan): Registration[] =>
  plan.registrations.filter((it) => !it.custom && it.type.startsWith("tenantry:"));

/** Configuration of rules by name, as a policy pack's configuration file holds it. */
export type RuleConfig = Readonly<Record<string, object>>;

/** Judges one plan by every rule that needs no more than it. Rules are run as the CLI runs them; none is ever skipped by failing. */
export async function checkPlan(
  plan: Plan,
  guardrails: readonly Guardrail[],
  config: RuleConfig = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const resources = policyResources(plan.registrations);
  const byUrn = new Map(plan.registrations.map((it) => [it.urn, it]));
  const judged = plan.registrations.map((it) => ({ it, args: validationArgs(it, byUrn) }));
  for (const { rule, span } of guardrails) {
    const getConfig = () => config[rule.name] ?? {};
    if ("validateStack" in rule) {
      if (span !== "fleet") findings.push(...(await runStackRule(rule, resources)));
    } else {
      for (const { it, args } of judged) {
        Object.assign(args, { getConfig });
        // Nearly every rule answers at once: waiting for it all the same would cost more than the rule.
        const pending = runResourceRule(rule, it, args, findings);
        if (pending.length > 0) await Promise.all(pending);
      }
    }
  }
  return findings;
}

/** Judges what spans all tenants, on the summaries of every plan together. */
export async function checkFleet(
  summaries: readonly Registration[],
  guardrails: readonly Guardrail[],
): Promise<Finding[]> {
  const resources = policyResources(summaries);
  const findings: Finding[] = [];
  for (const { rule, span } of guardrails) {
    if ("validateStack" in rule && span === "fleet") findings.push(...(await runStackRule(rule, resources)));
  }
  return findings;
}

/** What is still under way when it returns. */
function runResourceRule(
  rule: ResourceValidationPolicy,
  it: Registration,
  args: ResourceValidationArgs,
  findings: Finding[],
): Promise<void>[] {
  const report: ReportViolation = (message) => void findings.push(found(rule, message, it));
  const validations = rule.validateResource === undefined ? [] : [rule.validateResource].flat();
  return validations.flatMap((validate) => guarded(findings, rule, it, () => validate(args, report)) ?? []);
}

function validationArgs(it: Registration, byUrn: ReadonlyMap<string, Registration>): ResourceValidationArgs {
  const provider = it.provider === undefined ? undefined : byUrn.get(it.provider);
  return {
    ...identity(it),
    // Reading what nobody knows yet throws, as under the CLI: a rule never decides on a placeholder.
    props: it.unknowns.length > 0 ? unknownCheckingProxy(it.inputs) : it.inputs,
    provider: provider && { ...identity(provider), props: provider.inputs },
    stackTags: new Map<string, string>(),
    asType: (cls: unknown) => (typeOf(cls) === it.type ? it.inputs : undefined),
    notApplicable: (reason?: string) => {
      throw new NotApplicable(reason);
    },
  } as unknown as ResourceValidationArgs;
}

async function runStackRule(rule: StackValidationPolicy, resources: PolicyResource[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const args = {
    resources,
    stackTags: new Map<string, string>(),
    getConfig: () => ({}),
    notApplicable: (reason?: string) => {
      throw new NotApplicable(reason);
    },
  } as Parameters<StackValidationPolicy["validateStack"]>[0];
  await guarded(findings, rule, undefined, async () => {
    await rule.validateStack(args, (message, urn) =>
      findings.push(
        found(
          rule,
          message,
          resources.find((it) => it.urn === urn),
        ),
      ),
    );
  });
  return findings;
}

/** A rule that throws has judged nothing: that is a finding, never a pass. Undefined when it was done at once. */
function guarded(
  findings: Finding[],
  rule: { name: string },
  on: Named | undefined,
  validate: () => Promise<void> | void,
): Promise<void> | undefined {
  const failed = (error: unknown) => {
    if (!(error instanceof NotApplicable))
      findings.push(found(rule, `could not be judged: ${(error as Error).message}`, on));
  };
  try {
    // A rule may return anything: what it says, it says by reporting.
    const answer: unknown = validate();
    return answer instanceof Promise ? answer.then(() => undefined, failed) : undefined;
  } catch (error) {
    failed(error);
    return undefined;
  }
}

type Named = Pick<Registration, "type" | "name" | "urn">;

const found = (rule: { name: string; remediationSteps?: string }, message: string, on?: Named): Finding => ({
  rule: rule.name,
  on: on ? describe(on) : "the fleet",
  urn: on?.urn,
  message,
  fix: rule.remediationSteps,
});

const identity = (it: Registration) => ({
  type: it.type,
  name: it.name,
  urn: it.urn,
  opts: { ...it.options, additionalSecretOutputs: it.options.additionalSecretOutputs, parent: it.parent },
  isType: (cls: unknown) => typeOf(cls) === it.type,
});

function policyResources(registrations: readonly Registration[]): PolicyResource[] {
  const byUrn = new Map<string, PolicyResource>();
  for (const it of registrations) {
    byUrn.set(it.urn, {
      ...identity(it),
      props: it.inputs,
      dependencies: [],
      propertyDependencies: {},
      asType: (cls: unknown) => (typeOf(cls) === it.type ? it.inputs : undefined),
    } as unknown as PolicyResource);
  }
  for (const it of registrations) {
    const resource = byUrn.get(it.urn);
    if (!resource) continue;
    const known = (urns: string[]) => urns.map((urn) => byUrn.get(urn)).filter((other) => other !== undefined);
    resource.parent = it.parent === undefined ? undefined : byUrn.get(it.parent);
    resource.dependencies = known(it.dependencies);
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(it.propertyDependencies).map(([key, urns]) => [key, known(urns)]),
    );
  }
  return [...byUrn.values()];
}

const typeOf = (cls: unknown): string | undefined => (cls as { __pulumiType?: string }).__pulumiType;
