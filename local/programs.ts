import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Program =
  "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kubectl" | "kwok" | "helm";

/** A program that only tests need, built when the first of them asks. */
export type Tool = "cyclonus";

/** One Go module under local/build: what is built together, because it shares its packages. */
export interface Module<Name extends string = Program> {
  name: string;
  /** The module that carries the version, as go.mod pins it. */
  source: string;
  /** Program to Go package. */
  packages: Partial<Record<Name, string>>;
  /** Linker flags for a version such as `v1.36.3`. */
  ldflags: (version: string) => string[];
  /** How a program of this module is asked for its version. */
  versionArgs: (program: Name) => string[];
}

// Without these the server calls itself v0.0.0-master and clients refuse it.
const kubeVersion = (version: string): string[] => {
  const [major, minor] = version.slice(1).split(".");
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) => [
    `-X ${path}.gitVersion=${version}`,
    `-X ${path}.gitMajor=${major ?? ""}`,
    `-X ${path}.gitMinor=${minor ?? ""}`,
    `-X ${path}.gitTreeState=clean`,
  ]);
};

/** Smallest first: the first finished program comes early, and the longest build does not hide a broken one. */
export const MODULES: readonly Module[] = [
  {
    name: "etcd",
    source: "go.etcd.io/etcd/server/v3",
    packages: { etcd: "go.etcd.io/etcd/server/v3" },
    ldflags: () => [],
    versionArgs: () => ["--version"],
  },
  {
    name: "kube",
    source: "k8s.io/kubernetes",
    packages: {
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
      "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
    },
    ldflags: kubeVersion,
    versionArgs: (program) => (program === "kubectl" ? ["version", "--client"] : ["--version"]),
  },
  {
    name: "kwok",
    source: "sigs.k8s.io/kwok",
    packages: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
    ldflags: () => [],
    versionArgs: () => ["--version"],
  },
  {
    name: "helm",
    source: "helm.sh/helm/v4",
    packages: { helm: "helm.sh/helm/v4/cmd/helm" },
    ldflags: (version) => [`-X helm.sh/helm/v4/internal/version.version=${version}`],
    versionArgs: () => ["version", "--short"],
  },
];

/** Analyses network policies. No part of the control plane, whose start never waits for it. */
export const CYCLONUS: Module<Tool> = {
  name: "cyclonus",
  source: "github.com/mattfenwick/cyclonus",
  packages: { cyclonus: "github.com/mattfenwick/cyclonus/cmd/cyclonus" },
  ldflags: (version) => [`-X github.com/mattfenwick/cyclonus/pkg/cli.version=${version}`],
  versionArgs: () => ["version"],
};

/** Any module, as far as building it goes. */
export type Buildable = Omit<Module<string>, "versionArgs">;

export const PROGRAMS = MODULES.flatMap((module) => programsOf(module));

export function programsOf<Name extends string>(module: Pick<Module<Name>, "packages">): Name[] {
  return Object.keys(module.packages) as Name[];
}

/** The directory that holds a module's go.mod and go.sum. */
export function moduleDirectory(module: Pick<Buildable, "name">): string {
  return join(import.meta.dirname, "build", module.name);
}

/** The version that go.mod pins, such as `v1.36.3`: a bump is made there and nowhere else. */
export function pinnedVersion(module: Pick<Buildable, "name" | "source">): string {
  const pin = `${module.source} `;
  const line = goMod(module).find((it) => it.startsWith(pin));
  if (!line) throw new Error(`local/build/${module.name}/go.mod does not require ${module.source}`);
  return line.slice(pin.length).split(" ")[0] ?? "";
}

/** The oldest Go that builds the module, such as `1.26.0`. */
export function oldestGo(module: Pick<Buildable, "name">): string {
  return (
    goMod(module)
      .find((line) => line.startsWith("go "))
      ?.slice(3) ?? ""
  );
}

/** Arguments of `go build`, but for the place of the output. */
export function buildArgs(module: Buildable): string[] {
  const ldflags = ["-s", "-w", ...module.ldflags(pinnedVersion(module))].join(" ");
  return ["-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags", ldflags];
}

/** Names a module's build by its content: the pins, the flags and the platform. */
export function buildKey(module: Buildable): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleDirectory(module), file)));
  hash.update(JSON.stringify([buildArgs(module), module.packages, process.platform, process.arch]));
  return hash.digest("hex").slice(0, 32);
}

function goMod(module: Pick<Buildable, "name">): string[] {
  const text = readFileSync(join(moduleDirectory(module), "go.mod"), "utf8");
  return text.split("\n").map((line) => line.trim().replace(/^require /, ""));
}
