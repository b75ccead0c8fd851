import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { nodesOf, ROOT, type SourceFile, sourcesOf } from "./support/source-files.ts";

/**
 * Who may know whom. A path may end in * and stand for a folder; "types of" lets in what is erased before the program runs.
 * Nobody may know cli, infra, test or bench, but for the exceptions that stand here with their reason.
 */
const ARROWS: Record<string, string[]> = {
  // Files are read in one place; everything else here is pure.
  tenants: ["zod", "yaml", "node:fs", "node:path"],
  // No builtin of Node: components read no files, environment or clock. Names of namespaces have one source.
  components: ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random", "types of tenants/*", "tenants/names.ts"],
  // Names and sums as the tenant model has them, or two readings could differ; node:net compares addresses.
  policy: ["@pulumi/policy", "components/contract.ts", "tenants/names.ts", "tenants/quantity.ts", "node:net"],
  // Of policy only the text of the admission policies; node:crypto scores shards.
  infra: [
    ...["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random", "zod", "node:crypto"],
    ...["components/*", "tenants/*", "policy/admission.ts"],
  ],
  engine: [
    ...["@pulumi/pulumi", "types of @pulumi/pulumi/runtime/mocks.js"],
    // Rules are handed values the way the SDK's own server does it.
    "@pulumi/policy",
    ...["components/contract.ts", "types of policy/rules/guardrail.ts"],
    // Figures of quotas, read the way the tenant model wrote them.
    "tenants/quantity.ts",
    // Kubeconfigs and their plugins; the requests themselves go by undici, which is several times as fast.
    ...["@kubernetes/client-node", "undici"],
    // Stack files in, manifests and kubeconfigs out.
    "yaml",
    // Certificates of personas; the library needs the polyfill first.
    ...["@peculiar/x509", "reflect-metadata"],
    "node:*",
  ],
  // Knows nothing of the platform: it is a Kubernetes like any other. Certificates come from the same library as above.
  local: ["@peculiar/x509", "reflect-metadata", "node:*"],
  // infra is loaded by path, so that no import line depends on the program.
  cli: [
    ...["commander", "engine/*", "local/control-plane.ts", "local/report.ts", "node:*"],
    // Where the pinned helm lies, which expands charts.
    "local/binaries.ts",
    // The rules it hands to the engine, and their settings.
    ...["policy/rules/index.ts", "policy/admission.ts"],
    // The version it prints.
    "package.json",
  ],
};

const FOLDERS = Object.keys(ARROWS);
const INDEXES = ["infra/index.ts", "policy/index.js", "policy/rules/index.ts", "tenants/index.ts"];
const MAX_LINES = 200;
const MEDIAN_LINES = 90;

const sources = FOLDERS.flatMap(sourcesOf);
const all = [...sources, ...sourcesOf("test"), ...sourcesOf("bench")];
const arrows = sources.flatMap(({ path, imports }) => imports.map((it) => ({ from: path, folder: top(path), ...it })));

function top(path: string): string {
  return path.split("/")[0] ?? "";
}

function matches(rule: string, { target, typeOnly }: { target: string; typeOnly: boolean }): boolean {
  const types = rule.startsWith("types of ");
  const name = types ? rule.slice("types of ".length) : rule;
  if (types && !typeOnly) return false;
  return name.endsWith("*") ? target.startsWith(name.slice(0, -1)) : target === name;
}

describe("arrows", () => {
  test("every import line is one that its folder may have", () => {
    const wrong = arrows
      .filter((it) => top(it.target) !== it.folder)
      .filter((it) => !ARROWS[it.folder]?.some((rule) => matches(rule, it)));
    expect(wrong.map((it) => `${it.from} -> ${it.target}${it.typeOnly ? " (types)" : ""}`)).toEqual([]);
  });

  test("every exception is in use", () => {
    const idle = FOLDERS.flatMap((folder) =>
      (ARROWS[folder] ?? [])
        .filter((rule) => !arrows.some((it) => it.folder === folder && matches(rule, it)))
        .map((rule) => `${folder} -> ${rule}`),
    );
    expect(idle).toEqual([]);
  });

  test("nothing imports in a circle", () => {
    const graph = new Map(sources.map((it) => [it.path, it.imports.map(({ target }) => target)]));
    expect(circles(graph)).toEqual([]);
  });

  test("no two folders need each other to run", () => {
    const graph = new Map<string, string[]>();
    for (const { from, target, typeOnly } of arrows) {
      const [a, b] = [dirname(from), dirname(target)];
      // A folder and its own subfolder are one thing in two places.
      if (typeOnly || !FOLDERS.includes(top(target)) || a.startsWith(b) || b.startsWith(a)) continue;
      graph.set(a, [...(graph.get(a) ?? []), b]);
    }
    expect(graph.get("engine/run")).toContain("engine/apply");
    expect(circles(graph)).toEqual([]);
  });
});

function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (at: string, way: readonly string[]): void => {
    if (way.includes(at)) found.add([...way.slice(way.indexOf(at)), at].join(" -> "));
    if (way.includes(at) || done.has(at)) return;
    for (const next of graph.get(at) ?? []) visit(next, [...way, at]);
    done.add(at);
  };
  for (const at of graph.keys()) visit(at, []);
  return [...found];
}

describe("files", () => {
  test(`none is longer than ${MAX_LINES} lines, and half of them are short`, () => {
    const lines = ({ text }: SourceFile): number => text.trimEnd().split("\n").length;
    expect(all.filter((it) => lines(it) > MAX_LINES).map((it) => `${it.path}: ${lines(it)}`)).toEqual([]);
    const sizes = sources.map(lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES);
  });

  test("names are kebab-case nouns", () => {
    const names = all
      .map((it) => it.path)
      .filter((it) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.[jt]s$/.test(basename(it)));
    expect(names).toEqual([]);
    expect(all.filter((it) => /(^|-)(utils?|helpers?|common|misc)\./.test(basename(it.path)))).toEqual([]);
  });

  test("an index is a registry or an entry, and nobody re-exports", () => {
    const indexes = all.map((it) => it.path).filter((it) => basename(it).startsWith("index."));
    expect(indexes.sort()).toEqual(INDEXES);
    const barrels = all.filter(({ tree }) =>
      tree.statements.some((it) => ts.isExportDeclaration(it) && it.moduleSpecifier),
    );
    expect(barrels.map((it) => it.path)).toEqual([]);
  });

  test("nobody writes any", () => {
    const loose = sources.filter(({ tree }) => [...nodesOf(tree)].some((it) => it.kind === ts.SyntaxKind.AnyKeyword));
    expect(loose.map((it) => it.path)).toEqual([]);
  });
});

describe("components", () => {
  const components = sourcesOf("components").flatMap((file) =>
    file.tree.statements.filter(ts.isClassDeclaration).map((node) => ({ file, node, name: node.name?.text ?? "" })),
  );

  test("a file has one class at most", () => {
    const files = components.map((it) => it.file.path);
    expect(files.filter((it, index) => files.indexOf(it) !== index)).toEqual([]);
  });

  test("each has a type token of its folder and class, and registers under it", () => {
    expect(components.length).toBeGreaterThan(10);
    for (const { file, node, name } of components) {
      const token = node.members
        .filter(ts.isPropertyDeclaration)
        .find((it) => it.name.getText() === "__pulumiType")
        ?.initializer?.getText();
      expect(token, file.path).toBe(`"tenantry:${basename(dirname(file.path))}:${name}"`);
      expect(file.text, file.path).toContain(`super(${name}.__pulumiType, name, `);
    }
  });

  test("none reads configuration, environment or clock, or asks chance", () => {
    const reads = sourcesOf("components").flatMap(({ path, tree }) =>
      [...nodesOf(tree)]
        .filter((it) => ts.isIdentifier(it) && ["process", "Date", "performance", "Math", "Config"].includes(it.text))
        .map((it) => `${path}: ${it.getText()}`),
    );
    expect(reads).toEqual([]);
  });
});

test("package.json starts the program at infra/index.ts, and tests need nothing but vitest", () => {
  const { main, type, scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    main: string;
    type: string;
    scripts: Record<string, string>;
  };
  expect([main, type, scripts["test"]]).toEqual(["infra/index.ts", "module", "vitest run"]);
});
