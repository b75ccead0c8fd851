import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { tenantry } from "../support/command.ts";

const base = mkdtempSync(join(tmpdir(), "cli-"));
afterAll(() => rmSync(base, { recursive: true }));

const WRONG: [string[], RegExp][] = [
  [["bogus"], /unknown command 'bogus'/],
  [["up", "--bogus"], /unknown option '--bogus'/],
  [["up", "--wait", "soon"], /want a whole number from 0 to 3600/],
  [["render"], /missing required argument 'dir'/],
  [["handover", "nobody"], /Allowed choices are pulumi, cli, gitops, direct/],
  [["tenants", "kubeconfig", "acme", "--minutes", "1"], /want a whole number from 10 to 1440/],
  [["tenants", "bogus"], /bogus/],
  [["check", "--stack", "nope"], /^--stack "nope": there is no Pulumi\.nope\.yaml; allowed: dev, local, prod$/m],
  [["check", "--set", "baseDomain"], /^--set "baseDomain": want KEY=VALUE, such as baseDomain=example\.com$/m],
  [["render", join(base, "never"), "--only", "nobody"], /^--only nobody: no such tenant; allowed: acme, /m],
  [["local", "reset"], /Nobody can answer here: add --yes\. Nothing was changed\./],
];

describe("a wrong command line ends with 2 and one clear line", () => {
  test.each(WRONG)("%j", async (args, message) => {
    const { code, stdout, stderr } = await tenantry(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test("help and version end with 0, on standard output", async () => {
  for (const args of [["--help"], ["up", "--help"], ["tenants", "kubeconfig", "--help"], ["--version"]]) {
    const { code, stdout, stderr } = await tenantry(...args);
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    expect(stdout).toMatch(/^(Usage: tenantry|\d+\.\d+\.\d+)/);
  }
});

test("a setting with a value that is none ends with 1 and says where, found and allowed", async () => {
  const { code, stderr } = await tenantry("check", "--stack", "prod", "--set", "baseDomain=x_y");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Pulumi\.prod\.yaml tenantry:baseDomain: found "x_y", allowed: a host name/);
});

test("check judges without a cluster: 0 and no findings, in text and as JSON", async () => {
  const text = await tenantry("check");
  expect([text.code, text.stderr]).toEqual([0, ""]);
  expect(text.stdout).toMatch(/^\d{3,} resources judged by \d{2,} guardrails: 0 findings\n$/);
  const json = await tenantry("check", "--stack", "prod", "--json");
  expect([json.code, JSON.parse(json.stdout)]).toEqual([0, expect.objectContaining({ findings: [], onlyByCli: [] })]);
});

test("check ends with 1 and names every tenant whose images come from a registry that is not allowed", async () => {
  const { code, stdout, stderr } = await tenantry("check", "--set", "registries=ghcr.io/", "--json");
  expect([code, stderr]).toEqual([1, ""]);
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; on: string; message: string }[] };
  expect([...new Set(findings.map((it) => it.rule))]).toEqual(["pinned-images"]);
  expect(findings.map((it) => it.on)).toContain("acme-api-web (Deployment)");
});

test("tenants list and validate tell all tenants, and secrets of nobody", async () => {
  const list = await tenantry("tenants", "list", "--json");
  expect([list.code, list.stderr]).toEqual([0, ""]);
  const rows = JSON.parse(list.stdout) as Record<string, unknown>[];
  expect(rows.map((it) => it["id"])).toEqual(["acme", "corner-shop", "globex", "mcce-g1", "my-shop", "u1042"]);
  expect(rows[0]).toMatchObject({ plan: "team", namespaces: ["acme-api", "acme-jobs"], hosts: ["api.acme.example"] });
  expect(rows.every((it) => !("digestInput" in it))).toBe(true);
  const table = (await tenantry("tenants", "list")).stdout.split("\n");
  expect(table[0]).toMatch(/^TENANT +PLAN +TIER +OWNER +NAMESPACES +HOSTS +FILE$/);
  expect((await tenantry("tenants", "validate")).stdout).toBe("6 tenants, no faults\n");
  expect(JSON.parse((await tenantry("tenants", "validate", "--json")).stdout)).toEqual({ valid: true, tenants: 6 });
});

test("a faulty tenant file ends with 1, every fault by file and line, and nothing is written", async () => {
  const dir = mkdtempSync(join(base, "tenants-"));
  writeFileSync(join(dir, "bad.yaml"), "schemaVersion: 1\nid: bad\nplan: gold\nowner: { email: nobody }\nspaces: {}\n");
  const { code, stdout, stderr } = await tenantry("render", join(base, "never"), "--tenants", dir);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/bad\.yaml:3 plan: found "gold"/);
  expect(stderr).toMatch(/bad\.yaml:4 owner\.email/);
  expect(stderr).toMatch(/Nothing was changed\./);
  expect(readdirSync(base)).not.toContain("never");
  const kept = await tenantry("render", join(base, "kept"), "--tenants", dir, "--keep-going", "--only", "acme");
  expect(kept.code).toBe(3);
  expect(kept.stderr).toMatch(/^set aside: .*bad\.yaml:3 plan/m);
  expect(readdirSync(join(base, "kept"))).toEqual([".tenantry.json", "_platform", "acme"]);
});

test("render says what it wrote, on standard output as JSON alone", async () => {
  const { code, stdout } = await tenantry("render", join(base, "out"), "--only", "u1042", "--json");
  const done = JSON.parse(stdout) as { files: string[]; removed: string[]; digest: string };
  expect([code, done.removed]).toEqual([0, []]);
  expect(done.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(done.files).toContain("u1042/u1042-p7.resourcequota.quota.yaml");
});

test("a cluster that is not there ends with 1 and one line that says which", async () => {
  const none = join(base, "none");
  const { code, stderr } = await tenantry("status", "--kubeconfig", none);
  expect(code).toBe(1);
  expect(stderr).toContain(none);
  expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
});
