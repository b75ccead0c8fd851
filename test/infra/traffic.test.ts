import { expect, test } from "vitest";
import { egressFloorOf, shutRanges, trafficOf } from "../../infra/traffic.ts";
import { Tenant } from "../../tenants/schema.ts";
import { acme } from "../support/fixtures.ts";

const ranges = { nodes: ["203.0.113.0/24"], pods: ["10.244.0.0/16"], services: ["10.96.0.0/16", "fd00:96::/108"] };
const dns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, addresses: [] as string[] };
const cluster = (network: object = {}): Parameters<typeof trafficOf>[2] => ({
  ranges,
  network: { cni: "other", dns, ...network },
});
const traffic = (space: string, change: object = {}, network: object = {}) =>
  trafficOf(Tenant.parse({ ...acme, ...change }), space, cluster(network));

test("the gateway reaches the port of an app with a host name, and no other", () => {
  expect(traffic("api").gatewayPorts).toEqual([8080]);
  const inside = { api: { app: { ...acme.spaces.api.app, host: false } }, jobs: {} };
  expect(traffic("api", { spaces: inside }).gatewayPorts).toEqual([]);
  expect(traffic("jobs").gatewayPorts).toEqual([]);
});

test("an edge that is written twice is one edge", () => {
  const edges = [{ from: "jobs", to: "api", port: 8080 }];
  expect(traffic("jobs", { edges }).to).toEqual([{ namespace: "acme-api", port: 8080 }]);
  expect(traffic("api", { edges }).from).toEqual([{ namespace: "acme-jobs", port: 8080 }]);
});

test("an edge to the own space lets its pods talk to each other", () => {
  const own = traffic("api", { edges: [{ from: "api", to: "api", port: 9000 }] });
  expect(own.from).toContainEqual({ namespace: "acme-api", port: 9000 });
  expect(own.to).toContainEqual({ namespace: "acme-api", port: 9000 });
});

test("a range of the cluster inside an egress range is cut out of it", () => {
  const egress = [{ cidr: "203.0.112.0/20", reason: "partner" }];
  expect(traffic("api", { egress }).egress).toEqual([
    { cidr: "203.0.112.0/20", ports: [443], except: ["203.0.113.0/24"] },
  ]);
});

test("egress into a range of the cluster is refused", () => {
  const egress = [{ cidr: "10.244.7.0/24", reason: "a pod" }];
  expect(() => traffic("api", { egress })).toThrow("egress to 10.244.7.0/24 lies within 10.244.0.0/16");
});

test("the ranges that stay shut are said once: one within another adds nothing", () => {
  const nested = { nodes: ["10.0.0.0/8"], pods: ["10.244.0.0/16"], services: ["10.96.0.0/16", "fd00:96::/108"] };
  const shut = shutRanges(nested);
  expect(shut).toEqual(expect.arrayContaining(["10.0.0.0/8", "fd00:96::/108", "169.254.0.0/16", "fd00:ec2::/32"]));
  expect(shut.filter((it) => it.startsWith("10."))).toEqual(["10.0.0.0/8"]);
});

const partner = { fqdn: "api.partner.example", ports: [443, 8443], reason: "partner" };
const named = [{ name: "api.partner.example", ports: [443, 8443] }];

test("a host name is opened by name where the network plug-in can, and by its ranges where it cannot", () => {
  const egress = [{ ...partner, cidrs: ["198.51.100.0/24", "2001:db8:7::/48"] }];
  const byRange = traffic("api", { egress });
  expect(byRange.byName).toBeUndefined();
  expect(byRange.egress).toEqual([
    { cidr: "198.51.100.0/24", ports: [443, 8443], except: [] },
    { cidr: "2001:db8:7::/48", ports: [443, 8443], except: [] },
  ]);
  for (const cni of ["cilium", "eks"]) {
    const byName = traffic("api", { egress }, { cni });
    expect(byName.egress).toEqual([]);
    expect(byName.byName).toMatchObject({ form: cni, names: named });
  }
});

test("a tenant without host names needs no kind of the network plug-in", () => {
  expect(traffic("api", {}, { cni: "cilium" })).toEqual(traffic("api"));
});

test("behind a host name everything of the cluster stays shut, but for the resolvers on its nodes", () => {
  const addresses = ["169.254.20.10", "10.96.0.10"];
  const { byName, resolvers } = traffic("api", { egress: [partner] }, { cni: "cilium", dns: { ...dns, addresses } });
  expect(resolvers.addresses).toEqual(["169.254.20.10/32", "10.96.0.10/32"]);
  expect(byName?.shut).toEqual([
    { cidr: "203.0.113.0/24", except: [] },
    { cidr: "10.244.0.0/16", except: [] },
    { cidr: "10.96.0.0/16", except: ["10.96.0.10/32"] },
    { cidr: "fd00:96::/108", except: [] },
    { cidr: "169.254.0.0/16", except: ["169.254.20.10/32"] },
    ...["fe80::/10", "fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32"].map((cidr) => ({ cidr, except: [] })),
  ]);
});

test("on EKS a floor beneath all policies shuts metadata, and nodes that are not the pods' own network", () => {
  const dnsOnNode = { ...dns, addresses: ["169.254.20.10"] };
  expect(egressFloorOf(cluster({ cni: "eks", dns: dnsOnNode }))).toEqual({
    shut: [
      ...["203.0.113.0/24", "169.254.0.0/16", "fe80::/10"],
      ...["fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32"],
    ],
    left: ["169.254.20.10/32"],
  });
  const shared = { ...cluster({ cni: "eks" }), ranges: { ...ranges, nodes: ["10.0.0.0/8"] } };
  expect(egressFloorOf(shared)?.shut[0]).toBe("169.254.0.0/16");
  expect(egressFloorOf(cluster({ cni: "cilium" }))).toBeUndefined();
});
