import { describe, expect, test } from "vitest";
import { couldGrant } from "../../../engine/verify/rules-review.ts";

const rule = (apiGroups: string[], resources: string[], verbs: string[]) => [{ apiGroups, resources, verbs }];

describe("whether a rule could grant a right", () => {
  test.each([
    ["get", "pods", rule([""], ["pods"], ["get"]), true],
    ["list", "pods", rule([""], ["pods"], ["get"]), false],
    ["get", "pods/exec", rule([""], ["pods"], ["get"]), false],
    ["get", "pods/exec", rule([""], ["pods/exec"], ["get"]), true],
    ["update", "deployments.apps/scale", rule(["apps"], ["*/scale"], ["update"]), true],
    ["update", "deployments.apps", rule(["apps"], ["*/scale"], ["update"]), false],
    ["create", "pods/exec", rule(["*"], ["*"], ["*"]), true],
    ["create", "deployments.apps", rule([""], ["*"], ["*"]), false],
    ["create", "nodes/proxy", [], false],
  ])("%s %s", (verb, name, rules, granted) => {
    expect(couldGrant(rules, verb, name)).toBe(granted);
  });
});
