import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { loadStack, stacks, UsageError } from "../../engine/stack.ts";
import { programVersion } from "../../engine/version.ts";

const root = mkdtempSync(join(tmpdir(), "stack-"));
afterAll(() => rmSync(root, { recursive: true }));
const write = (text: string, name = "Pulumi.test.yaml") => writeFileSync(join(root, name), text);
beforeEach(() =>
  write(
    [
      "config:",
      '  pulumi:disable-default-providers: ["*"]',
      "  tenantry:fleet: test",
      "  bare: 5",
      "  tenantry:overcommit: 1.5",
      "  tenantry:flag: true",
      '  tenantry:capacity: { cpu: "80", memory: 300Gi }',
      "  tenantry:caps: { tenants: 10, inner: { deep: a } }",
    ].join("\n"),
  ),
);
const load = (...overrides: string[]) => loadStack(root, "test", overrides);

test("values are text, structures JSON, and a bare key is one of ours", () => {
  expect(load()).toEqual({
    "pulumi:disable-default-providers": '["*"]',
    "tenantry:fleet": "test",
    "tenantry:bare": "5",
    "tenantry:overcommit": "1.5",
    "tenantry:flag": "true",
    "tenantry:capacity": '{"cpu":"80","memory":"300Gi"}',
    "tenantry:caps": '{"tenants":10,"inner":{"deep":"a"}}',
  });
});

test.each([
  ["fleet=other", "tenantry:fleet", "other"],
  ["tenantry:fleet=a=b", "tenantry:fleet", "a=b"],
  ["aws:region=eu", "aws:region", "eu"],
  ["fleet=", "tenantry:fleet", ""],
  ["fleet=two\nlines", "tenantry:fleet", "two\nlines"],
  ["capacity.cpu=10", "tenantry:capacity", '{"cpu":"10","memory":"300Gi"}'],
  ["caps.tenants=7", "tenantry:caps", '{"tenants":7,"inner":{"deep":"a"}}'],
  ["caps.inner.deep=b", "tenantry:caps", '{"tenants":10,"inner":{"deep":"b"}}'],
  ["caps.more=1", "tenantry:caps", '{"tenants":10,"inner":{"deep":"a"},"more":"1"}'],
  ["nothing.here=1", "tenantry:nothing", '{"here":"1"}'],
])("--set %s", (line, key, value) => {
  expect(load(line)).toEqual({ ...load(), [key]: value });
});

test("the last of two wins, and both may touch one structure", () => {
  expect(load("fleet=a", "fleet=b")["tenantry:fleet"]).toBe("b");
  expect(load("capacity.cpu=1", "capacity.memory=2")["tenantry:capacity"]).toBe('{"cpu":"1","memory":"2"}');
});

test.each([
  ["fleet", "want KEY=VALUE"],
  ["=x", "want KEY=VALUE"],
  ["fleet.x=1", "tenantry:fleet holds no object"],
  ["overcommit.x=1", "tenantry:overcommit holds no object"],
  ["caps.none.deep=1", "there is no none"],
  ["caps.tenants.deep=1", "there is no tenants"],
  ["caps.__proto__.polluted=1", "there is no __proto__"],
  ["caps.constructor.prototype.polluted=1", "there is no constructor"],
  ["caps.__proto__=1", '"__proto__" is no part of a setting'],
  ["caps.=1", '"" is no part of a setting'],
])("--set %s is refused: %s", (line, message) => {
  expect(() => load(line)).toThrow(UsageError);
  expect(() => load(line)).toThrow(message);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test.each(["none", "", "../test", "test.yaml/..", "a".repeat(101), "te st"])("stack %j is unknown", (name) => {
  expect(() => loadStack(root, name)).toThrow(UsageError);
  expect(() => loadStack(root, name)).toThrow(/there is no Pulumi\..*\.yaml; allowed: test$/);
});

test.each([
  ["at the top", "config:\n  tenantry:key: { secure: AAAB }\n"],
  ["inside a structure", "config:\n  tenantry:key: { a: [{ secure: AAAB }] }\n"],
])("a value encrypted by the CLI %s is refused with the line to type", (_, text) => {
  write(text);
  expect(() => load()).toThrow(UsageError);
  expect(() => load()).toThrow(/tenantry:key is encrypted: only the Pulumi CLI can read it: pulumi up -s test$/);
});

test("a stack's name may hold dots", () => {
  write("config: { a: { secure: x } }", "Pulumi.eu.prod.yaml");
  expect(stacks(root)).toEqual(["eu.prod", "test"]);
  expect(() => loadStack(root, "eu.prod")).toThrow("pulumi up -s eu.prod");
  rmSync(join(root, "Pulumi.eu.prod.yaml"));
});

test.each(["config: [", "a: b: c", "\t- x", 'config: "unclosed'])(
  "YAML that is none is refused by file: %j",
  (text) => {
    write(text);
    expect(() => load()).toThrow(UsageError);
    expect(() => load()).toThrow(/^Pulumi\.test\.yaml: .*line 1/);
  },
);

test.each(["", "null", "other: 1", "config:"])("a file without settings has none: %j", (text) => {
  write(text);
  expect(load()).toEqual({});
});

test("the program's version follows its sources, not tenants' own files", () => {
  const other = mkdtempSync(join(tmpdir(), "version-"));
  const put = (name: string, text: string) => writeFileSync(join(other, name), text);
  put("package.json", "{}");
  const empty = programVersion(other, new Set());
  expect(programVersion(other, new Set())).toBe(empty);
  expect(empty).toMatch(/^[0-9a-f]{16}$/);
  put("package.json", '{"a":1}');
  const changed = programVersion(other, new Set());
  expect(changed).not.toBe(empty);
  expect(programVersion(other, new Set(["package.json"]))).not.toBe(changed);
  put("README.md", "text");
  expect(programVersion(other, new Set())).toBe(changed);
  rmSync(other, { recursive: true });
});

test("of this repository, a tenant's file counts for that tenant alone", () => {
  const all = programVersion(join(import.meta.dirname, "../.."), new Set());
  expect(programVersion(join(import.meta.dirname, "../.."), new Set(["tenants/acme.ts"]))).not.toBe(all);
});
