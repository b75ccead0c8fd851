import { expect, test } from "vitest";
import type { Titled } from "../../engine/verify/check.ts";
import { CHECKS } from "../../engine/verify/catalogue.ts";
import { NETWORK_TITLES } from "../../engine/verify/network.ts";
import { GUARDRAILS } from "../../policy/rules/index.ts";
import { GUARDS, withoutPolicy } from "../support/verify-weaknesses.ts";
import { WIDENINGS } from "../support/verify-widenings.ts";
import { page, tableBelow } from "./markdown.ts";

const row = ({ id, title, controls }: Titled): string[] => [id, title, controls.join(", ")];
const howOf = (check: (typeof CHECKS)[number]): string =>
  "tries" in check ? "tried" : "denied" in check ? "asked" : "read";

const bound = GUARDRAILS.filter((it) => it.admission !== undefined).map(({ rule }) => withoutPolicy(rule.name));
const weakened = new Set([...GUARDS, ...bound].flatMap(([, , fails]) => fails));
const widened = new Set(WIDENINGS.flatMap(([, , fails]) => fails));
/** Which of the live tests sees the check fail; the foreign namespace's holds the outcome of every one. */
const testOf = (id: string): string => (weakened.has(id) ? "weakened" : widened.has(id) ? "widened" : "foreign");

/** What the page must say, for whoever adds a check: paste it. */
const lines = (rows: readonly string[][]): string =>
  rows.map(([id = "", ...cells]) => `| \`${id}\` | ${cells.join(" | ")} |`).join("\n");

test("every check is documented as it is, and no other", () => {
  const wanted = CHECKS.map((it) => [...row(it), howOf(it), testOf(it.id)]);
  expect(tableBelow(page("docs/verify.md"), "## Checks"), lines(wanted)).toEqual(wanted);
});

test("every check of network policies is documented as it is, and no other", () => {
  const wanted = NETWORK_TITLES.map(row);
  expect(tableBelow(page("docs/verify.md"), "## Network policies"), lines(wanted)).toEqual(wanted);
});
