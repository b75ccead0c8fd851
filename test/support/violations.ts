import {
  unknownCheckingProxy,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import type { Guardrail } from "../../policy/rules/guardrail.ts";

export interface Judged {
  type: string;
  name?: string;
  props: unknown;
  opts?: Partial<ResourceValidationArgs["opts"]>;
  provider?: { type: string; name: string } | undefined;
  config?: Record<string, unknown>;
}

class NotApplicable extends Error {}
const notApplicable = (): never => {
  throw new NotApplicable();
};
/** The SDK marks it internal, but exports it. */
const proxied = unknownCheckingProxy as unknown as (props: unknown) => Record<string, unknown>;
const urnOf = ({ type, name = "it" }: Judged) => `urn:pulumi:test::tenantry::${type}::${name}`;

/** What a resource rule reports about one resource, as the CLI would feed it: through the proxy that throws on unknowns. */
export async function violations(rule: Guardrail["rule"], judged: Judged): Promise<string[]> {
  const { validateResource } = rule as ResourceValidationPolicy;
  const found: string[] = [];
  const args = {
    type: judged.type,
    name: judged.name ?? "it",
    urn: urnOf(judged),
    props: proxied(judged.props),
    opts: { protect: false, ignoreChanges: [], aliases: [], ...judged.opts },
    provider: judged.provider,
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: () => judged.config ?? {},
    notApplicable,
  } as unknown as ResourceValidationArgs;
  if (validateResource === undefined) throw new Error(`${rule.name} judges no single resource`);
  for (const validate of [validateResource].flat())
    try {
      await validate(args, (message) => found.push(message));
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
    }
  return found;
}

/** What a stack rule reports about all resources together. */
export async function stackViolations(rule: Guardrail["rule"], resources: Judged[]): Promise<string[]> {
  const { validateStack } = rule as StackValidationPolicy;
  const found: string[] = [];
  if (validateStack === undefined) throw new Error(`${rule.name} judges no stack`);
  const seen = resources.map((it) => ({ ...it, name: it.name ?? "it", urn: urnOf(it), props: proxied(it.props) }));
  try {
    await validateStack(
      {
        resources: seen as unknown as PolicyResource[],
        stackTags: new Map(),
        getConfig: () => ({}) as never,
        notApplicable,
      },
      (message) => found.push(message),
    );
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
  }
  return found;
}
