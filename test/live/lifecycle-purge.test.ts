import { utimesSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { diff } from "../../engine/run/diff.ts";
import { preparePurge } from "../../engine/run/purge.ts";
import { recordBackup } from "../../engine/run/record-backup.ts";
import { status } from "../../engine/run/status.ts";
import { fleetPlane } from "../support/fleet.ts";
import { labelled, versions } from "../support/fleet-objects.ts";
import { DATE, Files, written } from "../support/lifecycle.ts";

const plane = fleetPlane();
let files: Files;
const neighbour = async () =>
  Object.entries(await versions(plane.cluster)).filter(([key]) => /\/(peer-main|peer-main\/.*)$/.test(key));
const prepare = async () => preparePurge(plane.cluster, await files.stack(), "oldco");
const backup = (text: string, name: string) => join(plane.folder(`backup-${name}`, { "all.tar": text }), "all.tar");
const record = async (file: string) => recordBackup(plane.cluster, await files.stack(), "oldco", file);
/** The command itself, with the flags that lead to this plane. */
const command = (...args: string[]) => plane.run("purge", "oldco", "--tenants", files.dir, ...args);

beforeAll(async () => {
  files = new Files(plane, "fleet");
  files.write("oldco");
  files.write("peer", {}, { main: {} });
  await files.tryUp("oldco", "peer");
  await files.up("oldco", { lifecycle: "suspended" });
  await files.up("oldco", { lifecycle: { offboarding: DATE } });
}, 240_000);

describe("what stands against a purge", () => {
  test("the clock starts when the cluster sees it, whatever day the file claims", async () => {
    const { since = "", state } = (await files.recorded("oldco")) ?? {};
    expect(state).toBe("offboarding");
    expect(Math.abs(Date.parse(since) - Date.now())).toBeLessThan(300_000);
    await files.refused(/its retention ends on .*, and the cluster's clock says/, prepare);
    const rows = await status(plane.cluster, await files.stack());
    expect(rows.find((it) => it.tenant === "oldco")?.state).toBe("offboarding");
  });

  test("a shorter retention in the file ends nothing early", async () => {
    await files.up("oldco", { lifecycle: { offboarding: DATE }, retention: { days: 1 } });
    await files.rewind("oldco", 2);
    await files.refused(/its retention ends on/, prepare);
  });

  test("no backup, or one from before the offboarding", async () => {
    await files.rewind("oldco", 29);
    const none =
      /no backup newer than the offboarding[^]*velero: the cluster has no Velero[^]*dump: no ConfigMap[^]*file: no file/;
    await files.refused(none, prepare);
    await files.refused(/all\.tar: empty, or no file/, () => record(backup("", "empty")));
    await files.refused(/nowhere: there is none/, () => record(join(plane.base, "nowhere")));
    const old = backup("old", "old");
    utimesSync(old, 1, 1);
    await files.refused(/written on 1970-01-01T00:00:01Z, before the offboarding/, () => record(old));
  });

  test("a yes alone, and another tenant's id", async () => {
    expect(await record(backup("all of it", "good"))).toMatchObject({
      sha256: "07630777646b9ad0ad5940c20f7703e5ba431d90dc8f191af6916bffca3e859c",
    });
    const writes = await plane.writesDuring(async () => {
      const alone = await command("--yes");
      expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(/found "nothing", want the tenant's id/)]);
      const other = await command("--yes", "--confirm", "peer");
      expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/found "peer", want/)]);
    });
    expect(writes).toEqual([]);
  });
});

describe("a purge", () => {
  test("shows what goes, deletes it, and a scan of every kind finds nothing of it", async () => {
    const before = await neighbour();
    const { code, stderr, stdout } = await command("--yes", "--confirm", "oldco");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/namespace oldco-web: .*1 Deployment.*1 PersistentVolumeClaim/);
    expect(stderr).toMatch(
      /claims: oldco-web\/web-data\n {2}volumes: pvc-.*\n.*\n {2}what stays is the backup all\.tar/,
    );
    expect(stdout).toMatch(/oldco is gone: a scan of every kind finds nothing of it/);
    expect([...(await labelled(plane.cluster, "tenantry.dev/tenant=oldco")).keys()]).toEqual([]);
    const all = Object.keys(await versions(plane.cluster)).filter((it) => it.includes("oldco"));
    expect(all).toEqual(["v1/ConfigMap/tenantry-system/lifecycle.oldco"]);
    expect(await plane.cluster.listAll({ apiVersion: "v1", kind: "PersistentVolume" })).toEqual([]);
    expect(await neighbour()).toEqual(before);
  });

  test("leaves who, when and which backup, and the id is not given out again by accident", async () => {
    const left = await files.recorded("oldco");
    expect(left).toMatchObject({ state: "purged", by: expect.stringMatching(/ on .*, pid \d+/) as string });
    expect(JSON.parse(left?.["backup"] ?? "{}")).toMatchObject({ provider: "file", name: "all.tar", bytes: 9 });
    await files.refused(/oldco was purged on .*: nothing is left of it/, prepare);
    files.write("oldco");
    await files.refused(/kept from use until .*delete configmap lifecycle\.oldco/, () => files.tryUp("oldco"));
  });

  test("is followed by a run that makes nothing, whether the file still says offboarding or purged", async () => {
    expect(written(await files.up("oldco", { lifecycle: { offboarding: DATE } }))).toEqual([]);
    expect(files.told.join()).toContain('set its lifecycle to "purged", or remove its file');
    expect(written(await files.up("peer"))).toEqual([]);
    files.write("oldco", { lifecycle: "purged" });
    const { purged, tenants } = (await files.stack()).fleet;
    expect([purged, tenants.some((it) => it.id === "oldco")]).toEqual([["oldco"], false]);
    expect(written(await files.up("peer"))).toEqual([]);
    expect(await files.get("v1", "Namespace", "", "oldco-web")).toBeUndefined();
  });
});

test("removing the file of an active tenant deletes nothing and is an error of the comparison", async () => {
  const before = await neighbour();
  const others = new Files(plane, "nobody");
  others.write("other", {}, { main: {} });
  await others.up("other");
  expect(await neighbour()).toEqual(before);
  const found = await diff(plane.cluster, await others.stack(), undefined, () => undefined);
  expect(found.filter((it) => it.change === "absent").map((it) => [it.unit, it.note])).toEqual([
    ["peer", expect.stringMatching(/its file is gone, but the cluster records it as active: put the file back/)],
  ]);
  const stack = await others.stack();
  await others.refused(/peer is not purged:\n[^]*its file is missing/, () =>
    preparePurge(plane.cluster, stack, "peer"),
  );
});
