import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { DEPLOYER_HOME_RULES, DEPLOYER_RULES } from "../../../components/platform/deployer-rules.ts";
import type { Rule } from "../../../components/platform/persona-rules.ts";
import { PERSONAS } from "../../../components/contract.ts";
import { objectsOf, type PlannedObject } from "../../../engine/plan/objects.ts";
import { app, tenantFile } from "../../support/fleet-tenants.ts";
import { planOfStack, shipped } from "../../support/stacks.ts";

let tenants: PlannedObject[];
let platform: PlannedObject[];
beforeAll(async () => {
  // No shipped tenant has values made for it.
  const dir = mkdtempSync(join(tmpdir(), "tenantry-unit-"));
  writeFileSync(join(dir, "newco.yaml"), tenantFile("newco", { web: { app: app({ secrets: { KEY: {} } }) } }));
  const { objects } = objectsOf(await planOfStack(shipped("local", [`tenants=${dir}`])), "local");
  rmSync(dir, { recursive: true });
  tenants = objects.filter((it) => it.tenant !== undefined);
  platform = objects.filter((it) => it.tenant === undefined);
});

const plural = (kind: string) =>
  kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : kind.endsWith("s") ? `${kind}es` : `${kind}s`;
const groupOf = (apiVersion: string) => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

/** Whether rules allow a verb on an object; a list has no name. */
const allows = (rules: readonly Rule[], { object }: PlannedObject, verb: string): boolean =>
  rules.some(
    ({ apiGroups, resources, verbs, resourceNames }) =>
      apiGroups.includes(groupOf(object.apiVersion)) &&
      resources.includes(plural(object.kind.toLowerCase())) &&
      verbs.includes(verb) &&
      (resourceNames === undefined ||
        (resourceNames.includes(object.metadata.name) && (verb !== "list" || object.kind === "Secret"))),
  );

test("the deployer may apply and look for whatever the shipped tenants are made of", () => {
  expect(tenants.length).toBeGreaterThan(100);
  const missing = tenants.flatMap((it) =>
    ["get", "create", "patch", "list"]
      .filter((verb) => !allows(DEPLOYER_RULES, it, verb))
      .map((verb) => `${verb} ${it.key}`),
  );
  expect(missing).toEqual([]);
});

test("it looks at the platform's own objects and writes none", () => {
  expect(platform.length).toBeGreaterThan(30);
  const home = (it: PlannedObject) => (it.object.metadata.namespace === "tenantry-system" ? DEPLOYER_HOME_RULES : []);
  const unseen = platform.filter((it) => !allows([...DEPLOYER_RULES, ...home(it)], it, "list"));
  expect(unseen.map((it) => it.key)).toEqual([]);
  const walls = platform.filter((it) => !["Namespace", "ConfigMap"].includes(it.object.kind));
  const written = walls.flatMap((it) =>
    // What a tenant's guard is called in the platform's namespaces, too, is admission's to refuse.
    ["create", "update", "patch", "delete"]
      .filter((verb) => allows(DEPLOYER_RULES, it, verb))
      .map((verb) => `${verb} ${it.key}`),
  );
  expect(written.filter((it) => !/tenantry-(system|gateway)\/(quota|limits|closed)$/.test(it))).toEqual([]);
});

test("each name it may write is one that a tenant's object has", () => {
  const names = DEPLOYER_RULES.filter((it) => !it.verbs.includes("bind")).flatMap(({ resources, resourceNames = [] }) =>
    resources.flatMap((resource) => resourceNames.map((name) => `${resource} ${name}`)),
  );
  const planned = new Set(tenants.map(({ object }) => `${plural(object.kind.toLowerCase())} ${object.metadata.name}`));
  // On clusters whose network plug-in knows host names.
  const elsewhere = ["ciliumnetworkpolicies host-names", "applicationnetworkpolicies host-names"];
  expect(names.filter((it) => !planned.has(it))).toEqual(elsewhere);
});

test("it binds the personas and nothing else, and no word of it grows", () => {
  const rules = [...DEPLOYER_RULES, ...DEPLOYER_HOME_RULES];
  const binding = rules.filter((it) => it.verbs.includes("bind"));
  expect(binding.map((it) => it.resourceNames)).toEqual([PERSONAS.map((it) => `tenantry-${it}`)]);
  const words = rules.flatMap((it) => [...it.apiGroups, ...it.resources, ...it.verbs]);
  expect(words.filter((it) => /[*/]|^(escalate|impersonate|watch|deletecollection|approve|sign)$/.test(it))).toEqual(
    [],
  );
});
