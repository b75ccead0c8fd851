import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { ApiError } from "../../engine/cluster/status.ts";
import { PLANS } from "../../tenants/plans.ts";
import { fleetPlane } from "../support/fleet.ts";
import { tenantFile } from "../support/fleet-tenants.ts";
import { Tally } from "../support/fleet-watch.ts";
import { claimFigures, claimOf, deploymentOf, number, podFigures, podOf, podSpec } from "../support/quota-objects.ts";

const STORAGE = '{"class":"standard","refused":["fast"]}';
const plane = fleetPlane(async (it) => {
  const dir = it.folder("crowd", {
    "crowd.yaml": tenantFile("crowd", { a: {}, b: { share: 0.37 } }, { plan: "free" }),
  });
  await it.ok("up", "--only", "crowd", "--tenants", dir, "--set", `storage=${STORAGE}`);
});

const { budget } = PLANS.free;
const SPACES = ["crowd-a", "crowd-b"];
const tenant = (): Cluster => plane.cluster.withImpersonation({ user: "mia", groups: ["crowd-admins"] });

/** The tenant's own total, which no moment may exceed. */
const MOST: Record<string, number> = {
  pods: budget.pods,
  "requests.cpu": number(budget.guaranteed.cpu),
  "requests.memory": number(budget.guaranteed.memory),
  "limits.cpu": number(budget.cpu),
  "limits.memory": number(budget.memory),
  "limits.ephemeral-storage": number(budget.ephemeralStorage),
  claims: budget.claims,
  storage: number(budget.storage),
  deployments: budget.deployments,
};

async function empty(): Promise<void> {
  const kinds = ["apis/apps/v1 deployments", "api/v1 pods", "api/v1 persistentvolumeclaims"].map((it) => it.split(" "));
  for (const namespace of SPACES)
    for (const [group = "", plural = ""] of kinds)
      await plane.cluster.request("DELETE", `/${group}/namespaces/${namespace}/${plural}`);
  const used = async () => {
    const found: unknown[] = [];
    for (const namespace of SPACES) {
      const quota = await plane.cluster.get({ apiVersion: "v1", kind: "ResourceQuota", namespace, name: "quota" });
      const { used: of } = quota?.["status"] as { used: Record<string, string> };
      found.push(of["count/pods"], of["persistentvolumeclaims"]);
    }
    return found;
  };
  await expect.poll(used, { timeout: 120_000, interval: 250 }).toEqual(["0", "0", "0", "0"]);
}

const TURNS = 4;

test("50 creators at once never get more than their tenant's total, at any moment", async () => {
  const { kubeconfig } = plane.plane;
  const tallies = await Promise.all([
    new Tally(SPACES).watch(kubeconfig, "/api/v1/pods", podFigures),
    new Tally(SPACES).watch(kubeconfig, "/api/v1/persistentvolumeclaims", claimFigures),
    new Tally(SPACES).watch(kubeconfig, "/apis/apps/v1/deployments", () => ({ deployments: 1 })),
  ]);
  const mia = tenant();
  const answers = { admitted: 0, "over quota": 0 };
  const draws = fc.sample(fc.tuple(fc.nat(2), fc.nat(1), fc.integer({ min: 1, max: 6 }), fc.boolean()), {
    numRuns: 50 * TURNS,
    seed: 50,
  });
  const creator = async (id: number): Promise<void> => {
    for (const [turn, [kind, at, size, goes]] of draws.slice(id * TURNS, (id + 1) * TURNS).entries()) {
      const namespace = SPACES[at] ?? "";
      const name = `it-${id}-${turn}`;
      const spec = podSpec(size * 5, size * 8);
      const object = [
        podOf(namespace, name, spec),
        claimOf(namespace, name, size * 100),
        deploymentOf(namespace, name, size, spec),
      ][kind];
      if (!object) throw new Error("a kind nobody made");
      try {
        await mia.create(object);
        answers.admitted += 1;
      } catch (error) {
        if (!(error instanceof ApiError) || !/exceeded quota: quota, /.test(error.message)) throw error;
        answers["over quota"] += 1;
        continue;
      }
      // What is given back is taken by others at once.
      if (goes) {
        const { apiVersion, kind: word } = object;
        await mia.remove({ apiVersion, kind: word, namespace, name });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: 50 }, (_, id) => creator(id)));
    // Deployments go on filling what is free.
    await expect.poll(() => tallies[0]?.now["pods"] ?? 0, { timeout: 30_000 }).toBeGreaterThan(8);
    const peak = Object.assign({}, ...tallies.map((it) => it.peak)) as Record<string, number>;
    for (const [key, most] of Object.entries(MOST)) {
      expect(peak[key], key).toBeGreaterThan(0);
      expect(peak[key], key).toBeLessThanOrEqual(most);
    }
    expect(answers.admitted).toBeGreaterThan(20);
    expect(answers["over quota"]).toBeGreaterThan(20);
  } finally {
    for (const it of tallies) it.end();
    await empty();
  }
});

/** What the cluster answers the tenant's own administrator, who only asks. */
async function said(object: KubeObject): Promise<string> {
  try {
    await tenant().apply(object, { dryRun: true, manager: "mia" });
    return "ok";
  } catch (error) {
    return (error as Error).message;
  }
}

test("a storage class that was not granted gives nothing, and the granted one all of the space's part", async () => {
  const StorageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "fast" } };
  await plane.cluster.create({ ...StorageClass, provisioner: "nobody.example/disk" });
  expect(await said(claimOf("crowd-b", "disk", 1, "fast"))).toMatch(
    /exceeded quota: quota, requested: fast.storageclass.storage.k8s.io\/requests.storage=1Mi, used: .*, limited: .*=0/,
  );
  expect(await said(claimOf("crowd-b", "disk", 1))).toBe("ok");
});

const OTHERS = ["urgent", "tenantry-platform", "system-cluster-critical", "system-node-critical"];

test("no priority class but the tenants' own gets a pod in, also not one made later by somebody else", async () => {
  const Priority = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "urgent" } };
  await plane.cluster.create({ ...Priority, value: 2_000_000 });
  const pod = (priorityClassName?: string) =>
    podOf("crowd-a", "hasty", podSpec(10, 16, priorityClassName === undefined ? {} : { priorityClassName }));
  for (const name of OTHERS) expect(await said(pod(name)), name).toMatch(/placed-by-platform: priorityClassName/);
  expect([await said(pod()), await said(pod("tenantry-tenant"))]).toEqual(["ok", "ok"]);
});

test("and the quota alone refuses it, were that rule ever gone", async () => {
  const binding = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    name: "tenantry-placed-by-platform",
  };
  await plane.cluster.remove(binding);
  for (const name of OTHERS) {
    const pod = podOf("crowd-a", "hasty", podSpec(10, 16, { priorityClassName: name }));
    await expect.poll(() => said(pod), { timeout: 30_000 }).toMatch(/exceeded quota: priority/);
  }
});
