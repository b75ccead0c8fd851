import type { Unit } from "../apply/inventory.ts";
import type { Stack } from "../fleet.ts";
import { canonical, digest } from "./canonical.ts";

/** Settings that no tenant's objects are made from: a change of them plans the platform again, or nothing. */
const NOT_TENANTS = /^tenantry:(only|part|tenants|context|kubeconfig|caps|capacity|overcommit)$/;
const PLATFORMS = ["caps", "capacity", "overcommit"];

/** Digest of everything a unit's objects are made from: equal digests need no plan. */
export function inputsOf(stack: Stack): (unit: Unit) => string {
  const settings = Object.entries(stack.config).filter(([key]) => !NOT_TENANTS.test(key));
  const common = digest([stack.version, canonical(Object.fromEntries(settings))].join("\n"));
  const platform = PLATFORMS.map((it) => stack.config[`tenantry:${it}`] ?? "").join("\n");
  const texts = new Map(stack.fleet.tenants.map((it) => [it.id, it.digestInput]));
  return (unit) => digest(`${common}\n${unit === "platform" ? platform : (texts.get(unit.tenant) ?? "")}`);
}
