import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { TenantInput } from "../tenants/schema.ts";

const IMAGE =
  "registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85";
const TRADES = ["bakery", "books", "bikes", "clinic", "coffee", "florist", "garage", "music", "print", "tailor"];

/** What a tenant's guaranteed budget takes of the platform's capacity, at most: cores and GiB. */
export const DEMAND = { cpu: 1, memory: 1 };

/**
 * The tenant of an index: one space with a small web app on a host name, which makes 14 objects or more.
 * Same index, same seed: the same tenant; another index: another id.
 */
export function tenant(index: number, seed = 1): TenantInput {
  const next = random(seed * 1_000_003 + index);
  const trade = TRADES[Math.floor(next() * TRADES.length)] ?? "shop";
  const id = `${trade}-${String(index).padStart(5, "0")}`;
  return {
    schemaVersion: 1,
    id,
    owner: {
      email: `owner@${id}.example`,
      groups: { admins: [`${id}-admins`], users: [`${id}-users`], viewers: [`${id}-viewers`] },
    },
    plan: "micro",
    spaces: {
      shop: {
        app: {
          kind: "web",
          image: IMAGE,
          args: ["netexec", "--http-port=8080"],
          probe: { path: "/healthz" },
          env: { SHOP_NAME: `${trade} ${index}`, THEME: next() < 0.5 ? "light" : "dark" },
          replicas: { min: 1, max: 2 + Math.floor(next() * 2) },
          resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "250m", memory: "256Mi" } },
          host: true,
        },
      },
    },
  };
}

/** The same tenant with one value of its app changed. */
export function changed(it: TenantInput, to: string): TenantInput {
  const copy = structuredClone(it);
  for (const { app } of Object.values(copy.spaces)) if (app) app.env = { ...app.env, SHOP_NAME: to };
  return copy;
}

/** Writes one data file and returns its path. */
export function writeTenant(dir: string, it: TenantInput): string {
  const file = join(dir, `${it.id}.yaml`);
  writeFileSync(file, stringify(it));
  return file;
}

/** Writes the first `count` tenants of a seed as data files. */
export function writeTenants(dir: string, count: number, seed = 1): void {
  mkdirSync(dir, { recursive: true });
  for (let index = 1; index <= count; index++) writeTenant(dir, tenant(index, seed));
}

/** Mulberry32: small, and the same numbers on every machine. */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
