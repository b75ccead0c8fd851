import { expect, test } from "vitest";
import { parseSettings } from "../../infra/settings.ts";
import { stackConfig } from "../support/fixtures.ts";

const KEYS =
  "fleet, cloud, context, kubeconfig, runner, baseDomain, ingressClass, registries, platformGroups, deployerGroups, capacity, overcommit, caps, ranges, network, storage, mutation, sandboxes, virtual, clusters, tenants, part, only, shard";
const NEXT = "Change Pulumi.dev.yaml, then: npm run -s tenantry -- check --stack dev";

const parse = (change: Record<string, string | undefined> = {}) => {
  const config = Object.entries({ ...stackConfig, ...change }).filter(([, value]) => value !== undefined);
  return parseSettings(Object.fromEntries(config) as Record<string, string>, "dev");
};

const faults = (change: Record<string, string | undefined>): string[] => {
  try {
    parse(change);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
};

test("a stack's settings are typed, with their defaults", () => {
  expect(parse()).toEqual({
    fleet: "test",
    cloud: "local",
    context: "tenantry-local",
    kubeconfig: ".local/kubeconfig",
    runner: "cli",
    baseDomain: "apps.example.com",
    ingressClass: "tenantry",
    registries: ["ghcr.io/", "registry.k8s.io/"],
    platformGroups: ["system:masters"],
    deployerGroups: ["tenantry:deployers"],
    capacity: { cpu: "80", memory: "300Gi" },
    overcommit: 1.5,
    caps: { tenants: 100 },
    ranges: { nodes: ["192.168.0.0/16"], pods: ["10.244.0.0/16"], services: ["10.96.0.0/16"] },
    network: { cni: "other", dns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, addresses: [] } },
    storage: { refused: ["fast"] },
    mutation: false,
    sandboxes: {},
    clusters: {},
    part: "all",
    only: [],
  });
});

test("lists may be written with commas", () => {
  expect(parse({ "tenantry:only": "acme, globex" }).only).toEqual(["acme", "globex"]);
  expect(parse({ "tenantry:only": '["acme"]' }).only).toEqual(["acme"]);
});

test("other people's keys are left alone", () => {
  expect(parse({ "kubernetes:context": "elsewhere", "pulumi:disable-default-providers": '["*"]' }).context).toBe(
    "tenantry-local",
  );
});

test("an unknown setting is refused with those that exist", () => {
  expect(faults({ "tenantry:fleets": "x" })).toEqual([
    `Pulumi.dev.yaml tenantry:fleets: found an unknown setting, allowed: ${KEYS}`,
    NEXT,
  ]);
});

test("a cluster that exists is never guessed from the current context", () => {
  expect(faults({ "tenantry:cloud": "existing" })).toEqual([
    "Pulumi.dev.yaml tenantry:context: found nothing, allowed: a context of the kubeconfig, by name",
    NEXT,
  ]);
  const settings = parse({ "tenantry:cloud": "existing", "tenantry:context": "kind-x" });
  expect([settings.context, settings.kubeconfig]).toEqual(["kind-x", undefined]);
});

test.each([
  ["cloud", "gke", 'found "gke", allowed: one of "local", "existing"'],
  ["fleet", undefined, "found nothing, allowed: the fleet's name"],
  ["runner", "me", 'found "me", allowed: one of "cli", "direct", "gitops"'],
  ["part", "half", 'found "half", allowed: one of "all", "platform", "tenants"'],
  ["overcommit", "many", 'found "many", allowed: a number from 0.1 to 10'],
  ["overcommit", "11", "found 11, allowed: a number from 0.1 to 10"],
  ["capacity", "80", "found 80, allowed: cpu and memory"],
  ["shard", "9/8", 'found "9/8", allowed: a shard such as 2/8, the first at most the second'],
  ["registries", "[]", "found a list of 0, allowed: at least one image prefix"],
])("%s=%s is refused with what is allowed", (key, value, said) => {
  expect(faults({ [`tenantry:${key}`]: value })).toEqual([`Pulumi.dev.yaml tenantry:${key}: ${said}`, NEXT]);
});

test.each([
  ["registries", '["ghcr.io"]', "registries.0", "image prefixes that end in /, such as ghcr.io/acme/"],
  ["registries", '["*/"]', "registries.0", "image prefixes that end in /, such as ghcr.io/acme/"],
  [
    "ranges",
    '{"nodes":["10.0.0.0"],"pods":["10.1.0.0/16"],"services":["10.2.0.0/16"]}',
    "ranges.nodes.0",
    "CIDRs such as 10.244.0.0/16",
  ],
  ["caps", '{"tenants":0}', "caps.tenants", "a whole number from 1 to 100000"],
  ["network", '{"cni":"flannel"}', "network.cni", 'one of "cilium", "eks", "other"'],
  ["network", '{"dns":{"labels":{}}}', "network.dns.labels", "at least one label of the DNS pods"],
  ["network", '{"dns":{"addresses":["dns.example"]}}', "network.dns.addresses.0", "addresses such as 169.254.20.10"],
  ["network", '{"dns":{"addresses":["169.254.169.254"]}}', "network.dns.addresses.0", "addresses of resolvers"],
  ["network", '{"dns":{"addresses":["fd00:ec2::23"]}}', "network.dns.addresses.0", "addresses of resolvers"],
  ["capacity", '{"cpu":"x","memory":"1Gi"}', "capacity.cpu", 'cores such as "500m" or "2"'],
])("%s=%s is refused at its place", (key, value, place, allowed) => {
  const [first, ...rest] = faults({ [`tenantry:${key}`]: value });
  expect(first).toMatch(new RegExp(`^Pulumi\\.dev\\.yaml tenantry:${place}: found `));
  expect(first?.endsWith(`allowed: ${allowed}`)).toBe(true);
  expect(rest).toEqual([NEXT]);
});

test("all faults are said at once", () => {
  expect(faults({ "tenantry:cloud": "x", "tenantry:fleet": "X", "tenantry:zzz": "1" })).toHaveLength(4);
});

test("an unknown key inside a setting is refused too", () => {
  expect(faults({ "tenantry:caps": '{"tenants":5,"spaces":2}' })[0]).toMatch(
    /tenantry:caps: found the unknown key "spaces"/,
  );
});
