import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AdmissionClient } from "../support/admission-client.ts";
import { verdicts } from "../support/network-analysis.ts";
import { NetworkAttacker, stranger } from "../support/network-attacker.ts";
import { passes } from "../support/network-evaluator.ts";
import { hostilePolicies } from "../support/network-hostile.ts";
import { everyPair, surroundings, title } from "../support/network-pairs.ts";
import { CLUSTER, networkPlane, SHUT } from "../support/network-plane.ts";

const { plane, graph, known, crosses } = networkPlane();
/** Addresses of others, some of them just beside what a tenant declared. */
const OUTSIDE = ["203.0.113.9", "8.8.8.8", "1.1.1.1", "198.51.99.255", "198.51.101.1", "2001:db8:ffff::1"];

test("every pair of pods of twenty tenants, on every port: what is open is what the files declare, and nothing crosses", async () => {
  const edges = (await everyPair(plane.cluster, graph)).filter(known);
  const tenants = new Set(edges.flatMap((it) => graph.tenantOf(it.from.pod.namespace) ?? []));
  expect(tenants.size).toBe(20);
  expect(edges.filter((it) => it.cyclonus !== it.declared).map(title)).toEqual([]);
  expect(edges.filter((it) => it.evaluator !== it.declared).map(title)).toEqual([]);
  expect(edges.filter((it) => it.letIn !== it.declaredIn).map(title)).toEqual([]);
  const between = edges.filter(crosses);
  // 380 ordered pairs of tenants, two spaces each.
  expect(new Set(between.map((it) => `${it.from.pod.namespace} ${it.to.pod.namespace}`)).size).toBe(380 * 4);
  expect(between.filter((it) => it.cyclonus || it.evaluator)).toEqual([]);
  // The declared edges are open, so that a matrix of nothing at all would fail.
  const open = edges.filter(
    (it) => it.cyclonus && graph.tenantOf(it.from.pod.namespace) && graph.tenantOf(it.to.pod.namespace),
  );
  expect(new Set(open.map((it) => `${it.from.pod.namespace} ${it.to.pod.namespace} ${it.traffic.port}`))).toEqual(
    graph.edges,
  );
  expect(graph.edges.size).toBeGreaterThan(10);
});

describe("addresses", () => {
  test("from every pod of a tenant: metadata, nodes, pods and services by address are shut, outside is what it declared", async () => {
    const { policies, pods } = await surroundings(plane.cluster);
    const own = pods.filter(({ pod }) => graph.tenantOf(pod.namespace));
    expect(own.length).toBeGreaterThanOrEqual(40);
    const questions = own.flatMap((from) => {
      const declared = graph.egressOf(from.pod.namespace);
      const inside = declared.map(({ cidr }) => cidr.replace(/\/.*/, "").replace(/\.0$/, ".7").replace(/::$/, "::7"));
      const ports = [53, 80, 443, 8443, 993, 10250, ...declared.flatMap((it) => it.ports)];
      return [...SHUT, ...CLUSTER, ...OUTSIDE, ...inside].flatMap((ip) =>
        [...new Set(ports)].map((port) => {
          const wanted = declared.some((it) => inside[declared.indexOf(it)] === ip && it.ports.includes(port));
          return { traffic: { from, to: { ip }, port, protocol: "TCP" as const }, wanted };
        }),
      );
    });
    const found = await verdicts(
      policies,
      questions.map((it) => it.traffic),
    );
    const say = ({ traffic }: (typeof questions)[0]) => `${traffic.from.name} -> ${traffic.to.ip}:${traffic.port}`;
    expect(questions.filter((it, at) => found[at] !== it.wanted).map(say)).toEqual([]);
    expect(questions.filter((it) => passes(policies, it.traffic) !== it.wanted).map(say)).toEqual([]);
    expect(questions.filter((it) => it.wanted).length).toBeGreaterThan(20);
  });

  test("DNS goes to the cluster's resolvers and to nobody else", async () => {
    const edges = (await everyPair(plane.cluster, graph)).filter(
      (it) => it.traffic.port === 53 && graph.tenantOf(it.from.pod.namespace),
    );
    const open = edges.filter((it) => it.cyclonus);
    expect(new Set(open.map((it) => it.to.pod.labels["k8s-app"]))).toEqual(new Set(["kube-dns"]));
    const served = new Set(open.map((it) => it.from.pod.namespace));
    expect(graph.namespaces.filter((it) => !served.has(it))).toEqual([]);
  });
});

