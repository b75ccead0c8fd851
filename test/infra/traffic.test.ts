import { expect, test } from "vitest";
import { trafficOf } from "../../infra/traffic.ts";
import { Tenant } from "../../tenants/schema.ts";
import { acme } from "../support/fixtures.ts";

const ranges = { nodes: ["203.0.113.0/24"], pods: ["10.244.0.0/16"], services: ["10.96.0.0/16", "fd00:96::/108"] };
const traffic = (space: string, change: object = {}) => trafficOf(Tenant.parse({ ...acme, ...change }), space, ranges);

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
