import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { budgetOf, resourcesOf, spaceBudgets } from "../../tenants/budget.ts";
import { podsOf } from "../../tenants/demand.ts";
import { judgeFleet, readTenants } from "../../tenants/fleet.ts";
import { TENANTS } from "../../tenants/index.ts";
import { formatCpu, milli } from "../../tenants/quantity.ts";
import { limits, minimal, tenantOf } from "./samples.ts";

const { tenants, faults } = readTenants({});

test("six tenants of six plans come up without a fault", () => {
  expect([...faults, ...judgeFleet(tenants, limits)]).toEqual([]);
  const rows = tenants.map(({ tenant }) => [
    tenant.id,
    tenant.plan,
    tenant.isolation.tier,
    ...Object.keys(tenant.spaces),
  ]);
  expect(rows.map((it) => it.join(" "))).toEqual([
    "acme team namespace api jobs",
    "corner-shop micro namespace shop",
    "globex enterprise pool portal ledger",
    "mcce-g1 business namespace prod test",
    "my-shop store namespace shop",
    "u1042 free namespace p7 p8",
  ]);
});

test("every one has groups for the three personas, so each can be tried", () => {
  const groups = tenants.flatMap(({ tenant }) => Object.values(tenant.owner.groups));
  expect(groups).toHaveLength(18);
  expect(groups.filter((it) => it.length === 0)).toEqual([]);
});

test("a project environment asks for 100m/128Mi, may use 500m/512Mi, and has a volume at /workspace", () => {
  const user = tenants.find(({ tenant }) => tenant.id === "u1042")?.tenant;
  const apps = Object.values(user?.spaces ?? {}).map(({ app }) => app);
  expect(apps).toHaveLength(2);
  for (const app of apps)
    expect(app).toMatchObject({
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      volume: { size: "1Gi", mountPath: "/workspace" },
    });
});

test("the store platforms' hard limits are 2 CPU/4Gi and 1 CPU/1Gi", () => {
  const hard = ["my-shop", "corner-shop"].map((id) => tenants.find(({ tenant }) => tenant.id === id)?.tenant);
  expect(hard.map((it) => it && [budgetOf(it).cpu, budgetOf(it).memory])).toEqual([
    ["2", "4Gi"],
    ["1", "1Gi"],
  ]);
});

test("in every space an update's extra pod fits the guarantee", () => {
  const used = tenants.flatMap(({ tenant }) =>
    Object.entries(tenant.spaces).map(([space, { app }]) => {
      if (!app) return `${tenant.id}-${space}: nothing`;
      const total = milli(resourcesOf(tenant, app).requests.cpu) * BigInt(podsOf(app));
      const most = spaceBudgets(tenant)[space]?.guaranteed.cpu ?? "0";
      expect(total).toBeLessThanOrEqual(milli(most));
      return `${tenant.id}-${space}: ${formatCpu(total)} of ${most}`;
    }),
  );
  expect(used).toMatchInlineSnapshot(`
    [
      "acme-api: 400m of 2",
      "acme-jobs: 200m of 2",
      "corner-shop-shop: 100m of 500m",
      "globex-portal: 1250m of 8",
      "globex-ledger: 1250m of 8",
      "mcce-g1-prod: 1250m of 6",
      "mcce-g1-test: 300m of 2",
      "my-shop-shop: 300m of 1",
      "u1042-p7: 100m of 200m",
      "u1042-p8: 100m of 200m",
    ]
  `);
});

test("a minimal tenant comes out with every default", () => {
  expect(tenantOf()).toEqual({
    ...minimal,
    owner: { email: "platform@acme.example", groups: { admins: [], users: [], viewers: [] } },
    overrides: {},
    isolation: { tier: "namespace" },
    spaces: { api: { edges: [] } },
    edges: [],
    database: "none",
    egress: [],
    domains: [],
    lifecycle: "active",
    retention: { days: 30 },
  });
  const image = `ghcr.io/acme/api@sha256:${"a".repeat(64)}`;
  expect(tenantOf({ spaces: { api: { app: { kind: "web", image } } } }).spaces.api?.app).toEqual({
    kind: "web",
    image,
    args: [],
    port: 8080,
    replicas: { min: 1, max: 1 },
    probe: { path: "/" },
    env: {},
    secrets: {},
    host: false,
  });
});

const folder = new URL("../../tenants/", import.meta.url);
const source = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(new URL(file, folder), "utf8"), ts.ScriptTarget.Latest, true);

/** Whether an expression is data and nothing else: no call, no name of anything, no spread, no computed key. */
function inert(node: ts.Node): boolean {
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (it) =>
        ts.isPropertyAssignment(it) &&
        (ts.isIdentifier(it.name) || ts.isStringLiteral(it.name)) &&
        it.name.text !== "__proto__" &&
        inert(it.initializer),
    );
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(inert);
  const word = [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind);
  return ts.isStringLiteral(node) || ts.isNumericLiteral(node) || word;
}

function isTenantFile(file: ts.SourceFile): boolean {
  const [head, body, ...more] = file.statements;
  return (
    more.length === 0 &&
    !!head &&
    ts.isImportDeclaration(head) &&
    head.getText() === 'import type { TenantInput } from "./schema.ts";' &&
    !!body &&
    ts.isExportAssignment(body) &&
    ts.isSatisfiesExpression(body.expression) &&
    body.expression.type.getText() === "TenantInput" &&
    inert(body.expression.expression)
  );
}

test("tenant files are inert, and each is registered under its id", () => {
  expect(TENANTS.map(({ file }) => file)).toEqual(TENANTS.map(({ input }) => `tenants/${input.id}.ts`));
  const files = readdirSync(folder).filter((it) => it.endsWith(".ts") && /satisfies TenantInput/.test(source(it).text));
  expect(files.map((it) => `tenants/${it}`)).toEqual(TENANTS.map(({ file }) => file));
  expect(files.filter((it) => !isTenantFile(source(it)))).toEqual([]);
});

test.each([
  "f()",
  "[...x]",
  "{ ...x }",
  "{ [x]: 1 }",
  "`${x}`",
  "x",
  "{ f() {} }",
  "new X()",
  "{ __proto__: {} }",
  "{ x }",
])("%s would not pass as inert", (expression) => {
  const text = `import type { TenantInput } from "./schema.ts";\nexport default { id: ${expression} } satisfies TenantInput;`;
  const file = (code: string) => ts.createSourceFile("x.ts", code, ts.ScriptTarget.Latest, true);
  expect(isTenantFile(file(text))).toBe(false);
  expect(isTenantFile(file(text.replace(`id: ${expression}`, 'id: "x"')))).toBe(true);
});
