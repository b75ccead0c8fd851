import { describe, expect, test } from "vitest";
import { noLiteralSecrets } from "../../policy/rules/no-literal-secrets.ts";
import { pinnedImages } from "../../policy/rules/pinned-images.ts";
import { placedByPlatform } from "../../policy/rules/placed-by-platform.ts";
import { probedAndSizedContainers } from "../../policy/rules/probed-and-sized-containers.ts";
import { sandboxedPods } from "../../policy/rules/sandboxed-pods.ts";
import { tokenFreePods } from "../../policy/rules/token-free-pods.ts";
import { judgePod, PODS } from "../support/admission-judge.ts";
import { violations } from "../support/violations.ts";

const RULES = [
  noLiteralSecrets,
  pinnedImages,
  placedByPlatform,
  probedAndSizedContainers,
  sandboxedPods,
  tokenFreePods,
];

describe("a pod as it should be", () => {
  test.each(RULES.flatMap((guard) => PODS.map(({ kind }) => ({ rule: guard.rule.name, kind, guard }))))(
    "passes $rule as $kind",
    async ({ guard, kind }) => expect(await judgePod(guard, () => undefined, kind)).toEqual([]),
  );
});

test("the platform's own namespaces are not judged, an unlabelled one is", async () => {
  const props = { metadata: { name: "it", namespace: "tenantry-system" }, spec: { hostNetwork: true } };
  const type = "kubernetes:core/v1:Pod";
  expect(await violations(sandboxedPods.rule, { type, props })).toEqual([]);
  const elsewhere = { ...props, metadata: { name: "it" } };
  expect(await violations(sandboxedPods.rule, { type, props: elsewhere })).toEqual([
    "the pod sets hostNetwork, want it unset",
  ]);
  const posing = { ...props, metadata: { ...props.metadata, labels: { "tenantry.dev/tenant": "acme" } } };
  expect(await violations(sandboxedPods.rule, { type, props: posing })).toEqual([
    "the pod sets hostNetwork, want it unset",
  ]);
});

test("patches and lists are no way around", async () => {
  const pod = { spec: { hostNetwork: true } };
  const wanted = ["the pod sets hostNetwork, want it unset"];
  expect(await violations(sandboxedPods.rule, { type: "kubernetes:core/v1:PodPatch", props: pod })).toEqual(wanted);
  const items = [{ apiVersion: "v1", kind: "Pod", ...pod }];
  expect(await violations(sandboxedPods.rule, { type: "kubernetes:core/v1:PodList", props: { items } })).toEqual(
    wanted,
  );
  expect(await violations(sandboxedPods.rule, { type: "kubernetes:core/v1:List", props: { items } })).toEqual(wanted);
});
