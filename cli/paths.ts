import { isAbsolute, relative, resolve } from "node:path";

/**
 * A path as the user typed it, from the folder the user typed it in: npm scripts run in the project's root, whatever folder npm
 * was started from. Stays as typed where both are the same.
 */
export function userPath(path: string, root: string): string {
  const typedIn = process.env["INIT_CWD"] ?? process.cwd();
  if (isAbsolute(path) || resolve(typedIn) === resolve(root)) return path;
  return relative(root, resolve(typedIn, path));
}
