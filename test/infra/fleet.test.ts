import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fleet } from "../../infra/fleet.ts";
import { stackConfig } from "../support/fixtures.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tenants-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (id: string, change: object = {}) =>
  writeFileSync(
    join(dir, `${id}.json`),
    JSON.stringify({
      schemaVersion: 1,
      id,
      owner: { email: `a@${id}.example` },
      plan: "micro",
      spaces: { web: {} },
      ...change,
    }),
  );
const read = (change: Record<string, string> = {}, options = {}) =>
  fleet({ ...stackConfig, "tenantry:tenants": dir, ...change }, options);
const ids = (of: ReturnType<typeof fleet>) => of.tenants.map((it) => it.id);

test("a fleet is the tenants as code and those of the directory, as lists show them", () => {
  write("initech");
  const { tenants, faults, aside } = read();
  expect([faults, aside]).toEqual([[], []]);
  expect(tenants.map((it) => it.id)).toEqual([
    "acme",
    "corner-shop",
    "globex",
    "mcce-g1",
    "my-shop",
    "u1042",
    "initech",
  ]);
  const { digestInput, ...initech } = tenants.at(-1) ?? { digestInput: "" };
  expect(initech).toEqual({
    id: "initech",
    plan: "micro",
    tier: "namespace",
    owner: "a@initech.example",
    spaces: ["web"],
    namespaces: ["initech-web"],
    hosts: [],
    groups: { admins: [], users: [], viewers: [] },
    file: join(dir, "initech.json"),
    lifecycle: { state: "active", retentionDays: 30 },
  });
  expect(JSON.parse(digestInput)).toMatchObject({ id: "initech", retention: { days: 30 } });
});

test("the order of keys in a file is no change of the tenant", () => {
  write("initech", { retention: { days: 7 }, edges: [] });
  const before = read().tenants.at(-1)?.digestInput;
  write("initech", { edges: [], retention: { days: 7 } });
  expect(read().tenants.at(-1)?.digestInput).toBe(before);
  write("initech", { edges: [], retention: { days: 8 } });
  expect(read().tenants.at(-1)?.digestInput).not.toBe(before);
});

test("a fault blames its tenant and stops the run", () => {
  write("initech", { plan: "gold" });
  const { faults, aside } = read();
  expect(faults.map((it) => it.tenant)).toEqual(["initech"]);
  expect(faults[0]?.text).toContain(`${join(dir, "initech.json")}:1 plan: found "gold", allowed: one of "free"`);
  expect(aside).toEqual([]);
});

test("a tenant that was purged is listed apart, and holds no group that another may want", () => {
  const owner = { email: "a@b.example", groups: { admins: ["shared-admins"] } };
  write("hooli", { owner });
  write("initech", { owner, lifecycle: "suspended" });
  expect(read().faults).not.toEqual([]);
  write("initech", { owner, lifecycle: "purged" });
  const { faults, purged, tenants } = read();
  expect([faults, purged]).toEqual([[], ["initech"]]);
  expect(tenants.map((it) => it.id)).not.toContain("initech");
});

test("where a tenant stands is told with the day its file gives", () => {
  write("initech", { lifecycle: { offboarding: "2026-11-21" } });
  const found = read().tenants.find((it) => it.id === "initech");
  expect(found?.lifecycle).toEqual({ state: "offboarding", since: "2026-11-21", retentionDays: 30 });
});

test("with keepGoing the others go on without it", () => {
  write("initech", { plan: "gold" });
  write("hooli");
  const going = read({}, { keepGoing: true });
  expect(going.aside).toEqual(["initech"]);
  expect(ids(going)).toContain("hooli");
  expect(ids(going)).not.toContain("initech");
});

test("only the tenants asked for are listed, and the whole fleet is judged", () => {
  write("initech", { plan: "gold" });
  const one = read({ "tenantry:only": "acme" });
  expect(ids(one)).toEqual(["acme"]);
  expect(one.faults.map((it) => it.tenant)).toEqual(["initech"]);
});

test("asking for a tenant that does not exist is a fault", () => {
  expect(read({ "tenantry:only": "acme,nobody" }).faults).toEqual([
    { tenant: undefined, text: 'fleet only: found "nobody", allowed: the id of a tenant in this fleet' },
  ]);
});

test("shards divide the fleet", () => {
  const parts = ["1/3", "2/3", "3/3"].map((shard) => ids(read({ "tenantry:shard": shard })));
  expect(parts.flat().sort()).toEqual(ids(read()).sort());
  expect(parts.filter((it) => it.length > 0).length).toBeGreaterThan(1);
});

test("a fleet larger than the platform is nobody's fault in particular", () => {
  const { faults } = read({ "tenantry:caps": '{"tenants":5}' });
  expect(faults).toEqual([
    { tenant: undefined, text: "fleet tenants: found 6 tenants, allowed: at most 5 on this platform" },
  ]);
});
