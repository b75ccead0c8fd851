import { expect, test } from "vitest";
import { METADATA } from "../../policy/judging/address-range.ts";
import { derivedEndpoints } from "../../policy/rules/derived-endpoints.ts";
import { keptGuards } from "../../policy/rules/kept-guards.ts";
import { ownRoutes } from "../../policy/rules/own-routes.ts";
import { placedByPlatform } from "../../policy/rules/placed-by-platform.ts";
import { privateClaims } from "../../policy/rules/private-claims.ts";
import { sandboxedPods } from "../../policy/rules/sandboxed-pods.ts";
import { METADATA_RANGES } from "../../tenants/network.ts";
import { container, judgePod, titled, type Case } from "../support/admission-judge.ts";
import { violations } from "../support/violations.ts";

const metadata = { name: "it", namespace: "guardtest-api" };

test("guardrail and tenant files shut the same metadata services", () => {
  expect([...METADATA].sort()).toEqual([...METADATA_RANGES].sort());
});

test.each(["core/v1:ResourceQuota", "networking.k8s.io/v1:NetworkPolicy", "rbac.authorization.k8s.io/v1:RoleBinding"])(
  "kept-guards wants the platform's mark on %s",
  async (type) => {
    const judge = (labels: object, namespace = "guardtest-api") =>
      violations(keptGuards.rule, {
        type: `kubernetes:${type}`,
        props: { metadata: { ...metadata, namespace, labels } },
      });
    const mark = "app.kubernetes.io/managed-by";
    expect(await judge({ [mark]: "tenantry" })).toEqual([]);
    expect(await judge({ [mark]: "Helm" })).toEqual([
      `${type.split(":")[1] ?? ""} "it" is not labelled ${mark}=tenantry, want it, or tenants change it`,
    ]);
    expect(await judge({}, "kube-system")).toEqual([]);
  },
);

test("derived-endpoints refuses both kinds in a tenant's namespace, and nothing elsewhere", async () => {
  const judge = (type: string, namespace: string) =>
    violations(derivedEndpoints.rule, { type: `kubernetes:${type}`, props: { metadata: { name: "it", namespace } } });
  for (const type of ["core/v1:Endpoints", "discovery.k8s.io/v1:EndpointSlice"]) {
    expect(await judge(type, "guardtest-api")).toEqual([
      `${type.split(":")[1] ?? ""} "it" is written by hand, want a service with a selector`,
    ]);
    expect(await judge(type, "kube-system")).toEqual([]);
  }
});

const route = (spec: object, kind = "HTTPRoute") =>
  violations(ownRoutes.rule, {
    type: `kubernetes:gateway.networking.k8s.io/v1:${kind}`,
    props: {
      metadata,
      spec: {
        hostnames: ["shop.guardtest.example"],
        parentRefs: [{ name: "gateway", namespace: "tenantry-gateway" }],
        rules: [{ backendRefs: [{ name: "web" }] }],
        ...spec,
      },
    },
  });
const copy = { requestMirror: { backendRef: { name: "web", namespace: "globex-api" } } };
const AWAY = 'leads to "web" in namespace "globex-api", want the own one';

test.each([
  ["as it should be", {}, []],
  ["without hosts", { hostnames: [] }, ['has host "", want a full name without wildcard']],
  ["of a wildcard", { hostnames: ["*.example"] }, ['has host "*.example", want a full name without wildcard']],
  ["on another's gateway", { parentRefs: [{ name: "g" }] }, ['hangs on "g", want a Gateway in tenantry-gateway']],
  ["to another's service", { rules: [{ backendRefs: [{ name: "web", namespace: "globex-api" }] }] }, [AWAY]],
  ["with copies to another", { rules: [{ filters: [copy] }] }, [AWAY]],
  ["with a backend's copies", { rules: [{ backendRefs: [{ name: "own", filters: [copy] }] }] }, [AWAY]],
])("own-routes judges a route %s", async (_, spec, wanted) =>
  expect(await route(spec)).toEqual(wanted.map((it) => `HTTPRoute "it" ${it}`)),
);

test.each(["Gateway", "ReferenceGrant", "TCPRoute"])("own-routes refuses every %s", async (kind) =>
  expect(await route({}, kind)).toEqual([
    `${kind} "it" is the platform's to make, want one of HTTPRoute, GRPCRoute, TLSRoute`,
  ]),
);

const scratch =
  (spec: object): Case[2] =>
  (pod) =>
    pod.volumes.push({ name: "scratch", ephemeral: { volumeClaimTemplate: { spec } } });
const near =
  (way: string, term: object): Case[2] =>
  (pod) => {
    pod.affinity = { [way]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  };
const ELSEWHERE = "the pod seeks or shuns pods of other namespaces, want its own only";

const CASES: Case[] = [
  [privateClaims, "a fresh ephemeral volume", scratch({}), []],
  [
    privateClaims,
    "an ephemeral volume that is another's",
    scratch({ volumeName: "pv" }),
    ['ephemeral volume "scratch" sets volumeName, want it unset'],
  ],
  [
    privateClaims,
    "an ephemeral volume of no class",
    scratch({ storageClassName: "" }),
    ['ephemeral volume "scratch" sets an empty storageClassName, want it unset'],
  ],
  [placedByPlatform, "pods apart from each other", near("podAntiAffinity", { topologyKey: "zone" }), []],
  [placedByPlatform, "pods apart from everybody", near("podAntiAffinity", { namespaceSelector: {} }), [ELSEWHERE]],
  [placedByPlatform, "pods beside another's", near("podAffinity", { namespaces: ["globex-api"] }), [ELSEWHERE]],
  [
    placedByPlatform,
    "a class of somebody else's",
    (pod) => (pod.priorityClassName = "high"),
    ['the pod has priority class "high", want tenantry-tenant'],
  ],
  [
    sandboxedPods,
    "a device",
    container((it) => (it.resources = { limits: { "nvidia.com/gpu": "1" } })),
    ['container "app" asks for a device, want cpu, memory, ephemeral-storage only'],
  ],
  [sandboxedPods, "a claim of a device", (pod) => (pod.resourceClaims = [{}]), ["the pod claims devices, want none"]],
  [
    sandboxedPods,
    "an SELinux type of its own",
    (pod) => (pod.securityContext.seLinuxOptions = { type: "spc_t" }),
    ["the pod changes SELinux or is a host process, want neither"],
  ],
];

test.each(CASES.map(titled))("$rule judges $title", async ({ guard, change, wanted }) =>
  expect(await judgePod(guard, change)).toEqual(wanted),
);
