import { expect, test } from "vitest";
import { newEnough } from "../../local/build.ts";
import { buildArgs, buildKey, CYCLONUS, type Module, MODULES, pinnedVersion, PROGRAMS } from "../../local/programs.ts";

test("versions come from go.mod", () => {
  expect(MODULES.map((module) => `${module.name} ${pinnedVersion(module)}`)).toEqual([
    "etcd v3.6.14",
    "kube v1.36.3",
    "kwok v0.8.0",
    "helm v4.3.1",
  ]);
});

test("seven programs are built", () => {
  expect(PROGRAMS).toEqual([
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "helm",
  ]);
});

test("what only tests need has its version pinned the same way, and is no part of the control plane", () => {
  expect(pinnedVersion(CYCLONUS)).toBe("v0.5.6");
  expect(PROGRAMS).not.toContain("cyclonus");
});

const kube = MODULES[1] as Module;

test("the server is told its version", () => {
  expect(buildArgs(kube).at(-1)).toContain("-X k8s.io/component-base/version.gitVersion=v1.36.3");
  expect(buildArgs(kube).at(-1)).toContain("-X k8s.io/component-base/version.gitMinor=36");
});

test("a build is named by its pins and flags", () => {
  const other = { ...kube, ldflags: () => [] };
  expect(buildKey(kube)).toBe(buildKey({ ...kube }));
  expect(buildKey(other)).not.toBe(buildKey(kube));
});

test("a Go is new enough by number, not by text", () => {
  const judged = ["1.9", "1.25.12", "1.26.0", "1.26.8", "1.100", "2.0"].map((version) => newEnough(version, kube));
  expect(judged).toEqual([false, false, true, true, true, true]);
});
