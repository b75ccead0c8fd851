import { describe, expect, test } from "vitest";
import { frozenLabels } from "../../policy/rules/frozen-labels.ts";
import { guardedNamespaces, QUOTA_KEYS } from "../../policy/rules/guarded-namespaces.ts";
import { protectedNamespaces } from "../../policy/rules/protected-namespaces.ts";
import { restrictedNamespaces } from "../../policy/rules/restricted-namespaces.ts";
import { tenantLabels } from "../../policy/rules/tenant-labels.ts";
import { tenantNamespace } from "../support/admission-bases.ts";
import { stackViolations, violations } from "../support/violations.ts";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const type = NAMESPACE;
const namespace = (name: string, labels: Record<string, string | undefined> = {}) => {
  const { metadata } = tenantNamespace(name);
  return { metadata: { ...metadata, labels: { ...metadata.labels, ...labels } } };
};

describe("restricted-namespaces", () => {
  const judge = (props: object) => violations(restrictedNamespaces.rule, { type, props });
  test("passes a namespace as the platform makes it", async () =>
    expect(await judge(namespace("guardtest-api"))).toEqual([]));
  test("names each label that is weaker or loose", async () => {
    const weak = namespace("guardtest-api", {
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/enforce-version": "latest",
      "pod-security.kubernetes.io/audit": undefined,
    });
    expect(await judge(weak)).toEqual([
      'namespace "guardtest-api" has pod-security.kubernetes.io/enforce "baseline", want restricted',
      'namespace "guardtest-api" has pod-security.kubernetes.io/enforce-version "latest", want v1.36',
      'namespace "guardtest-api" has pod-security.kubernetes.io/audit unset, want restricted',
    ]);
  });
});

