import { beforeAll, expect, test } from "vitest";
import program from "../../infra/index.ts";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { deploy, type Deployed } from "../support/deploy.ts";
import { stackConfig } from "../support/fixtures.ts";
import { stackViolations, violations } from "../support/violations.ts";

let resources: Deployed[];
beforeAll(async () => {
  ({ resources } = await deploy(program, stackConfig));
});

/** "urn:...::type::name::id" of the provider a resource goes to. */
const providerOf = ({ provider }: Deployed) => {
  const [urn = ""] = provider.split(/::(?=[^:]*$)/);
  return provider === "" ? undefined : { type: "pulumi:providers", name: urn.slice(urn.lastIndexOf("::") + 2) };
};

test("the program keeps every promise that is judged resource by resource", async () => {
  const found: string[] = [];
  for (const { rule } of GUARDRAILS.filter((it) => "validateResource" in it.rule))
    for (const { type, name, protect, inputs, ...rest } of resources) {
      const judged = {
        type,
        name,
        props: inputs,
        opts: { protect },
        provider: providerOf({ type, name, ...rest } as Deployed),
      };
      for (const message of await violations(rule, judged)) found.push(`${rule.name}: ${name}: ${message}`);
    }
  expect(resources.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});

test("and every promise that is judged over all of them", async () => {
  const judged = resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
  const found: string[] = [];
  for (const { rule } of GUARDRAILS.filter((it) => "validateStack" in it.rule))
    for (const message of await stackViolations(rule, judged)) found.push(`${rule.name}: ${message}`);
  expect(found).toEqual([]);
});
