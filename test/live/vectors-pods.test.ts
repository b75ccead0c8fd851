import { expect, test } from "vitest";
import { milli } from "../../tenants/quantity.ts";
import type { Loose } from "../support/admission-loose.ts";
import { type Asked, type Bend, inside, INSIDE, pod, post } from "../support/vector.ts";
import { vectorFleet } from "../support/vector-fleet.ts";
import { RUNNING } from "../support/vector-pods.ts";
import { PROFILES } from "../support/vector-profile.ts";
import { VOLUMES } from "../support/vector-volumes.ts";

const fleet = vectorFleet((it) =>
  it.make("/apis/scheduling.k8s.io/v1/priorityclasses/vectors-high", {
    ...{ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", value: 500 },
    description: "Made by somebody for something else.",
  }),
);
fleet.tries([...PROFILES, ...RUNNING, ...VOLUMES]);

test("vector 28, admitted: a pod whose image is asked for anew, whatever lies on its node", async () => {
  const { body } = pod((_, it) => (it.imagePullPolicy = "IfNotPresent"))(fleet.standing);
  const options = { body, query: { dryRun: "All" } };
  const seen = (await fleet.plane.cluster.request("POST", inside("v1", "pods"), options)) as Loose;
  expect(seen.spec.containers[0].imagePullPolicy).toBe("Always");
});

const volume = (name: string, claim: object) => ({
  ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name } },
  spec: {
    ...{ capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "standard" },
    persistentVolumeReclaimPolicy: "Retain",
    csi: { driver: "simulated.tenantry.dev", volumeHandle: name },
    claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", ...claim },
  },
});

test("vector 27, refused: what another tenant left on a volume, though size and class fit", async () => {
  const { cluster } = fleet.plane;
  // Its claim is gone: Kubernetes calls the volume released and keeps what is on it. The other waits for a claim to come.
  const gone = { namespace: "globex-portal", name: "gone", uid: "3f0c0e0a-0000-4000-8000-000000000001" };
  await cluster.create(volume("vectors-released", gone));
  await cluster.create(volume("vectors-reserved", { namespace: "globex-portal", name: "to-come" }));
  const stateOf = async (name: string) =>
    ((await cluster.get({ apiVersion: "v1", kind: "PersistentVolume", name })) as Loose).status?.phase;
  await expect.poll(() => stateOf("vectors-released"), { timeout: 60_000 }).toBe("Released");

  const metadata = { namespace: "acme-api", name: "fresh" };
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  const path = inside("v1", "persistentvolumeclaims/fresh");
  await fleet.make(path, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec }, "admin");
  const claim = () => fleet.client.read<Loose>(path);
  await expect.poll(async () => (await claim()).status.phase, { timeout: 60_000 }).toBe("Bound");
  expect(["vectors-released", "vectors-reserved"]).not.toContain((await claim()).spec.volumeName);
  expect(await stateOf("vectors-released")).toBe("Released");
  expect(await stateOf("vectors-reserved")).toBe("Available");
});

/** Bytes of the quota that nobody uses. */
async function left(key: string): Promise<bigint> {
  const { status } = await fleet.client.read<Loose>(inside("v1", "resourcequotas/quota"));
  return (milli(status.hard[key] as string) - milli(status.used[key] as string)) / 1000n;
}
const holding =
  (memory: bigint, more: object = {}): Bend =>
  (spec, it) => {
    Object.assign(spec, more);
    it.resources = { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: `${memory}` } };
  };
const claim = (storage: bigint): Asked =>
  post(inside("v1", "persistentvolumeclaims"), {
    metadata: { name: "try" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${storage}` } } },
  });
const EXCEEDED = /^403 .*(exceeded quota: quota|maximum storage usage)/;

test("vector 18, refused: one byte more than is left, by pods that run, end, or keep it; admitted: all that is left", async () => {
  const [memory, storage] = [await left("limits.memory"), await left("requests.storage")];
  // Quotas of a scope would let the second kind through: it ends by itself.
  const ends = { activeDeadlineSeconds: 60, restartPolicy: "Never" };
  for (const who of INSIDE)
    for (const [most, more] of [
      [pod(holding(memory))(fleet.standing), pod(holding(memory + 1n))(fleet.standing)],
      [pod(holding(memory, ends))(fleet.standing), pod(holding(memory + 1n, ends))(fleet.standing)],
      [claim(storage), claim(storage + 1n)],
    ] as const) {
      expect(await fleet.answer(who, most)).toBe("ok");
      expect(await fleet.answer(who, more)).toMatch(EXCEEDED);
    }
});

test("vector 18, refused: a device that no quota names; admitted: a pod that names no size, at the plan's", async () => {
  const device = pod((_, it) => {
    it.resources = { requests: { "example.com/gpu": "1" }, limits: { "example.com/gpu": "1" } };
  });
  expect(await fleet.answer("admin", device(fleet.standing))).toMatch(/sandboxed-pods: device in container/);
  const unsized = pod((_, it) => delete it.resources)(fleet.standing);
  const options = { body: unsized.body, query: { dryRun: "All" } };
  const seen = (await fleet.plane.cluster.request("POST", unsized.path, options)) as Loose;
  expect(seen.spec.containers[0].resources).toMatchObject({
    requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
    limits: { cpu: "500m", memory: "512Mi", "ephemeral-storage": "256Mi" },
  });
});
