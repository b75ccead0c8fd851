import { afterAll, beforeAll, expect, test } from "vitest";
import { fleetPlane } from "../support/fleet.ts";
import { tenantFile } from "../support/fleet-tenants.ts";
import { type Answered, Crowd, p99, type Who } from "../support/flood.ts";

const plane = fleetPlane(async (it) => {
  const dir = it.folder("flood", {
    "loud.yaml": tenantFile("loud", { a: {} }),
    "calm.yaml": tenantFile("calm", { a: {} }),
  });
  const groups = '["system:masters","platform-engineers"]';
  await it.ok("up", "--only", "loud", "--only", "calm", "--tenants", dir, "--set", `platformGroups=${groups}`);
});

const LOUD: Who = { user: "lou", groups: ["loud-admins"] };
const CALM: Who = { user: "cay", groups: ["calm-admins"] };
const PLATFORM: Who = { user: "pat", groups: ["platform-engineers"] };
const listOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;
/** Asks for a state that is never reached: the API server holds the request, and its seat, for three seconds. */
const HELD = `${listOf("loud-a")}?resourceVersion=999999999999&resourceVersionMatch=NotOlderThan`;

const HELD_MS = 3000;
/** Below this a quiet answer says nothing but how fast the machine is. */
const FLOOR_MS = 20;

let crowd: Crowd;
beforeAll(() => {
  crowd = new Crowd(plane.plane.kubeconfig, 5);
});
afterAll(() => crowd.close());

const flows = async (): Promise<Record<string, string>> => {
  const query = { apiVersion: "flowcontrol.apiserver.k8s.io/v1", kind: "FlowSchema" };
  const found = await plane.cluster.listAll(query);
  return Object.fromEntries(found.map((it) => [it.metadata.uid ?? "", it.metadata.name]));
};

test("whoever is a tenant's comes under the tenants' flow, and nobody else", async () => {
  const names = await flows();
  const flow = async (path: string, who: Who) => names[(await crowd.get(path, who)).flow];
  const account = (namespace: string, name = "default"): Who => ({
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
  });
  expect({
    "an administrator of a tenant": await flow(listOf("loud-a"), LOUD),
    "at another tenant's door": await flow(listOf("calm-a"), LOUD),
    "a tenant's pods": await flow(listOf("loud-a"), account("loud-a")),
    "somebody of no group": await flow("/version", { user: "stranger" }),
    "the platform's people": await flow("/version", PLATFORM),
    "the platform's pods": await flow("/version", account("tenantry-gateway")),
    "the cluster's own pods": await flow("/version", account("kube-system", "coredns")),
    "its administrator": await flow("/version", { user: "root", groups: ["system:masters"] }),
    "a controller": await flow("/version", { user: "system:kube-scheduler" }),
  }).toEqual({
    "an administrator of a tenant": "tenantry-tenants",
    "at another tenant's door": "tenantry-tenants",
    "a tenant's pods": "tenantry-tenants",
    "somebody of no group": "tenantry-tenants",
    "the platform's people": "tenantry-platform",
    "the platform's pods": "tenantry-platform",
    "the cluster's own pods": "kube-system-service-accounts",
    "its administrator": "exempt",
    "a controller": "kube-scheduler",
  });
});

/** One after the other, as somebody at work asks. */
async function ask(path: string, who: Who, times: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let it = 0; it < times; it++) answers.push(await crowd.get(path, who));
  return answers;
}

const both = async (times: number) => {
  const [tenant, platform] = await Promise.all([ask(listOf("calm-a"), CALM, times), ask("/version", PLATFORM, times)]);
  return { tenant, platform };
};

test("a flood by one tenant is refused with 429, and neither the others nor the platform are", async () => {
  await both(20);
  const quiet = await both(60);
  const seen: Record<number, number> = {};
  let over = false;
  const flood = Array.from({ length: 240 }, async (_, id) => {
    // Spread over the time that one request is held, as a real flood is.
    await new Promise((resolve) => setTimeout(resolve, id * 12));
    while (!over) {
      const { status } = await crowd.get(HELD, LOUD);
      seen[status] = (seen[status] ?? 0) + 1;
      if (status === 429) await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  });
  try {
    await expect.poll(() => seen[429] ?? 0, { timeout: 60_000 }).toBeGreaterThan(20);
    const loud = await both(60);
    const refused = [...loud.tenant, ...loud.platform].filter((it) => it.status !== 200);
    expect(refused).toEqual([]);
    expect(Object.keys(seen).toSorted()).toEqual(["429", "504"]);
    const figures = JSON.stringify({ quiet: [p99(quiet.platform), p99(quiet.tenant)], flood: seen });
    // The platform has seats of its own; what is left is the processor, which all share here.
    expect(p99(loud.platform) / Math.max(p99(quiet.platform), FLOOR_MS), figures).toBeLessThan(50);
    // A tenant waits for the next free seat, never behind the flood: that would be its whole queue, several times longer.
    expect(p99(loud.tenant), figures).toBeLessThan(HELD_MS + 50 * Math.max(p99(quiet.tenant), FLOOR_MS));
  } finally {
    over = true;
    await Promise.all(flood);
  }
});
