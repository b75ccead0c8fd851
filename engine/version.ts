import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

const SOURCES = ["infra", "components", "tenants", "policy", "engine", "charts", "package.json"];

/**
 * Digest of all that turns a tenant's file into objects. A change of it makes every tenant be planned again; tenant files
 * themselves are left out (`except`), each counts for its own tenant only.
 */
export function programVersion(root: string, except: ReadonlySet<string>): string {
  const hash = createHash("sha256");
  for (const path of SOURCES.flatMap((it) => files(join(root, it)))) {
    const name = relative(root, path);
    if (except.has(name)) continue;
    hash.update(`${name}\n`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function files(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((it) => (it.isDirectory() ? files(join(path, it.name)) : [join(path, it.name)]));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}
