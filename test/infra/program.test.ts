import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import program from "../../infra/index.ts";
import { parseSettings } from "../../infra/settings.ts";
import { deploy, listed, type Deployed } from "../support/deploy.ts";
import { stackConfig } from "../support/fixtures.ts";

const run = (change: Record<string, string> = {}) => deploy(program, { ...stackConfig, ...change });
const tenantsOf = (resources: Deployed[]) => listed(resources.filter((it) => it.type === "tenantry:tenancy:Tenant"));

test("the fleet of this repository is registered whole, every object with its explicit provider", async () => {
  const { resources, all } = await run();
  expect(tenantsOf(resources)).toEqual([
    "Tenant acme",
    "Tenant corner-shop",
    "Tenant globex",
    "Tenant mcce-g1",
    "Tenant my-shop",
    "Tenant u1042",
  ]);
  expect(all("tenantry:tenancy:Space")).toHaveLength(10);
  const custom = resources.filter((it) => /^(kubernetes|random):/.test(it.type));
  expect(custom.filter((it) => !/::(cluster|random)::/.test(it.provider))).toEqual([]);
  expect(custom.length).toBeGreaterThan(150);
  expect(resources.filter((it) => it.type.startsWith("pulumi:providers:")).map((it) => it.name)).toEqual([
    "cluster",
    "random",
  ]);
});

test("what is protected is the namespaces and the volumes", async () => {
  const { resources } = await run();
  const kinds = [...new Set(resources.filter((it) => it.protect).map((it) => it.type))].sort();
  expect(kinds).toEqual(["kubernetes:core/v1:Namespace", "kubernetes:core/v1:PersistentVolumeClaim"]);
  expect(resources.filter((it) => it.type === "kubernetes:core/v1:Namespace" && !it.protect)).toEqual([]);
});

test("the one cluster provider is on the context the settings name", async () => {
  const { one } = await run({ "tenantry:cloud": "existing", "tenantry:context": "kind-x" });
  const { kubeClientSettings, ...inputs } = one("pulumi:providers:kubernetes").inputs;
  expect(JSON.parse(kubeClientSettings)).toEqual({ qps: 1000, burst: 2000 });
  expect(inputs).toEqual({
    context: "kind-x",
    enableServerSideApply: "true",
    skipUpdateUnreachable: "false",
    deleteUnreachable: "false",
  });
});

test("tenants wait for the platform that judges them", async () => {
  const { all } = await run();
  for (const { name, dependencies } of all("tenantry:tenancy:Tenant")) {
    const waits = dependencies.some((it) => it.endsWith("::platform-admission-tenantry-pinned-images-binding"));
    expect([name, waits]).toEqual([name, true]);
  }
});

test("the platform alone, and tenants alone", async () => {
  const platform = await run({ "tenantry:part": "platform" });
  expect([tenantsOf(platform.resources), platform.all("tenantry:platform:Platform").length]).toEqual([[], 1]);
  const tenants = await run({ "tenantry:part": "tenants", "tenantry:only": "u1042" });
  expect(tenantsOf(tenants.resources)).toEqual(["Tenant u1042"]);
  expect(tenants.all("tenantry:platform:Platform")).toEqual([]);
});

test("nothing is registered late: the first preview shows all there will be", async () => {
  const { resources } = await run();
  const first = await deploy(program, stackConfig, { known: false });
  expect(listed(first.resources)).toEqual(listed(resources));
});

test("the same input gives the same plan", async () => {
  const [first, second] = [await run(), await run()];
  expect(second.resources).toEqual(first.resources);
  expect(second.outputs).toEqual(first.outputs);
});

test("outputs name the fleet, namespaces, hosts and how to get in", async () => {
  const { outputs } = await run({ "tenantry:part": "tenants", "tenantry:only": "acme" });
  expect(outputs).toEqual({
    fleet: { name: "test", runner: "cli", cloud: "local", context: "tenantry-local" },
    namespaces: { acme: ["acme-api", "acme-jobs"] },
    hosts: { acme: ["api.acme.example"] },
    kubeconfigs: { acme: "npm run -s tenantry -- tenants kubeconfig acme --stack local" },
  });
});

test("a bad tenant stops the program before it registers anything", async () => {
  const dir = mkdtempSync(join(tmpdir(), "tenants-"));
  writeFileSync(join(dir, "bad.yaml"), "schemaVersion: 1\nid: bad\nplan: gold\n");
  await expect(run({ "tenantry:tenants": dir })).rejects.toThrow(
    /bad\.yaml:3 plan: found "gold".*\nNothing was changed\. Correct the above, then: npm run -s tenantry -- check --stack local$/s,
  );
  rmSync(dir, { recursive: true });
});

test.each(["local", "dev", "prod"])("the settings of stack %s are valid, and default providers are off", (stack) => {
  const { config } = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
  const text = Object.entries(config).map(([key, it]) => [key, typeof it === "string" ? it : JSON.stringify(it)]);
  expect(parseSettings(Object.fromEntries(text) as Record<string, string>, stack).fleet).toBe(stack);
  expect(config["pulumi:disable-default-providers"]).toEqual(["*"]);
});
