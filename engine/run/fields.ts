import { canonical } from "../plan/canonical.ts";
import { formatPath, type Path } from "../plan/registration.ts";

export interface FieldChange {
  path: string;
  from?: unknown;
  to?: unknown;
}

/** What the server writes by itself on every change. */
const SERVER_FIELDS = new Set([
  "resourceVersion",
  "generation",
  "managedFields",
  "uid",
  "creationTimestamp",
  "selfLink",
]);

/** Leaves that differ between two versions of one object, status and the server's own fields left out. */
export function compare(before: Record<string, unknown>, after: Record<string, unknown>): FieldChange[] {
  const changes: FieldChange[] = [];
  const walk = (from: unknown, to: unknown, path: Path): void => {
    if (canonical(from) === canonical(to)) return;
    if (isBag(from) && isBag(to)) {
      for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
        if (path.length === 0 && key === "status") continue;
        if (path.length === 1 && path[0] === "metadata" && SERVER_FIELDS.has(key)) continue;
        walk(from[key], to[key], [...path, key]);
      }
    } else {
      changes.push({ path: formatPath(path), from, to });
    }
  };
  walk(before, after, []);
  return changes;
}

const isBag = (it: unknown): it is Record<string, unknown> =>
  it !== null && typeof it === "object" && !Array.isArray(it);
