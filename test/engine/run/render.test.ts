import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import type { Stack } from "../../../engine/fleet.ts";
import { render } from "../../../engine/run/render.ts";
import { shipped } from "../../support/stacks.ts";

let base: string;
let target: string;
let stack: Stack;
const quiet = () => undefined;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "render-"));
  target = join(base, "out");
  stack = shipped("local", ["only=acme,u1042"]);
});
afterEach(() => rmSync(base, { recursive: true }));

const run = (only?: string[], it = stack) => render(it, target, only, quiet);
const files = () =>
  readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name).slice(target.length + 1))
    .toSorted();
const index = () => JSON.parse(readFileSync(join(target, ".tenantry.json"), "utf8")) as { files: string[] };
const without = (id: string): Stack => ({
  ...stack,
  fleet: { ...stack.fleet, tenants: stack.fleet.tenants.filter((it) => it.id !== id) },
});

test("a folder a unit and a file an object, listed, in waves, the same every time", async () => {
  const first = await run();
  expect(files()).toEqual([".tenantry.json", ...first.files].toSorted());
  expect(index().files).toEqual(first.files);
  expect([...new Set(first.files.map((it) => it.split("/")[0]))].toSorted()).toEqual(["_platform", "acme", "u1042"]);
  expect(first.files).toContain("acme/acme-api.resourcequota.quota.yaml");
  const wave = (file: string) => {
    const { metadata } = parse(readFileSync(join(target, file), "utf8"));
    return Number(metadata.annotations["argocd.argoproj.io/sync-wave"]);
  };
  expect(wave("acme/namespace.acme-api.yaml")).toBeLessThan(wave("acme/acme-api.resourcequota.quota.yaml"));
  expect(wave("acme/acme-api.resourcequota.quota.yaml")).toBeLessThan(wave("acme/acme-api.deployment.web.yaml"));
  const texts = files().map((it) => readFileSync(join(target, it), "utf8"));
  const second = await run();
  expect([second.digest, second.removed]).toEqual([first.digest, []]);
  expect(files().map((it) => readFileSync(join(target, it), "utf8"))).toEqual(texts);
});

test("the record says that a GitOps engine runs the fleet", async () => {
  await run();
  const record = parse(readFileSync(join(target, "_platform/tenantry-system.configmap.fleet.yaml"), "utf8"));
  expect(record.data).toMatchObject({ fleet: "local", runner: "gitops" });
});

test("an absent tenant keeps its files and is named; what a tenant has no more loses its file", async () => {
  await run();
  const only = await run(["acme"], without("u1042"));
  expect(only.removed).toEqual([]);
  expect(existsSync(join(target, "u1042/namespace.u1042-p7.yaml"))).toBe(true);
  expect(index().files).toContain("u1042/namespace.u1042-p7.yaml");
  const all = await run(undefined, without("u1042"));
  expect([all.removed, all.absent]).toEqual([[], ["u1042"]]);
  expect(existsSync(join(target, "u1042/namespace.u1042-p7.yaml"))).toBe(true);
  writeFileSync(join(target, "acme/acme-api.configmap.old.yaml"), "old");
  const known = index().files;
  writeFileSync(
    join(target, ".tenantry.json"),
    JSON.stringify({ files: [...known, "acme/acme-api.configmap.old.yaml"] }),
  );
  expect((await run()).removed).toEqual(["acme/acme-api.configmap.old.yaml"]);
  expect(existsSync(join(target, "acme/acme-api.configmap.old.yaml"))).toBe(false);
});

test("a tenant that is set aside keeps its files: a GitOps engine would delete what has none", async () => {
  const { files: before } = await run();
  const aside = without("u1042");
  const { removed, files: after } = await run(undefined, { ...aside, fleet: { ...aside.fleet, aside: ["u1042"] } });
  expect(removed).toEqual([]);
  expect(after).toEqual(before);
});

test("a folder with files of somebody else is refused untouched, one with a repository is fine", async () => {
  mkdirSync(target);
  writeFileSync(join(target, "notes.txt"), "mine");
  await expect(run()).rejects.toThrow(/holds files that "tenantry render" did not write: name an empty folder/);
  expect(files()).toEqual(["notes.txt"]);
  rmSync(join(target, "notes.txt"));
  mkdirSync(join(target, ".git"));
  expect((await run(["acme"])).files.length).toBeGreaterThan(5);
});

test("an index that leads out of the folder deletes nothing there", async () => {
  await run(["acme"]);
  const victims = ["victim.yaml", "out/mine.yaml", "out/sub/.hidden/x.yaml"].map((it) => join(base, it));
  mkdirSync(join(target, "sub/.hidden"), { recursive: true });
  for (const it of victims) writeFileSync(it, "mine");
  const paths = [
    "../victim.yaml",
    "acme/..",
    "acme/../../victim.yaml",
    victims[0],
    "mine.yaml",
    "sub/.hidden/x.yaml",
    "..\\victim.yaml",
  ];
  writeFileSync(join(target, ".tenantry.json"), JSON.stringify({ files: [...index().files, ...paths] }));
  expect((await run(["acme"])).removed).toEqual([]);
  for (const it of victims) expect([it, existsSync(it)]).toEqual([it, true]);
});
