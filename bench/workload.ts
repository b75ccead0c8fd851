import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Cluster } from "../engine/cluster/cluster.ts";
import { refOf } from "../engine/cluster/object.ts";
import { run } from "./child.ts";
import { readRendered, type Rendered } from "./rendered.ts";
import { ROOT, settingsFor } from "./stack.ts";
import { writeTenants } from "./tenants.ts";

/** Everything the arms of one size work on, made from one rendering. */
export interface Workload {
  count: number;
  /** Data files of the tenants. */
  tenants: string;
  settings: string[];
  /** Objects, one a line. */
  rendered: string;
  /** The same objects for kubectl: one YAML file a tenant, the platform first. */
  manifests: string;
  /** The same objects for the raw client: [path, body], one a line. */
  lines: string;
  objects: number;
}

/** Flags of the project's own command, so that the arms run as users run it. */
export const NODE_FLAGS: string[] = (() => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  return (scripts["tenantry"] ?? "").split(" ").filter((it) => it.startsWith("--"));
})();

/** The command line of one arm: a script of this folder under the command's own flags. */
export const arm = (name: string, ...args: string[]): string[] => [
  ...NODE_FLAGS,
  join(ROOT, "bench", "arms", `${name}.ts`),
  ...args,
];

/** Generates, renders and writes down the input of all arms. */
export async function prepare(dir: string, count: number, cluster: Cluster): Promise<Workload> {
  const home = join(dir, String(count));
  rmSync(home, { recursive: true, force: true });
  const tenants = join(home, "tenants");
  const settings = settingsFor(count);
  const [rendered, manifests, lines] = [join(home, "rendered"), join(home, "manifests"), join(home, "lines")];
  writeTenants(tenants, count);
  await run(process.execPath, arm("direct", "render", rendered, tenants, ...settings), ROOT);
  mkdirSync(manifests);
  const out = openSync(lines, "w");
  const files = new Map<string, string[]>();
  let objects = 0;
  for await (const { unit, object } of readRendered(rendered)) {
    writeSync(out, `${JSON.stringify([await cluster.pathOf(refOf(object)), JSON.stringify(object)])}\n`);
    const name = unit === "platform" ? "0-platform" : `tenant-${unit}`;
    files.set(name, [...(files.get(name) ?? []), stringify(object, { aliasDuplicateObjects: false })]);
    objects += 1;
  }
  closeSync(out);
  for (const [name, documents] of files) writeFileSync(join(manifests, `${name}.yaml`), documents.join("---\n"));
  return { count, tenants, settings, rendered, manifests, lines, objects };
}

export async function renderedOf(workload: Workload): Promise<Rendered[]> {
  const all: Rendered[] = [];
  for await (const it of readRendered(workload.rendered)) all.push(it);
  return all;
}