describe("tenant-labels", () => {
  const judge = (props: object, kind = NAMESPACE) => violations(tenantLabels.rule, { type: kind, props });
  test("passes a tenant's namespace and the platform's own", async () => {
    expect(await judge(namespace("guardtest-api"))).toEqual([]);
    expect(await judge({ metadata: { name: "tenantry-system", labels: { "tenantry.dev/part": "platform" } } })).toEqual(
      [],
    );
  });
  test("refuses a namespace that is nobody's", async () =>
    expect(await judge({ metadata: { name: "loose" } })).toEqual([
      'namespace "loose" has neither tenantry.dev/tenant nor tenantry.dev/part=platform, want one of them',
    ]));
  test("refuses a tenant posing as the platform", async () =>
    expect(await judge(namespace("guardtest-api", { "tenantry.dev/part": "platform" }))).toEqual([
      'namespace "guardtest-api" is labelled tenantry.dev/part=platform, want that only on the platform\'s own names and without a tenant',
    ]));
  test("refuses a platform namespace given to a tenant", async () =>
    expect(await judge(namespace("kube-system"))).toEqual([
      'namespace "kube-system" is given to tenant "guardtest", want a name that is not reserved',
    ]));
  test("refuses another tenant's label inside a namespace", async () =>
    expect(
      await judge(
        {
          metadata: {
            name: "it",
            namespace: "acme-api",
            labels: { "tenantry.dev/tenant": "globex", "tenantry.dev/fleet": "f" },
          },
        },
        "kubernetes:core/v1:ConfigMap",
      ),
    ).toEqual(['ConfigMap "it" in namespace "acme-api" has tenantry.dev/tenant "globex", want "acme"']));
  test("refuses objects without labels, and the default namespace", async () => {
    expect(await judge({ metadata: { name: "it", namespace: "acme-api" } }, "kubernetes:core/v1:Secret")).toEqual([
      'Secret "it" in namespace "acme-api" has tenantry.dev/tenant unset, want "acme"',
      'Secret "it" in namespace "acme-api" has tenantry.dev/fleet unset, want the fleet\'s name',
    ]);
    expect(await judge({ metadata: { name: "it" } }, "kubernetes:core/v1:Secret")).toEqual([
      'Secret "it" in namespace "default": want a namespace of a tenant or of the platform',
    ]);
  });
  test("leaves cluster-wide kinds alone", async () =>
    expect(await judge({ metadata: { name: "it" } }, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")).toEqual(
      [],
    ));
});

test("frozen-labels refuses guards that ignore changes", async () => {
  const judge = (ignoreChanges: string[]) =>
    violations(frozenLabels.rule, { type, props: namespace("guardtest-api"), opts: { ignoreChanges } });
  expect(await judge([])).toEqual([]);
  expect(await judge(["metadata.labels"])).toEqual([
    'Namespace "guardtest-api" ignores changes of "metadata.labels", want none ignored on a guard',
  ]);
});

test("protected-namespaces wants namespaces and volumes protected", async () => {
  const judge = (kind: string, props: object, protect: boolean) =>
    violations(protectedNamespaces.rule, { type: kind, props, opts: { protect } });
  expect(await judge(type, namespace("guardtest-api"), true)).toEqual([]);
  expect(await judge(type, namespace("guardtest-api"), false)).toEqual([
    'Namespace "guardtest-api" is not protected, want protect: true',
  ]);
  expect(await judge("kubernetes:core/v1:PersistentVolume", { metadata: { name: "pv" } }, false)).toEqual([
    'PersistentVolume "pv" is not protected, want protect: true',
  ]);
  expect(await judge(type, { metadata: { name: "tenantry-system" } }, false)).toEqual([]);
});

describe("guarded-namespaces", () => {
  const metadata = { name: "it", namespace: "guardtest-api" };
  const hard = Object.fromEntries(QUOTA_KEYS.map((key) => [key, "0"]));
  const guards = {
    namespace: { type, props: namespace("guardtest-api") },
    quota: { type: "kubernetes:core/v1:ResourceQuota", props: { metadata, spec: { hard } } },
    limits: { type: "kubernetes:core/v1:LimitRange", props: { metadata, spec: { limits: [{ type: "Container" }] } } },
    closed: {
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      props: { metadata, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    },
  };
  const judge = (changed: Partial<Record<keyof typeof guards, unknown>>) =>
    stackViolations(
      guardedNamespaces.rule,
      Object.values({ ...guards, ...changed } as typeof guards).filter((it) => it !== undefined),
    );
  const quota = (spec: object) => ({ quota: { ...guards.quota, props: { metadata, spec } } });
  const closed = (spec: object) => ({ closed: { ...guards.closed, props: { metadata, spec } } });

  test("passes a namespace with all three", async () => expect(await judge({})).toEqual([]));
  test("names each guard that is gone", async () =>
    expect(await judge({ quota: undefined, limits: undefined, closed: undefined })).toEqual([
      'namespace "guardtest-api" has no ResourceQuota without scopes, want one',
      'namespace "guardtest-api" has no LimitRange for containers, want one',
      'namespace "guardtest-api" has no default-deny both ways, want a NetworkPolicy for all pods',
    ]));
  test("names a quota's missing keys", async () => {
    const less = Object.fromEntries(Object.entries(hard).filter(([key]) => key !== "count/pods"));
    expect(await judge(quota({ hard: less }))).toEqual([
      'namespace "guardtest-api" has a quota without count/pods, want every key',
    ]);
  });
  test("does not count a scoped quota, nor allows load balancers", async () => {
    expect(await judge(quota({ hard, scopes: ["BestEffort"] }))).toEqual([
      'namespace "guardtest-api" has no ResourceQuota without scopes, want one',
    ]);
    expect(await judge(quota({ hard: { ...hard, "services.loadbalancers": "1" } }))).toEqual([
      'namespace "guardtest-api" allows services.loadbalancers 1, want 0',
    ]);
  });
  test.each([
    ["one way only", { podSelector: {}, policyTypes: ["Ingress"] }],
    ["some pods only", { podSelector: { matchLabels: { a: "b" } }, policyTypes: ["Ingress", "Egress"] }],
    ["letting somebody in", { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}] }],
  ])("does not take a policy %s for a default-deny", async (_, spec) =>
    expect(await judge(closed(spec))).toEqual([
      'namespace "guardtest-api" has no default-deny both ways, want a NetworkPolicy for all pods',
    ]),
  );
  test("misses the namespace of a space that a tenant has", async () => {
    const tenant = {
      type: "tenantry:tenancy:Tenant",
      props: { tenant: "guardtest", spaces: [{ name: "api" }, { name: "jobs" }] },
    };
    expect(await stackViolations(guardedNamespaces.rule, [...Object.values(guards), tenant])).toEqual([
      'namespace "guardtest-jobs" is missing, want one for each space',
    ]);
    const outputs = { ...tenant, props: { namespaces: ["guardtest-api", "guardtest-more"] } };
    expect(await stackViolations(guardedNamespaces.rule, [...Object.values(guards), outputs])).toEqual([
      'namespace "guardtest-more" is missing, want one for each space',
    ]);
  });
});
