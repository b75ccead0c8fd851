import { parse } from "yaml";
import { expect, test } from "vitest";
import { parseSettings } from "../../infra/settings.ts";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { judgeShape } from "../../tenants/findings.ts";
import { tenantJsonSchema } from "../../tenants/json-schema.ts";
import { type Plan, PLANS } from "../../tenants/plans.ts";
import { page, tableBelow } from "./markdown.ts";

test("the plans are those of the catalogue", () => {
  const rows = Object.entries(PLANS).map(([name, plan]: [string, Plan]) => {
    const { cpu, memory, guaranteed, storage, pods } = plan.budget;
    const { max } = plan.container;
    const sizes = [`${cpu} (${guaranteed.cpu})`, `${memory} (${guaranteed.memory})`, storage, `${pods}`];
    return [name, ...sizes, `${max.cpu}, ${max.memory}`, `${plan.caps.spaces}`, `${plan.ceiling}`, plan.tiers.join(", ")];
  });
  expect(tableBelow(page("docs/tenants.md"), "## Plans")).toEqual(rows);
});

interface Shape {
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

/** Every place a tenant file may write to. */
function places({ properties = {}, additionalProperties, items, anyOf = [], oneOf = [] }: Shape, at = ""): string[] {
  const own = Object.entries(properties).flatMap(([key, shape]) => {
    const path = at === "" ? key : `${at}.${key}`;
    return [path, ...places(shape, path)];
  });
  const inner = typeof additionalProperties === "object" ? places(additionalProperties, `${at}.*`) : [];
  const each = items ? places(items, `${at}[]`) : [];
  return [...own, ...inner, ...each, ...[...anyOf, ...oneOf].flatMap((it) => places(it, at))];
}

test("every field of a tenant file is documented, and no other", () => {
  const documented = tableBelow(page("docs/tenants.md"), "## Fields").map(([field]) => field);
  expect(documented.sort()).toEqual(places(tenantJsonSchema() as Shape).sort());
});

test("every setting is documented, and no other", () => {
  const documented = tableBelow(page("docs/pulumi.md"), "## Settings").map(([key]) => key);
  const said = message(() => parseSettings({ "tenantry:nope": "1" }, "local"));
  const [, known = ""] = /tenantry:nope: .* allowed: (.*)/.exec(said) ?? [];
  expect(documented.sort()).toEqual(known.split(", ").sort());
});

function message(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("every guardrail is documented as it is", () => {
  const { text } = page("docs/guardrails.md");
  const sections = text.split("\n## ").slice(1, -1);
  const settings = { platformGroups: ["platform"], registries: ["registry.example/"], runner: "direct" };
  const real = GUARDRAILS.map(({ rule, admission }) => {
    const scope = admission?.(settings).scope;
    const cluster = scope === "tenants" ? "program, and cluster in tenants' namespaces" : "program, and cluster everywhere";
    return [
      rule.name,
      `Promise: ${rule.description}`,
      `Enforced: ${scope === undefined ? "program" : cluster}`,
      `Fix: ${rule.remediationSteps ?? ""}`,
    ];
  });
  const lines = sections.map((it) => it.split("\n").map((line) => line.replace(/^- /, "")));
  expect(lines.map((it) => it.filter((line, index) => index === 0 || /^(Promise|Enforced|Fix): /.test(line)))).toEqual(real);
  expect(lines.filter((it) => !it.some((line) => /^Attack: .{20}/.test(line)))).toEqual([]);
});

test("the tenant of the README is one, in ten lines", () => {
  const yaml = /```yaml\n(.*?)```/s.exec(page("README.md").text)?.[1] ?? "";
  expect(yaml.trim().split("\n").length).toBeLessThanOrEqual(10);
  expect(judgeShape(parse(yaml))).toMatchObject({ tenant: { id: "hooli", plan: "micro" } });
});
