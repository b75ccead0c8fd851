import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { UnknownKindError } from "../../../engine/cluster/discovery.ts";
import { findBackup } from "../../../engine/lifecycle/backups.ts";
import { endOf } from "../../../engine/lifecycle/due.ts";
import type { LifecycleRecord } from "../../../engine/lifecycle/record.ts";

const SINCE = "2026-10-01T00:00:00Z";
const NOW = Date.parse("2026-11-21T00:00:00Z");
const AFTER = "2026-10-02T00:00:00Z";
const SHA = "a".repeat(64);
const recorded: LifecycleRecord = {
  ...{
    tenant: "acme",
    state: "offboarding",
    since: SINCE,
    retentionDays: 30,
    settled: true,
    by: "ann",
    namespaces: [],
  },
};

/** A cluster that lists these objects, and serves Velero's kind only if it has any. */
function cluster(objects: { velero?: object[]; dumps?: object[] }): Cluster {
  const listAll = ({ kind }: { kind: string }) => {
    if (kind === "ConfigMap") return Promise.resolve(objects.dumps ?? []);
    if (!objects.velero) return Promise.reject(new UnknownKindError("velero.io/v1", kind, []));
    return Promise.resolve(objects.velero);
  };
  return { listAll } as unknown as Cluster;
}
const find = (objects: Parameters<typeof cluster>[0], record = recorded) =>
  findBackup(cluster(objects), { tenant: "acme", namespaces: ["acme-api", "acme-jobs"], record }, NOW);

const velero = (spec: object = {}, status: object = {}) => ({
  metadata: { name: "nightly", namespace: "velero" },
  spec: { includedNamespaces: ["acme-api", "acme-jobs"], ...spec },
  status: { phase: "Completed", startTimestamp: AFTER, ...status },
});
const dump = (data: object) => ({
  metadata: { name: "dump.acme" },
  data: { tenant: "acme", sha256: SHA, taken: AFTER, location: "s3://x", ...data },
});

describe("Velero", () => {
  test.each<[string, object]>([
    ["of its namespaces", {}],
    ["of every namespace", { includedNamespaces: ["*"] }],
    ["of all by default", { includedNamespaces: undefined }],
    ["of all kinds by name", { includedResources: ["*"] }],
  ])("a completed backup %s counts", async (_what, spec) => {
    expect(await find({ velero: [velero(spec)] })).toEqual({
      backup: { provider: "velero", name: "velero/nightly", taken: AFTER },
      why: [],
    });
  });

  test.each<[string, object, object]>([
    ["of one namespace", { includedNamespaces: ["acme-api"] }, {}],
    ["that leaves one out", { includedNamespaces: ["*"], excludedNamespaces: ["acme-jobs"] }, {}],
    ["of some kinds", { includedResources: ["deployments"] }, {}],
    ["without some kinds", { excludedResources: ["persistentvolumeclaims"] }, {}],
    ["by labels", { labelSelector: { matchLabels: { app: "web" } } }, {}],
    ["without volumes", { snapshotVolumes: false }, {}],
    ["that failed in part", {}, { phase: "PartiallyFailed" }],
    ["under way", {}, { phase: "InProgress" }],
    ["from before the offboarding", {}, { startTimestamp: "2026-09-30T23:59:59Z" }],
    ["from the future", {}, { startTimestamp: "2027-01-01T00:00:00Z" }],
    ["of no time", {}, { startTimestamp: undefined }],
  ])("a backup %s does not", async (_what, spec, status) => {
    const { backup, why } = await find({ velero: [velero(spec, status)] });
    expect(backup).toBeUndefined();
    expect(why.join()).toMatch(
      /velero: (of 1 Velero backups none is complete|velero\/nightly is of .*, want one from 2026-10-01)/,
    );
  });
});

describe("a dump job", () => {
  test("its record counts", async () => {
    expect((await find({ dumps: [dump({})] })).backup).toEqual({
      provider: "dump",
      name: "dump.acme",
      taken: AFTER,
      sha256: SHA,
    });
  });
  test.each([
    { tenant: "globex" },
    { sha256: "abc" },
    { sha256: undefined },
    { location: "" },
    { taken: SINCE.replace("10", "09") },
    { taken: "yesterday" },
  ])("one with %j does not", async (data) => expect((await find({ dumps: [dump(data)] })).backup).toBeUndefined());
});

test("of several the newest counts, and a file that was recorded is one of them", async () => {
  const backup = { provider: "file", name: "all.tar", taken: "2026-11-01T00:00:00Z", sha256: SHA, bytes: 1 };
  const found = await find({ velero: [velero()], dumps: [dump({})] }, { ...recorded, backup });
  expect(found.backup).toEqual(backup);
});

test("where there is none, every way says why", async () => {
  expect((await find({})).why).toEqual([
    "velero: the cluster has no Velero",
    expect.stringMatching(/^dump: no ConfigMap/),
    expect.stringMatching(/^file: no file was recorded: .*backup record acme --file FILE$/),
  ]);
});

test("a retention counts from the later day, and the longer one holds", () => {
  const ends = (since: string | undefined, retentionDays: number) =>
    new Date(endOf(recorded, { state: "offboarding", retentionDays, ...(since && { since }) })).toISOString();
  expect(ends("2020-01-01", 30)).toBe("2026-10-31T00:00:00.000Z");
  expect(ends("2026-10-11", 30)).toBe("2026-11-10T00:00:00.000Z");
  expect(ends("2020-01-01", 1)).toBe("2026-10-31T00:00:00.000Z");
  expect(ends(undefined, 60)).toBe("2026-11-30T00:00:00.000Z");
});
