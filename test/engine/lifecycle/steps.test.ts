import { describe, expect, test } from "vitest";
import type { LifecycleRecord, RecordedState } from "../../../engine/lifecycle/record.ts";
import { type FileState, judgeStep } from "../../../engine/lifecycle/steps.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const recorded = (state: RecordedState, more: Partial<LifecycleRecord> = {}): LifecycleRecord => ({
  ...{
    tenant: "acme",
    state,
    since: "2026-11-01T00:00:00Z",
    retentionDays: 30,
    settled: true,
    by: "ann on box, pid 1",
  },
  namespaces: [],
  ...more,
});
const step = (state: FileState, record?: LifecycleRecord, known = true) =>
  judgeStep({ id: "acme", state }, record, known, NOW);

const FILES: FileState[] = ["active", "suspended", "offboarding", "purged"];
const kinds = (record?: LifecycleRecord, known = true) => FILES.map((it) => step(it, record, known).kind);

describe("from each state the next one, and back, and no further", () => {
  test.each<[string, LifecycleRecord | undefined, string[]]>([
    ["active", undefined, ["stay", "move", "refused", "refused"]],
    ["suspended", recorded("suspended"), ["move", "stay", "move", "refused"]],
    ["offboarding", recorded("offboarding"), ["move", "move", "stay", "refused"]],
    ["purging", recorded("purging"), ["refused", "refused", "rest", "rest"]],
    ["purged", recorded("purged", { until: "2026-12-01T00:00:00Z" }), ["refused", "refused", "rest", "stay"]],
    ["purged long ago", recorded("purged", { until: "2026-11-20T00:00:00Z" }), ["move", "move", "rest", "stay"]],
  ])("%s", (_name, record, expected) => {
    expect(kinds(record)).toEqual(expected);
  });

  test("a cluster that knows nothing of the tenant takes it as its file says", () => {
    expect(kinds(undefined, false)).toEqual(["stay", "move", "move", "stay"]);
  });

  test("a move that did not end is taken up again", () => {
    expect(step("suspended", recorded("suspended", { settled: false })).kind).toBe("move");
  });
});

describe("a refusal says what is recorded, since when, and what may come next", () => {
  test.each<[FileState, LifecycleRecord | undefined, RegExp]>([
    [
      "purged",
      undefined,
      /^acme lifecycle: found "purged", but the cluster records "active".*allowed next: suspended; /,
    ],
    ["offboarding", undefined, /records "active".*allowed next: suspended; each step is a change of its own$/],
    [
      "purged",
      recorded("suspended"),
      /"suspended" since 2026-11-01T00:00:00Z; allowed next: active, offboarding with a date/,
    ],
    ["purged", recorded("offboarding"), /allowed next: active, suspended; .*npm run -s tenantry -- purge acme$/],
    ["active", recorded("purging"), /is being purged \(since .*, by ann on box, pid 1\).*purge acme$/],
    [
      "active",
      recorded("purged", { until: "2026-12-01T00:00:00Z" }),
      /kept from use until 2026-12-01T00:00:00Z.*kubectl -n tenantry-system delete configmap lifecycle\.acme$/,
    ],
  ])("%s", (state, record, text) => {
    const verdict = step(state, record);
    expect(verdict.kind === "refused" && verdict.text).toMatch(text);
  });
});
