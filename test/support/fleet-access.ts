import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEPLOYER_HOME_RULES, DEPLOYER_RULES } from "../../components/platform/deployer-rules.ts";
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
export const inOrder = (verbs: Iterable<string>): string[] =>
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

/** The rows of docs/access.md, those of what no tenant may touch left out, and the names of the latter. */
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
    if (cells.length !== 2 + PERSONAS.length) continue;
    const verbs = cells.slice(2).map((it) => (it === "-" ? [] : it.split(" ")));
    if (verbs.every((it) => it.length === 0)) never.push(name);
    else access[name] = Object.fromEntries(PERSONAS.map((persona, at) => [persona, verbs[at] ?? []])) as Access[string];
  }
  return { access, never };
}

/** What the deployer may do with a resource: by name, anywhere, and in the platform's namespace. */
function deployerCell(name: string): string {
  const cells = (rules: readonly Rule[], where: string) =>
    rules
      .filter((it) => grantsOf([it]).has(name))
      .map((it) => {
        const of = it.resourceNames?.map((one) => `\`${one}\``).join(" ");
        return [it.verbs.join(" "), ...(of === undefined ? [] : ["of", of]), ...(where === "" ? [] : [where])].join(
          " ",
        );
      });
  return [...cells(DEPLOYER_RULES, ""), ...cells(DEPLOYER_HOME_RULES, "in `tenantry-system`")].join("; ") || "-";
}

/** Names that tenants or the deployer have rights on. */
export const granted = (): string[] => [
  ...new Set([...Object.keys(accessOfRules()), ...grantsOf([...DEPLOYER_RULES, ...DEPLOYER_HOME_RULES]).keys()]),
];

/** The lines of the table in docs/access.md for these resources, as the components' rules have it. */
export function tableOf(names: readonly string[]): string[] {
  const access = accessOfRules();
  return names.map((name) => {
    const personas = PERSONAS.map((it) => access[name]?.[it].join(" ") || "-");
    return `| ${[`\`${name}\``, "all", deployerCell(name), ...personas].join(" | ")} |`;
  });
}
