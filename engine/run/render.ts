import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { titleOf } from "../apply/inventory.ts";
import { objectsDigest } from "../apply/transaction.ts";
import type { KubeObject } from "../cluster/object.ts";
import type { Stack } from "../fleet.ts";
import { digest } from "../plan/canonical.ts";
import type { PlannedObject } from "../plan/objects.ts";
import { leftToCli, servable } from "./cli-only.ts";
import type { Report } from "./events.ts";
import { planAndJudge } from "./gate.ts";
import { Refusal } from "./refusal.ts";
import { withoutValues } from "./secret-source.ts";

export interface Rendered {
  files: string[];
  removed: string[];
  /** Folders of tenants that no file describes any more; left as they are. */
  absent: string[];
  /** Digest over all units: the same as a plan of the same input gives. */
  digest: string;
}

/** Lists what an earlier run wrote, so that only that is ever removed. */
const INDEX = ".tenantry.json";

/**
 * Writes what each unit gets as plain files, a folder a unit and a file an object, for a GitOps engine to sync. Secret values
 * are never written: see `withoutValues`. Throws Refusal for a folder that holds files of somebody else.
 */
export async function render(
  stack: Stack,
  target: string,
  only: readonly string[] | undefined,
  report: Report,
): Promise<Rendered> {
  const before = readIndex(target);
  const tenants = servable(stack).filter((it) => !only || only.includes(it.id));
  for (const text of leftToCli(stack, only)) report({ kind: "note", text });
  const gitops = { ...stack, config: { ...stack.config, "tenantry:runner": "gitops" } };
  const held = await planAndJudge(gitops, { platform: true, tenants }, report);
  const texts = new Map<string, string>();
  const digests: string[] = [];
  for (const { unit, unpack } of held) {
    const objects = unpack();
    const folder = unit === "platform" ? "_platform" : titleOf(unit);
    digests.push(`${folder} ${objectsDigest(objects)}`);
    for (const planned of objects) {
      for (const object of withoutValues(planned)) texts.set(join(folder, fileOf(object)), textOf(object, planned));
    }
  }
  // A GitOps engine deletes what has no file: only the folders of tenants that this run rendered are tidied. A tenant whose
  // own file is gone keeps its folder, as its objects are kept in every other way of running.
  const rendered = new Set(["_platform", ...tenants.map((it) => it.id)]);
  const isLooked = (folder = "") => rendered.has(folder);
  const untouched = before.filter((it) => !isLooked(it.split("/")[0]));
  const removed = before.filter((it) => !texts.has(it) && !untouched.includes(it));
  for (const path of removed) rmSync(join(target, path), { force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
  const files = [...texts.keys(), ...untouched].toSorted();
  writeFileSync(join(target, INDEX), `${JSON.stringify({ files }, undefined, 1)}\n`);
  const known = new Set([...stack.fleet.tenants.map((it) => it.id), ...stack.fleet.aside, "_platform"]);
  const absent = [...new Set(untouched.map((it) => it.split("/")[0] ?? ""))].filter((it) => !known.has(it));
  return { files, removed, absent, digest: digest(digests.toSorted().join("\n")) };
}

function readIndex(target: string): string[] {
  if (!existsSync(target)) return [];
  const index = join(target, INDEX);
  if (!existsSync(index)) {
    if (readdirSync(target).some((it) => !it.startsWith(".git"))) {
      throw new Refusal([`${target} holds files that "tenantry render" did not write: name an empty folder`]);
    }
    return [];
  }
  const { files } = JSON.parse(readFileSync(index, "utf8")) as { files?: string[] };
  // Written by hand it could lead out of the folder.
  return (files ?? []).filter((it) => /^[\w-]+(\.[\w-]+)*\/[\w.-]+$/.test(it) && !it.includes(".."));
}

const fileOf = ({ kind, metadata }: KubeObject): string =>
  `${[metadata.namespace, kind.toLowerCase(), metadata.name].filter(Boolean).join(".")}.yaml`;

const textOf = (object: KubeObject, { step }: PlannedObject): string =>
  // Kubernetes reads YAML 1.1, in which a plain `yes` is no text.
  stringify(withWave(object, step), { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" });

/** Argo CD applies in waves: guards stand before workloads there as well. Other engines ignore the annotation. */
function withWave(object: KubeObject, step: number): KubeObject {
  const annotations = { ...object.metadata.annotations, "argocd.argoproj.io/sync-wave": String(step) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
