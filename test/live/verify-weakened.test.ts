import { describe, expect, test } from "vitest";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { fleetPlane } from "../support/fleet.ts";
import { settles, shows } from "../support/verify-run.ts";
import { GUARDS, withoutPolicy } from "../support/verify-weaknesses.ts";

const plane = fleetPlane((it) => it.ok("up"));
const POLICIES = GUARDRAILS.flatMap(({ rule, admission }) => (admission ? [rule.name] : []));

test("nothing fails while every guard stands", async () => {
  const bindings = await plane.cluster.listAll({
    ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding" },
    labelSelector: "tenantry.dev/part=platform",
  });
  expect(bindings.map((it) => it.metadata.name).toSorted()).toEqual(POLICIES.map((it) => `tenantry-${it}`).toSorted());
  await settles(plane.cluster, []);
});

// Each row also shows that the guard of the row before is back.
describe("without one guard, its checks fail and no others", () => {
  test.each(GUARDS)("%s", async (...weakness) => {
    await shows(plane.cluster, weakness);
  });
  test.each(POLICIES)("the binding of %s", async (rule) => {
    await shows(plane.cluster, withoutPolicy(rule));
  });
});

test("nothing fails once every guard is back", async () => {
  await settles(plane.cluster, []);
});
