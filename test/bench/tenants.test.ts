import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { changed, DEMAND, tenant, writeTenants } from "../../bench/tenants.ts";
import { judgeFleet, readTenants } from "../../tenants/fleet.ts";
import { PLANS } from "../../tenants/plans.ts";

const limits = (count: number) => ({
  tenants: 2000,
  capacity: { cpu: String(count * DEMAND.cpu), memory: `${count * DEMAND.memory}Gi` },
  overcommit: 1,
  ranges: ["192.168.0.0/16"],
  baseDomain: "apps.example.com",
});

function inDirectory<T>(work: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), "tenantry-test-"));
  try {
    return work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe("generated tenants", () => {
  test("are data files that the platform takes without a fault, as many as asked", () => {
    const { tenants, faults } = inDirectory((dir) => {
      writeTenants(dir, 200);
      const read = readTenants({ registry: [], dir });
      return { tenants: read.tenants, faults: [...read.faults, ...judgeFleet(read.tenants, limits(200))] };
    });
    expect(faults).toEqual([]);
    expect(new Set(tenants.map((it) => it.tenant.id)).size).toBe(200);
  });

  test("are the same files for the same seed, and others for another", () => {
    const written = (seed: number) =>
      inDirectory((dir) => {
        writeTenants(dir, 20, seed);
        return readdirSync(dir).map((name) => `${name} ${readFileSync(join(dir, name), "utf8")}`);
      });
    expect(written(7)).toEqual(written(7));
    expect(written(7)).not.toEqual(written(8));
  });

  test("do not depend on how many there are", () => {
    const files = (count: number) =>
      inDirectory((dir) => {
        writeTenants(dir, count);
        return readdirSync(dir);
      });
    expect(files(30)).toEqual(expect.arrayContaining(files(10)));
  });

  test("hold one app each, that is changed in one value", () => {
    const before = tenant(3);
    const after = changed(before, "other");
    expect(Object.values(before.spaces)).toHaveLength(1);
    expect(after.spaces["shop"]?.app?.env).toEqual({ ...before.spaces["shop"]?.app?.env, SHOP_NAME: "other" });
    expect(changed(after, String(before.spaces["shop"]?.app?.env?.["SHOP_NAME"]))).toEqual(before);
  });

  test("claim no more than what the platform is given for each of them", () => {
    const { cpu, memory } = PLANS[tenant(1).plan].budget.guaranteed;
    expect(parseInt(cpu) / 1000).toBeLessThanOrEqual(DEMAND.cpu);
    expect(parseInt(memory) / 1024).toBeLessThanOrEqual(DEMAND.memory);
  });
});
