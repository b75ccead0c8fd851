import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ruleConfig } from "../../policy/admission.ts";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import type { AdmissionClient, Answer } from "../support/admission-client.ts";
import { eventually, guarded, MALLORY, refusers, SETTINGS, unguarded } from "../support/admission-fixture.ts";
import { objects, type Generated } from "../support/objects.ts";
import { violations } from "../support/violations.ts";

/** Their twins judge who asks and what was there before, which no rule sees: guardrails-escapes.test.ts tries them. */
const BY_IDENTITY = ["contained-deployer", "frozen-labels", "kept-guards", "owned-fleet", "resting-tenants"];
/** Rules over several objects have no verdict on one. */
const judged = GUARDRAILS.filter(
  (it) => it.admission && "validateResource" in it.rule && !BY_IDENTITY.includes(it.rule.name),
);

let client: AdmissionClient;
beforeAll(async () => {
  client = await guarded(inject("kubeconfig"));
});
afterAll(() => unguarded(client));

test("no policy has a type-checking warning", async () => {
  const found: Record<string, unknown> = {};
  for (const { rule } of GUARDRAILS.filter((it) => it.admission)) {
    const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/guardtest-${rule.name}`;
    const read = () => client.read<{ status?: { observedGeneration?: number; typeChecking?: object } }>(path);
    await eventually(async () => (await read()).status?.observedGeneration === 1);
    found[rule.name] = (await read()).status?.typeChecking;
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((it) => [it, {}])));
});

describe("rule and twin agree", () => {
  const verdicts = new Map<string, { refused: number; admitted: number }>(
    judged.map((it) => [it.rule.name, { refused: 0, admitted: 0 }]),
  );

  test("on every generated object, by name", { timeout: 300_000 }, async () => {
    const all = objects();
    expect(all.length).toBeGreaterThanOrEqual(500);
    const queue = all.values();
    const differences: string[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (const object of queue) differences.push(...(await difference(object)));
      }),
    );
    expect(differences).toEqual([]);
  });

  test("and each guardrail has both admitted and refused", () => {
    const oneSided = [...verdicts].filter(([, it]) => it.refused === 0 || it.admitted === 0);
    expect(oneSided).toEqual([]);
  });

  async function difference({ title, type, manifest }: Generated): Promise<string[]> {
    const ruled = await ruledOut(type, manifest);
    const answer = await client.apply(manifest as never, { as: MALLORY, dryRun: true });
    for (const [name, count] of verdicts) count[ruled.includes(name) ? "refused" : "admitted"]++;
    // Pod Security is asked first, and its refusal ends the request.
    if (answer.message.includes("violates PodSecurity"))
      return ruled.includes("sandboxed-pods") ? [] : [`${title}: only Pod Security refuses`];
    const refused = refusers(answer).filter((it) => verdicts.has(it));
    if (answer.status > 201 && refused.length === 0 && !refusedByIdentity(answer))
      return [`${title}: ${answer.status} ${answer.message}`];
    return refused.join() === ruled.join() ? [] : [`${title}: rules [${ruled.join()}], twins [${refused.join()}]`];
  }
});

const refusedByIdentity = (answer: Answer): boolean => refusers(answer).some((it) => BY_IDENTITY.includes(it));

async function ruledOut(type: string, props: unknown): Promise<string[]> {
  const names: string[] = [];
  for (const { rule } of judged)
    if ((await violations(rule, { type, props, config: ruleConfig(SETTINGS)[rule.name] })).length > 0)
      names.push(rule.name);
  return names.sort();
}
