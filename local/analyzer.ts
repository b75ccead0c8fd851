import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, builtDirectory, goVersion, newEnough } from "./build.ts";
import { CYCLONUS, oldestGo, pinnedVersion } from "./programs.ts";
import type { Report } from "./report.ts";

/**
 * The path of cyclonus, which tells from network policies alone who reaches whom; built with the user's Go when it is asked for
 * the first time, in about a minute. Throws an error that says what is missing.
 */
export async function resolveAnalyzer(report: Report = () => undefined): Promise<string> {
  const path = join(builtDirectory(CYCLONUS), "cyclonus");
  if (existsSync(path)) return path;
  const version = await goVersion();
  if (version === undefined || !newEnough(version, CYCLONUS))
    throw new Error(
      `cyclonus ${pinnedVersion(CYCLONUS)} is not built yet: install Go ${oldestGo(CYCLONUS)} or newer and run this again`,
    );
  await build(CYCLONUS, report);
  return path;
}
