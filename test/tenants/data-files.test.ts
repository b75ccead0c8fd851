import { mkdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { formatFault } from "../../tenants/fault.ts";
import { readTenants, type Sources } from "../../tenants/fleet.ts";
import { directory, GOOD, IMAGE, said, tenantOf } from "./samples.ts";

const read = (dir: string, more: Sources = {}) => readTenants({ registry: [], dir, ...more });

test("bytes that are no text, and files that are too long, are refused", () => {
  expect(said(new Uint8Array([0xff, 0xfe, 0x00]))).toEqual([
    "bad.yaml: found bytes that are no UTF-8, allowed: a regular file of at most 256 KiB",
  ]);
  expect(said(`${GOOD}#${"x".repeat(256 * 1024)}`)).toEqual([
    `bad.yaml: found ${262_144 + 1 + GOOD.length} bytes, allowed: a regular file of at most 256 KiB`,
  ]);
});

test("an alias bomb and nesting without end are refused in less than their expansion", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x]",
    ..."bcdefghij".split("").map((it, i) => `${it}: &${it} [${`*${"abcdefghij"[i] ?? ""},`.repeat(8)}]`),
  ];
  expect(said(bomb.join("\n")).join("\n")).toContain("found an alias, allowed: the value itself");
  expect(said("[".repeat(20_000))[0]).toBe("bad.yaml:1: found values nested too deep, allowed: at most 16 levels");
  expect(said(`${GOOD}identity: ${"{a: ".repeat(30)}1${"}".repeat(30)}\n`).join("\n")).toContain(
    "found values nested too deep",
  );
});

test("a value that may be secret is never shown, wherever it was typed", () => {
  const secret = "hunter2-canary";
  const text = `${GOOD.replace("api: {}", `api: { app: { kind: web, image: "u:${secret}@r.example/x", env: { A: { b: ${secret} }, B: 1${secret} , C: "${"x".repeat(3000)}${secret}" }, secrets: { DB: ${secret} } } }`)}password: ${secret}\nowner2: { token: ${secret} }\nlifecycle: "https://u:${secret}@x.example"\n`;
  const lines = said(text);
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.filter((it) => it.includes(secret))).toEqual([]);
  expect(said(`${GOOD}k: "${secret}\n`).join()).not.toContain(secret);
});

test("JSON has lines too, with tabs or without, and duplicate keys are found", () => {
  const json = JSON.stringify({ ...tenantOf(), id: "bad" }, undefined, "\t");
  expect(said(json, "bad.json")).toEqual([]);
  expect(said(json.replace('"days": 30', '"days": 0'), "bad.json")).toEqual([
    expect.stringMatching(/^bad\.json:[0-9]+ retention\.days: found 0, allowed: at least 1$/),
  ]);
  expect(said(json.replace('"plan"', '"id": "bad",\n"plan"'), "bad.json")).toEqual([
    expect.stringMatching(/^bad\.json:[0-9]+ id: found the key "id" again, allowed: each key once$/),
  ]);
});

test("code among the data is refused, other files are not looked at", () => {
  const dir = directory({ "evil.ts": "", "evil.js": "", "README.md": "#", ".hidden.yaml": "[", "notes.txt": "[" });
  mkdirSync(join(dir, "sub"));
  mkdirSync(join(dir, "folder.yaml"));
  symlinkSync(join(dir, "loop.yaml"), join(dir, "loop.yaml"));
  expect(read(dir).faults.map((it) => [basename(it.file), it.found, it.tenant])).toEqual([
    ["evil.js", "a file of code", "evil"],
    ["evil.ts", "a file of code", "evil"],
    ["folder.yaml", "no regular file", "folder"],
    ["loop.yaml", "a link to itself", "loop"],
  ]);
});

test("a directory that is not there is one fault", () => {
  const dir = join(directory({}), "none");
  expect(read(dir).faults.map(formatFault)).toEqual([
    `${dir}: found nothing: it does not exist, allowed: a directory of tenant files (ID.yaml, ID.yml or ID.json)`,
  ]);
});

test("only the files asked for are opened, and an id nobody has is said to be missing", () => {
  const dir = directory({ "good.yaml": GOOD.replace("id: bad", "id: good"), "broken.yaml": "[", "evil.ts": "" });
  const { tenants, faults, missing } = readTenants({ dir, only: ["good", "globex", "nobody", "../good"] });
  expect(tenants.map(({ tenant, file }) => [tenant.id, basename(file)])).toEqual([
    ["globex", "globex.ts"],
    ["good", "good.yaml"],
  ]);
  expect([faults, missing]).toEqual([[], ["nobody", "../good"]]);
  expect(readTenants({ dir, only: ["broken"] }).missing).toEqual([]);
});

test("a file is named by its tenant's id", () => {
  expect(said(GOOD, "Bad Name.yaml")).toEqual([
    'Bad Name.yaml:1: found the file name "Bad Name.yaml", allowed: the tenant\'s id, with .yaml, .yml or .json',
  ]);
});

test("the registry is judged like a file", () => {
  const registry = [{ file: "tenants/acme.ts", input: { schemaVersion: 1, id: "acme", image: IMAGE } }];
  expect(readTenants({ registry }).faults.map(formatFault)).toMatchInlineSnapshot(`
    [
      "tenants/acme.ts owner: found nothing, allowed: a map with email, team, groups, github",
      "tenants/acme.ts plan: found nothing, allowed: one of "free", "sandbox", "micro", "store", "team", "business", "enterprise"",
      "tenants/acme.ts spaces: found nothing, allowed: a map: at least one space",
      "tenants/acme.ts image: found the unknown key "image", allowed: schemaVersion, id, name, owner, plan, overrides, isolation, spaces, edges, database, egress, domains, identity, lifecycle, retention",
    ]
  `);
});
