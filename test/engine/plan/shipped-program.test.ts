import { describe, expect, test } from "vitest";
import { canonical } from "../../../engine/plan/canonical.ts";
import { type Registration, tenantOf } from "../../../engine/plan/registration.ts";
import { planOfStack, shipped } from "../../support/stacks.ts";

/** Registrations below one tenant, as text. */
function byTenant(registrations: Registration[]): Map<string, string> {
  const byUrn = new Map(registrations.map((it) => [it.urn, it]));
  const groups = Map.groupBy(registrations, (it) => tenantOf(it, byUrn) ?? "");
  return new Map(
    [...groups].filter(([id]) => id !== "").map(([id, list]) => [id, canonical(list.map(withoutPlatform))]),
  );
}

/** A tenant waits for the platform where both are in one pass; nothing else may differ. */
const withoutPlatform = (it: Registration) => ({
  ...it,
  dependencies: it.dependencies.filter((urn) => !urn.includes("tenantry:platform:")),
});

describe.each(["local", "dev", "prod"])("the program of stack %s", (name) => {
  const stack = shipped(name);

  test("gives the same plan twice, to the byte", async () => {
    const [first, second] = [await planOfStack(stack), await planOfStack(stack)];
    expect(first.registrations.length).toBeGreaterThan(200);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test("gives in parts what it gives in one pass, tenant by tenant", async () => {
    const whole = byTenant((await planOfStack(stack)).registrations);
    const ids = stack.fleet.tenants.map((it) => it.id);
    expect([...whole.keys()].toSorted()).toEqual(ids.toSorted());
    const parts = new Map<string, string>();
    for (const only of [ids.slice(0, 2), ids.slice(2)]) {
      const made = await planOfStack(stack, { "tenantry:part": "tenants", "tenantry:only": JSON.stringify(only) });
      for (const [id, text] of byTenant(made.registrations)) parts.set(id, text);
    }
    expect([...parts.keys()].toSorted()).toEqual(ids.toSorted());
    for (const [id, text] of whole) expect([id, parts.get(id) === text]).toEqual([id, true]);
  });

  test("gives in shards every tenant once, and the same", async () => {
    const whole = byTenant((await planOfStack(stack)).registrations);
    const found: string[] = [];
    for (const shard of ["1/3", "2/3", "3/3"]) {
      const made = await planOfStack(stack, { "tenantry:part": "tenants", "tenantry:shard": shard });
      for (const [id, text] of byTenant(made.registrations)) {
        found.push(id);
        expect([id, text === whole.get(id)]).toEqual([id, true]);
      }
    }
    expect(found.toSorted()).toEqual([...whole.keys()].toSorted());
  });
});