describe("a tenant who wants out", () => {
  let client: AdmissionClient;
  let one: NetworkAttacker;
  let other: NetworkAttacker;
  beforeAll(() => {
    client = new AdmissionClient(plane.plane.kubeconfig);
    one = new NetworkAttacker(client, "net-a", "net-a-b", { namespace: "shop-c", tenant: "shop" });
    other = new NetworkAttacker(client, "shop", "shop-c", { namespace: "net-a-b", tenant: "net-a" });
  });
  afterAll(() => client.close());

  test("copies every label it may, in its pods and as a namespace of another team, and reaches nobody by that", async () => {
    for (const attacker of [one, other]) {
      expect((await attacker.mimic("mimic")).message).toBe("");
      // A template may say so; its pods may not.
      expect((await attacker.mimic("foreign", { "tenantry.dev/tenant": attacker.victim.tenant })).message).toBe("");
    }
    const { pods } = await surroundings(plane.cluster);
    const labels = pods.find((it) => it.pod.namespace === "shop-c")?.pod.labels ?? {};
    expect((await stranger(client, "shop-c", labels)).map((it) => it.message)).toEqual(["", ""]);
    const copies = async () =>
      (await surroundings(plane.cluster)).pods.filter(({ name }) => /\/(mimic|copy)/.test(name)).length;
    await expect.poll(copies, { timeout: 120_000 }).toBe(3);
    const own = (await surroundings(plane.cluster)).pods.filter((it) => graph.tenantOf(it.pod.namespace));
    expect(own.filter(({ pod }) => pod.labels["tenantry.dev/tenant"] !== graph.tenantOf(pod.namespace))).toEqual([]);
    const edges = (await everyPair(plane.cluster, graph)).filter(known);
    expect(edges.filter((it) => it.cyclonus !== it.declared || it.evaluator !== it.declared).map(title)).toEqual([]);
    expect(edges.filter((it) => crosses(it) && it.cyclonus)).toEqual([]);
  });

  test("writes no network policy as tenant-admin, whatever it says", async () => {
    for (const { title: what, spec } of hostilePolicies(one.id, one.victim)) {
      const { status, message } = await one.write("hostile", spec, { dryRun: true });
      expect([what, status, message.includes("cannot patch resource")]).toEqual([what, 403, true]);
    }
  });

  test("two who may write network policies, and help each other with every one that is admitted, never meet", async () => {
    const admitted = new Set<string>();
    for (const attacker of [one, other]) {
      expect((await attacker.letWrite()).map((it) => it.message)).toEqual(["", ""]);
      const nothing = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
      const begins = async () => (await attacker.write("hostile", nothing)).status;
      await expect.poll(begins, { timeout: 60_000 }).toBe(201);
      const rules = { ingress: [] as object[], egress: [] as object[] };
      for (const { title: what, spec } of hostilePolicies(attacker.id, attacker.victim)) {
        const { status, message } = await attacker.write("hostile", spec, { dryRun: true });
        if (status >= 300) expect([what, status, /closed-networks|Invalid/.test(message)]).toEqual([what, 422, true]);
        else {
          admitted.add(what);
          for (const way of ["ingress", "egress"] as const) rules[way].push(...((spec[way] ?? []) as object[]));
        }
      }
      // All of them at once, in one: a space has a quota of policies.
      expect((await attacker.write("hostile", { ...nothing, ...rules })).message).toBe("");
    }
    const kinds = new Set([...admitted].map((it) => it.replace(/, (all ports|port 53|a range of ports)$/, "")));
    expect([...kinds]).toEqual(ADMITTED);
    expect([...admitted].filter((it) => it.includes("the resolvers"))).toEqual(["out: the resolvers, port 53"]);
    const edges = (await everyPair(plane.cluster, graph)).filter(known);
    expect(edges.filter((it) => crosses(it) && (it.cyclonus || it.evaluator)).map(title)).toEqual([]);
    // What they wrote is in force: within their own spaces more is open than was declared.
    expect(edges.filter((it) => it.cyclonus && !it.declared).length).toBeGreaterThan(0);
    const { policies, pods } = await surroundings(plane.cluster);
    const questions = pods
      .filter(({ pod }) => graph.tenantOf(pod.namespace))
      .flatMap((from) => [...SHUT, ...CLUSTER].flatMap((ip) => [53, 443].map((port) => ({ from, to: { ip }, port }))))
      .map((it) => ({ ...it, protocol: "TCP" as const }));
    const found = await verdicts(policies, questions);
    expect(questions.filter((it, at) => found[at] || passes(policies, it))).toEqual([]);
  });
});

/** Ways that stay within the tenant, or lead to what its file could open as well. */
const ADMITTED = [
  "in: every pod of the namespace",
  "in: oneself by label",
  "in: oneself by label, but not the quiet ones",
  "in: the gateway",
  "in: one's own pods that call themselves resolvers",
  "in: a partner",
  "in: around the nodes, without them",
  "out: every pod of the namespace",
  "out: oneself by label",
  "out: oneself by label, but not the quiet ones",
  "out: the resolvers",
  "out: one's own pods that call themselves resolvers",
  "out: a partner",
  "out: around the nodes, without them",
];
