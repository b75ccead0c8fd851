import { basename } from "node:path";
import { expect, test } from "vitest";
import type { LoadedTenant } from "../../tenants/data-files.ts";
import { formatFault } from "../../tenants/fault.ts";
import { judgeFleet, readTenants, setAside } from "../../tenants/fleet.ts";
import type { TenantInput } from "../../tenants/schema.ts";
import { directory, IMAGE, limits, minimal, tenantOf } from "./samples.ts";

const loaded = (changes: Partial<TenantInput>, file?: string): LoadedTenant => {
  const tenant = tenantOf(changes);
  return { tenant, file: file ?? `${tenant.id}.yaml` };
};

const said = (...fleet: Partial<TenantInput>[]): string[] =>
  judgeFleet(
    fleet.map((it) => loaded(it)),
    limits,
  ).map(formatFault);

const app = { kind: "web", image: IMAGE } as const;

test("a tenant without a fault has none among others", () => {
  expect(said({}, { id: "globex", domains: ["globex.example"] })).toEqual([]);
});

test("an id or a namespace of the platform or the cluster is reserved", () => {
  expect(said({ id: "kube" })).toEqual([
    'kube.yaml id: found "kube", allowed: a name the platform and the cluster do not use',
  ]);
  expect(said({ id: "cert", spaces: { manager: {}, api: {} } })).toEqual([
    'cert.yaml spaces.manager: found the namespace "cert-manager", allowed: a namespace the platform and the cluster do not use',
  ]);
});

test("a plan bounds spaces and tiers", () => {
  expect(said({ plan: "free", spaces: { a: {}, b: {}, c: {}, d: {}, e: {} }, isolation: { tier: "pool" } })).toEqual([
    "acme.yaml spaces: found 5 spaces, allowed: at most 4 on plan free",
    'acme.yaml isolation.tier: found "pool", allowed: "namespace" on plan free',
  ]);
});

test("edges lead to spaces the tenant has", () => {
  const edges = [{ from: "api", to: "tostring", port: 8080 }];
  const spaces = { api: { edges: [{ to: "constructor", port: 8080 }] }, jobs: {} };
  expect(said({ edges, spaces })).toEqual([
    'acme.yaml edges[0].to: found "tostring", allowed: a space of this tenant: api, jobs',
    'acme.yaml spaces.api.edges[0].to: found "constructor", allowed: a space of this tenant: api, jobs',
  ]);
});

test("the platform's own domain is nobody's, nor what is above or below it", () => {
  expect(said({ domains: ["x.apps.example", "apps.example", "my-apps.example"] })).toEqual([
    'acme.yaml domains[0]: found "x.apps.example", allowed: a domain neither above nor below the platform\'s apps.example',
    'acme.yaml domains[1]: found "apps.example", allowed: a domain neither above nor below the platform\'s apps.example',
  ]);
  const around = { ...limits, baseDomain: "eu.apps.example" };
  expect(judgeFleet([loaded({ domains: ["apps.example"] })], around)).toHaveLength(1);
});

test("a host too long for DNS is refused", () => {
  const domain = `${"a.".repeat(121)}example`;
  expect(domain).toHaveLength(249);
  const spaces = { api: { app: { ...app, host: true } } };
  expect(said({ domains: [domain], spaces })).toEqual([]);
  expect(said({ domains: [`a.${domain}`], spaces })[0]).toContain(
    "spaces.api.app.host: found a host name of 255 characters",
  );
});

test("the same or nested domains, of two data files, are neither's", () => {
  const a = { id: "a", domains: ["one.example", "shop.two.example"] };
  const b = { id: "b", domains: ["two.example", "none.example"] };
  const c = { id: "c", domains: ["one.example"] };
  expect(said(a, b, c)).toEqual([
    'a.yaml domains[0]: found "one.example", allowed: a domain neither the same as, above nor below one that no other tenant has: see c (c.yaml)',
    'c.yaml domains[0]: found "one.example", allowed: a domain neither the same as, above nor below one that no other tenant has: see a (a.yaml)',
    'a.yaml domains[1]: found "shop.two.example", allowed: a domain neither the same as, above nor below one that no other tenant has: see b (b.yaml), which has "two.example"',
    'b.yaml domains[0]: found "two.example", allowed: a domain neither the same as, above nor below one that no other tenant has: see a (a.yaml), which has "shop.two.example"',
  ]);
  expect(said({ domains: ["a.example", "b.a.example", "a.example"] })).toEqual([]);
  expect(said({ id: "a", domains: ["shop.example"] }, { id: "b", domains: ["workshop.example"] })).toEqual([]);
});

test("a data file cannot take what a reviewed tenant has: its id, its domain, its group", () => {
  const groups = { admins: ["Acme-Admins"] };
  const reviewed = loaded({ domains: ["acme.example"], owner: { email: "a@b.example", groups } }, "tenants/acme.ts");
  const taker = {
    id: "x",
    domains: ["www.acme.example"],
    owner: { email: "a@b.example", groups: { viewers: ["acme-admins"] } },
  };
  const fleet = [loaded({}), loaded(taker), reviewed];
  const faults = judgeFleet(fleet, limits);
  expect(faults.map(({ file, path, tenant }) => [file, path, tenant])).toEqual([
    ["acme.yaml", "id", "acme"],
    ["x.yaml", "domains[0]", "x"],
    ["x.yaml", "owner.groups.viewers[0]", "x"],
  ]);
  expect(setAside(fleet, faults)).toEqual({ kept: [reviewed], aside: ["x"] });
});

