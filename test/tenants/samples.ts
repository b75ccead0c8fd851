import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { formatFault } from "../../tenants/fault.ts";
import { readTenants, type FleetLimits } from "../../tenants/fleet.ts";
import { Tenant, type TenantInput } from "../../tenants/schema.ts";

export const IMAGE = `ghcr.io/acme/api@sha256:${"a".repeat(64)}`;

export const minimal = {
  schemaVersion: 1,
  id: "acme",
  owner: { email: "platform@acme.example" },
  plan: "team",
  spaces: { api: {} },
} satisfies TenantInput;

/** A tenant of valid shape: the minimal one with some fields changed. */
export const tenantOf = (changes: Partial<TenantInput> = {}): Tenant => Tenant.parse({ ...minimal, ...changes });

export const limits: FleetLimits = {
  tenants: 100,
  capacity: { cpu: "64", memory: "128Gi" },
  overcommit: 1,
  ranges: ["10.96.0.0/12", "10.244.0.0/16", "192.168.0.0/24", "fd00:10::/64"],
  baseDomain: "apps.example",
};

/** A directory of files that is gone after the test. */
export function directory(files: Record<string, string | Uint8Array>): string {
  const dir = mkdtempSync(join(tmpdir(), "tenants-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
}

/** The faults of one file as people see them, without the directory. */
export function said(content: string | Uint8Array, name = "bad.yaml"): string[] {
  const dir = directory({ [name]: content });
  return readTenants({ registry: [], dir }).faults.map((it) => formatFault(it).replace(`${dir}/`, ""));
}

/** The smallest data file, named bad.yaml. */
export const GOOD = `schemaVersion: 1
id: bad
owner: { email: a@b.example }
plan: team
spaces: { api: {} }
`;
