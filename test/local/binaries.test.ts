import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { resolveAnalyzer } from "../../local/analyzer.ts";
import { resolveBinaries } from "../../local/binaries.ts";

let home: string;
const script = (file: string, body: string) => {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
};

/** A Go that "builds" by writing the programs it is asked for, and notes each build. */
const FAKE_GO = `
[ "$1" = env ] && { echo "\${FAKE_GO_VERSION:-go1.26.8}"; exit; }
echo "$PWD" >> "$BUILDS"
[ -n "$FAKE_GO_FAILS" ] && { echo "compile: $FAKE_GO_FAILS" >&2; exit 1; }
while [ "$1" != -o ]; do shift; done
out=$2; shift 2
/bin/sleep 0.3
case $out in
  */) for package; do echo x > "$out\${package##*/}"; /bin/chmod 755 "$out\${package##*/}"; done;;
  *) echo x > "$out"; /bin/chmod 755 "$out";;
esac`;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tenantry-binaries-"));
  for (const name of ["path", "assets", "cache"]) mkdirSync(join(home, name));
  vi.stubEnv("PATH", join(home, "path"));
  vi.stubEnv("XDG_CACHE_HOME", join(home, "cache"));
  vi.stubEnv("KUBEBUILDER_ASSETS", undefined);
  vi.stubEnv("BUILDS", join(home, "builds"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const builds = () =>
  readFileSync(join(home, "builds"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("/").at(-1));
const go = () => script(join(home, "path", "go"), FAKE_GO);

test.each(["etcd 3.6, kube-apiserver 1.36", "install Go 1.26", "KUBEBUILDER_ASSETS", "PATH", "kind create cluster"])(
  "with no way to get them, the error names what and how: %s",
  async (part) => {
    await expect(resolveBinaries()).rejects.toThrow(part);
  },
);

test("a Go that is too old is named", async () => {
  go();
  vi.stubEnv("FAKE_GO_VERSION", "go1.21.3");
  await expect(resolveBinaries()).rejects.toThrow("Go 1.21.3 is too old");
});

test("what is built once is found again without Go", async () => {
  go();
  const first = await resolveBinaries();
  expect(builds()).toEqual(["etcd", "kube", "kwok", "helm"]);
  rmSync(join(home, "path", "go"));
  expect(await resolveBinaries()).toEqual(first);
  expect(first.etcd.startsWith(join(home, "cache", "tenantry", "bin"))).toBe(true);
});

test("two that build at once build once", async () => {
  go();
  const [one, other] = await Promise.all([resolveBinaries(), resolveBinaries()]);
  expect(one).toEqual(other);
  expect(builds()).toEqual(["etcd", "kube", "kwok", "helm"]);
});

test("a build that fails says why and leaves nothing in the cache", async () => {
  go();
  vi.stubEnv("FAKE_GO_FAILS", "out of memory");
  await expect(resolveBinaries()).rejects.toThrow("compile: out of memory");
  expect(readdirSync(join(home, "cache", "tenantry", "bin"))).toEqual([]);
});

test("a program on PATH is taken when its version fits, and only then", async () => {
  go();
  script(join(home, "path", "helm"), "echo v4.3.0+gabc");
  script(join(home, "path", "kwok"), "echo kwok version v0.7.9");
  const { helm, kwok } = await resolveBinaries();
  expect([helm, builds()]).toEqual([join(home, "path", "helm"), ["etcd", "kube", "kwok"]]);
  expect(kwok).toContain(join(home, "cache"));
});

test("the analyzer of network policies is built when it is asked for, once, and the control plane does without it", async () => {
  await expect(resolveAnalyzer()).rejects.toThrow("cyclonus v0.5.6 is not built yet: install Go 1.26.0 or newer");
  go();
  await resolveBinaries();
  expect(builds()).not.toContain("cyclonus");
  const lines: string[] = [];
  const path = await resolveAnalyzer((line) => void lines.push(line));
  expect(await resolveAnalyzer()).toBe(path);
  expect(builds().filter((it) => it === "cyclonus")).toHaveLength(1);
  expect(lines[0]).toMatch(/^building cyclonus \(1 of 1\): 0 packages/);
});

test("KUBEBUILDER_ASSETS goes before the cache", async () => {
  go();
  await resolveBinaries();
  vi.stubEnv("KUBEBUILDER_ASSETS", join(home, "assets"));
  script(join(home, "assets", "etcd"), "echo etcd Version: 3.6.1");
  script(join(home, "assets", "kube-apiserver"), "echo Kubernetes v1.35.2");
  const binaries = await resolveBinaries();
  expect(binaries.etcd).toBe(join(home, "assets", "etcd"));
  expect(binaries["kube-apiserver"]).toContain(join(home, "cache"));
});
