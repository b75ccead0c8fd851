import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readDocument, type Document } from "./document.ts";
import { quoted, type Fault, type Finding } from "./fault.ts";
import { judgeShape } from "./findings.ts";
import { TenantId, type Tenant } from "./schema.ts";

const DATA = /\.(ya?ml|json)$/i;
const CODE = /\.[cm]?[jt]sx?$/i;
const MAX_BYTES = 256 * 1024;
/** More than this says nothing new. */
const MAX_FAULTS = 50;
/** A file Kubernetes mounts is a link, so links are followed; a pipe or a device would never end. */
const READABLE = `a regular file of at most ${MAX_BYTES / 1024} KiB`;

/** A tenant of valid shape, and the file it came from. */
export interface LoadedTenant {
  tenant: Tenant;
  file: string;
}

/** A data file is named by the id of its tenant, so one tenant is found without opening the others. */
export const idOf = (file: string): string => file.replace(/^.*\//, "").replace(/\.[^.]*$/, "");

/** Names of the files of a directory that hold tenants, or should not be there; sorted. Other files are not looked at. */
export function listFiles(dir: string): string[] | Fault {
  try {
    return readdirSync(dir)
      .filter((name) => !name.startsWith(".") && (DATA.test(name) || CODE.test(name)))
      .sort();
  } catch (error) {
    const found = reasonOf(error, "a directory that cannot be read");
    return { file: dir, path: "", found, allowed: "a directory of tenant files (ID.yaml, ID.yml or ID.json)" };
  }
}

/** Reads one data file: its tenant, or everything that is wrong with it. */
export function readDataFile(dir: string, name: string): LoadedTenant | { faults: Fault[] } {
  const file = join(dir, name);
  const id = idOf(name);
  const named = TenantId.safeParse(id).success;
  const blame = named ? { tenant: id } : {};
  const whole = (found: string, allowed: string) => ({ faults: [{ file, path: "", found, allowed, ...blame }] });
  if (CODE.test(name)) return whole("a file of code", "data files only: code runs with the rights of the deployment");
  const text = readText(file);
  if (typeof text !== "string") return whole(text.found, READABLE);

  const document = readDocument(text);
  const findings: Finding[] = [...document.findings];
  const shape = document.readable ? judgeShape(document.value) : { findings: [] };
  if ("findings" in shape) findings.push(...shape.findings.filter((it) => !covered(it.path, document.findings)));
  const idFound = "tenant" in shape ? shape.tenant.id : (document.value as { id?: unknown } | null | undefined)?.id;
  if (!named)
    findings.push({
      path: "",
      found: `the file name ${quoted(name)}`,
      allowed: "the tenant's id, with .yaml, .yml or .json",
    });
  else if (typeof idFound === "string" && idFound !== id && !findings.some((it) => it.path === "id"))
    findings.push({ path: "id", found: quoted(idFound), allowed: `"${id}", as the file is named` });
  if ("tenant" in shape && findings.length === 0) return { tenant: shape.tenant, file };
  const placed = findings.map((it) => ({ file, ...it, line: lineOf(it, document), ...blame }));
  return { faults: short(placed.sort((a, b) => a.line - b.line)) };
}

/** The line of a path in a data file; undefined where the file or the path is gone. */
export function lineIn(file: string, path: string): number | undefined {
  if (!DATA.test(file)) return undefined;
  const text = readText(file);
  return typeof text === "string" ? lineOf({ path }, readDocument(text)) : undefined;
}

function readText(file: string): string | { found: string } {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return { found: "no regular file" };
    if (stat.size > MAX_BYTES) return { found: `${stat.size} bytes` };
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    return {
      found: error instanceof TypeError ? "bytes that are no UTF-8" : reasonOf(error, "a file that cannot be read"),
    };
  }
}

function reasonOf(error: unknown, otherwise: string): string {
  const reasons: Record<string, string> = {
    ENOENT: "nothing: it does not exist",
    ENOTDIR: "no directory",
    EACCES: "no permission to read it",
    ELOOP: "a link to itself",
  };
  return reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? otherwise;
}

const covered = (path: string, by: readonly Finding[]): boolean =>
  by.some((it) => path === it.path || path.startsWith(`${it.path}.`) || path.startsWith(`${it.path}[`));

function short(faults: Fault[]): Fault[] {
  const [first] = faults;
  if (!first || faults.length <= MAX_FAULTS) return faults;
  const more = { ...first, path: "", found: `${faults.length - MAX_FAULTS} more faults`, allowed: "none" };
  return [...faults.slice(0, MAX_FAULTS), more];
}

/** The line of the place itself, else of what would hold it. */
function lineOf(finding: Pick<Finding, "path"> & { line?: number }, { lines }: Document): number {
  if (finding.line !== undefined) return finding.line;
  let path = finding.path;
  while (path !== "" && !lines.has(path)) path = path.replace(/(^|\.)[\w-]+$|\[([0-9]+|"([^"\\]|\\.)*")\]$/, "");
  return lines.get(path) ?? 1;
}
