import { beforeAll, describe, expect, test } from "vitest";
import { diff } from "../../engine/run/diff.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import { simulatedNodes } from "../../local/nodes.ts";
import { fleetPlane } from "../support/fleet.ts";
import { versions } from "../support/fleet-objects.ts";
import { app } from "../support/fleet-tenants.ts";
import { Files, written } from "../support/lifecycle.ts";

const plane = fleetPlane();
let files: Files;
const WEB = app({ volume: { size: "1Gi", mountPath: "/data" }, secrets: { KEY: {} } });
const spaces = { web: { app: WEB } };
const pool = { isolation: { tier: "pool" } };

const data = async () => ({
  claim: await files.uid("v1", "PersistentVolumeClaim", "mover-web", "web-data"),
  secret: await files.uid("v1", "Secret", "mover-web", "web-generated"),
  value: JSON.stringify((await files.get("v1", "Secret", "mover-web", "web-generated"))?.["data"]),
});
let kept: Awaited<ReturnType<typeof data>>;
const neighbour = async () =>
  Object.entries(await versions(plane.cluster)).filter(([key]) => /\/(peer-main|peer-main\/.*)$/.test(key));
const hard = async () => (await files.get("v1", "ResourceQuota", "mover-web", "quota"))?.["spec"] as { hard: object };
const podsOn = async () => (await files.pods("mover-web")).map((it) => (it["spec"] as { nodeName?: string }).nodeName);
const seen = async () => diff(plane.cluster, await files.stack(), ["mover"], () => undefined);

/** Nodes of the tenant's own, as a cloud's pool would be. */
async function addPool(): Promise<void> {
  const nodes = simulatedNodes(["mover"]).filter((it) => it.metadata.name.startsWith("mover"));
  for (const { apiVersion, kind, metadata, spec } of nodes)
    await plane.cluster.apply({ apiVersion, kind, metadata, spec } as KubeObject);
}

beforeAll(async () => {
  files = new Files(plane, "fleet");
  files.write("mover", { plan: "business", name: "Mover" }, spaces);
  files.write("peer", {}, { main: {} });
  await files.tryUp("mover", "peer");
  kept = await data();
}, 240_000);

describe("each move keeps the data and touches nobody else", () => {
  test("a rename is seen before, writes the namespace alone, and restarts nothing", async () => {
    const before = await neighbour();
    const generation = (await files.get("apps/v1", "Deployment", "mover-web", "web"))?.metadata.generation;
    files.write("mover", { plan: "business", name: "Mover & Sons" }, spaces);
    expect((await seen()).map((it) => [it.object, it.fields.map(({ path, to }) => [path, to])])).toEqual([
      ["core/Namespace//mover-web", [['metadata.annotations."tenantry.dev/name"', "Mover & Sons"]]],
    ]);
    expect(written(await files.up("mover"))).toEqual(["core/Namespace//mover-web"]);
    expect((await files.get("apps/v1", "Deployment", "mover-web", "web"))?.metadata.generation).toBe(generation);
    expect(await data()).toEqual(kept);
    expect(await neighbour()).toEqual(before);
  });

  test("a smaller plan and back: the quota moves in place", async () => {
    const before = await neighbour();
    const large = await hard();
    await files.up("mover", { plan: "team" }, spaces);
    const small = await hard();
    expect(small).toMatchObject({ hard: { "limits.cpu": "8", pods: "60" } });
    expect((await files.get("v1", "Namespace", "", "mover-web"))?.metadata.labels?.["tenantry.dev/plan"]).toBe("team");
    await files.up("mover", { plan: "business" }, spaces);
    expect(await hard()).toEqual(large);
    expect(await data()).toEqual(kept);
    expect(await neighbour()).toEqual(before);
  });

  test("a smaller plan than what is used is refused with the figures, and nothing of the tenant changes", async () => {
    const labels = (await files.get("v1", "Namespace", "", "mover-web"))?.metadata.labels;
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "150Gi" } } };
    const mine = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "big", namespace: "mover-web", labels },
    };
    await plane.cluster.create({ ...mine, spec: claim });
    const used = async () =>
      ((await files.get("v1", "ResourceQuota", "mover-web", "quota"))?.["status"] as { used: Record<string, string> })
        .used;
    await expect.poll(async () => (await used())["requests.storage"], { timeout: 60_000 }).toBe("151Gi");
    const large = await hard();
    files.write("mover", { plan: "team" }, spaces);
    const { units } = await files.tryUp("mover");
    expect(units.flatMap((it) => it.error ?? [])).toEqual([
      "the smaller plan has no room for what mover uses: mover-web uses requests.storage 151Gi, allowed would be 100Gi. Use less first, or keep the plan",
    ]);
    expect(await hard()).toEqual(large);
    await plane.cluster.remove({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      namespace: "mover-web",
      name: "big",
    });
    await expect.poll(async () => (await used())["requests.storage"], { timeout: 60_000 }).toBe("1Gi");
    // With room again the same file is taken.
    await files.up("mover");
    await files.up("mover", { plan: "business" }, spaces);
  });

  test("to a pool of its own and back: pods are placed anew, claims and Secrets stay", async () => {
    await addPool();
    const before = await neighbour();
    const shared = await podsOn();
    await files.up("mover", { plan: "business", ...pool }, spaces);
    await expect.poll(podsOn, { timeout: 90_000 }).toEqual([expect.stringMatching(/^mover-/)]);
    expect(await data()).toEqual(kept);
    await files.up("mover", { plan: "business" }, spaces);
    await expect.poll(podsOn, { timeout: 90_000 }).toEqual([expect.stringMatching(/^general-/)]);
    expect(shared).toEqual([expect.stringMatching(/^general-/)]);
    expect(await data()).toEqual(kept);
    expect(await neighbour()).toEqual(before);
  });
});

test("a move to another version of a plan shows in the comparison, by its number", async () => {
  const ref = { apiVersion: "v1", kind: "Namespace", name: "mover-web" };
  await plane.cluster.patch(ref, { metadata: { annotations: { "tenantry.dev/plan-version": "0" } } });
  const found = (await seen()).find((it) => it.object === "core/Namespace//mover-web");
  expect(found?.fields).toContainEqual({
    path: 'metadata.annotations."tenantry.dev/plan-version"',
    from: "0",
    to: "1",
  });
});
