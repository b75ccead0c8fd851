import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PERSONA_RULES, type Rule } from "../../components/platform/persona-rules.ts";
import { PERSONAS, type Persona } from "../../components/contract.ts";

export const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/** "pods/exec", "deployments.apps", "deployments.apps/scale". */
export const resourceName = (group: string, resource: string): string => {
  const [plural = "", sub] = resource.split("/");
  return (group === "" ? plural : `${plural}.${group}`) + (sub === undefined ? "" : `/${sub}`);
};

export function partsOf(name: string): { group: string; resource: string; subresource: string } {
  const [whole = "", subresource = ""] = name.split("/");
  const [resource = "", ...group] = whole.split(".");
  return { group: group.join("."), resource, subresource };
}

/** Verbs by resource and persona. */
export type Access = Record<string, Record<Persona, string[]>>;

const nobody = (): Record<Persona, string[]> => ({ "tenant-admin": [], "tenant-user": [], "tenant-viewer": [] });
const inOrder = (verbs: Iterable<string>): string[] =>
  [...new Set(verbs)].toSorted((a, b) => VERBS.indexOf(a) - VERBS.indexOf(b));

/** What rules grant, by resource, each verb once. */
export function grantsOf(rules: readonly Rule[]): Map<string, string[]> {
  const grants = new Map<string, string[]>();
  for (const { apiGroups, resources, verbs } of rules)
    for (const group of apiGroups)
      for (const resource of resources) {
        const name = resourceName(group, resource);
        grants.set(name, inOrder([...(grants.get(name) ?? []), ...verbs]));
      }
  return grants;
}

/** The table as the components' rules have it. */
export function accessOfRules(): Access {
  const access: Access = {};
  for (const persona of PERSONAS)
    for (const [name, verbs] of grantsOf(PERSONA_RULES[persona])) (access[name] ??= nobody())[persona] = verbs;
  return access;
}

/** The rows of docs/access.md, those of what nobody may touch left out, and the names of the latter. */
export function documented(): { access: Access; never: string[] } {
  const text = readFileSync(join(import.meta.dirname, "../../docs/access.md"), "utf8");
  const access: Access = {};
  const never: string[] = [];
  for (const line of text.split("\n").filter((it) => it.startsWith("| `"))) {
    const [name = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((it) => it.trim().replaceAll("`", ""));
    // Another table: which groups get which persona.
    if (cells.length !== PERSONAS.length) continue;
    const verbs = cells.map((it) => (it === "-" ? [] : it.split(" ")));
    if (verbs.every((it) => it.length === 0)) never.push(name);
    else access[name] = Object.fromEntries(PERSONAS.map((persona, at) => [persona, verbs[at] ?? []])) as Access[string];
  }
  return { access, never };
}

/** The lines of the table, for whoever changes the rules. */
export const tableOf = (access: Access, never: readonly string[]): string[] =>
  [...Object.entries(access), ...never.map((it) => [it, nobody()] as const)].map(
    ([name, by]) => `| \`${name}\` | ${PERSONAS.map((it) => by[it].join(" ") || "-").join(" | ")} |`,
  );