test("the same id twice is a fault of both files", () => {
  const faults = judgeFleet([loaded({}, "d/acme.yaml"), loaded({}, "d/acme.json")], limits);
  expect(faults.map(formatFault)).toEqual([
    'd/acme.yaml id: found "acme", allowed: an id that no other tenant has: see d/acme.json',
    'd/acme.json id: found "acme", allowed: an id that no other tenant has: see d/acme.yaml',
  ]);
});

test("an app fits its space, its container and the update that needs one pod more", () => {
  const sized = (cpu: string, memory: string, max: number) => ({
    ...app,
    replicas: { min: 1, max },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu, memory } },
  });
  const free = (it: TenantInput["spaces"][string]["app"]) => said({ plan: "free", spaces: { api: { app: it } } });
  expect(free(sized("500m", "512Mi", 3))).toEqual([]);
  expect(free(sized("500m", "512Mi", 4))).toEqual([
    "acme.yaml spaces.api.app: found CPU requests of 500m (5 pods of 100m, one of them for an update), allowed: at most 400m, this space's part of plan free",
    "acme.yaml spaces.api.app: found memory requests of 640Mi (5 pods of 128Mi, one of them for an update), allowed: at most 512Mi, this space's part of plan free",
    "acme.yaml spaces.api.app: found CPU limits of 2500m (5 pods of 500m, one of them for an update), allowed: at most 2, this space's part of plan free",
    "acme.yaml spaces.api.app: found memory limits of 2560Mi (5 pods of 512Mi, one of them for an update), allowed: at most 2Gi, this space's part of plan free",
  ]);
  expect(free(sized("600m", "64Mi", 1))).toEqual([
    'acme.yaml spaces.api.app.resources.limits.cpu: found "600m", allowed: at most 500m a container on plan free',
    'acme.yaml spaces.api.app.resources.requests.memory: found "128Mi", allowed: at most the limit, 64Mi',
  ]);
  expect(free({ ...app, volume: { size: "5Gi", mountPath: "/workspace" } })).toEqual([
    'acme.yaml spaces.api.app.volume.size: found "5Gi", allowed: at most 4Gi, this space\'s part of plan free',
  ]);
  const crowded = { a: { app: { ...app, host: true } }, b: {}, c: {}, d: {} };
  expect(said({ plan: "free", spaces: crowded }).at(-1)).toContain("found 1 ingresses, allowed: at most 0");
});

test("without figures of its own an app is judged by the plan's", () => {
  expect(said({ plan: "micro", spaces: { api: { app: { ...app, replicas: { min: 1, max: 2 } } } } })).toHaveLength(2);
});

test("the platform holds so many tenants and promises so much; the largest are named", () => {
  const fleet = ["c", "a", "b", "d"].map((id) => loaded({ id, plan: id === "d" ? "business" : "team" }));
  const tight = { ...limits, tenants: 3, capacity: { cpu: "16", memory: "20Gi" }, overcommit: 1.5 };
  const faults = judgeFleet(fleet, tight);
  expect(faults.map(formatFault)).toEqual([
    "fleet tenants: found 4 tenants, allowed: at most 3 on this platform",
    "fleet capacity.memory: found guarantees of 40Gi (largest: d 16Gi, a 8Gi, b 8Gi), allowed: at most 30Gi: capacity 20Gi times 1.5",
  ]);
  expect(faults.map(({ tenant }) => tenant)).toEqual([undefined, undefined]);
  expect(judgeFleet(fleet, { ...tight, tenants: 4, overcommit: 2 })).toEqual([]);
  expect(judgeFleet(fleet, { ...tight, tenants: 4, capacity: { cpu: "8", memory: "64Gi" } })).toHaveLength(1);
});

test("faults of the fleet have lines where the files are data", () => {
  const yaml = (id: string) =>
    `schemaVersion: 1\nid: ${id}\nowner: { email: a@b.example }\nplan: team\nspaces:\n  api: {}\ndomains:\n  - ${id}.example\n  - same.example\n`;
  const dir = directory({ "a.yaml": yaml("a"), "b.yaml": yaml("b") });
  const { tenants, faults } = readTenants({ registry: [], dir });
  expect(faults).toEqual([]);
  expect(judgeFleet(tenants, limits).map((it) => [basename(it.file), it.line, it.path])).toEqual([
    ["a.yaml", 9, "domains[1]"],
    ["b.yaml", 9, "domains[1]"],
  ]);
});

test("whoever is set aside, the others are kept", () => {
  const fleet = [loaded({ id: "a", plan: "free", isolation: { tier: "pool" } }), loaded({ id: "b" })];
  expect(setAside(fleet, judgeFleet(fleet, limits))).toEqual({ kept: [fleet[1]], aside: ["a"] });
  expect(setAside(fleet, []).kept).toEqual(fleet);
  expect(minimal.id).toBe("acme");
});

test("5,000 tenants are judged in a pass, not in pairs", () => {
  const fleet = Array.from({ length: 5000 }, (_, index) =>
    loaded({ id: `t${index}`, plan: "free", domains: [`t${index}.example`] }),
  );
  const wide = { ...limits, tenants: 5000, capacity: { cpu: "9999", memory: "9999Gi" } };
  expect(judgeFleet(fleet, wide)).toEqual([]);
});
