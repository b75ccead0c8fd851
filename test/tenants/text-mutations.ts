import fc from "fast-check";

/** A change of a valid file's text into one that no tenant can be. */
export interface TextMutation {
  name: string;
  text: (valid: string) => string;
}

const line = (it: string): TextMutation => ({ name: it.slice(0, 40), text: (yaml) => `${yaml}${it}\n` });
const replaced = (from: RegExp, to: string): TextMutation => ({
  name: to.slice(0, 40),
  text: (yaml) => yaml.replace(from, to),
});
const DAYS = /"?days"?: [0-9]+/;
const bomb = ["x0: &x0 [a, a]", ...Array.from({ length: 30 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}, *x${i}]`)].join(
  "\n",
);

export const texts: fc.Arbitrary<TextMutation>[] = [
  fc.constantFrom("id: a", "plan: team", "spaces: {}", "schemaVersion: 1", '"retention": { days: 1 }').map(line),
  fc
    .constantFrom(
      "0o17",
      "0x10",
      "1e2",
      "007",
      "+5",
      ".inf",
      "-.inf",
      ".nan",
      "no",
      "yes",
      "~",
      "1_000",
      "12:30",
      "5.0e0",
    )
    .map((it) => replaced(DAYS, `days: ${it}`)),
  fc
    .constantFrom("!!int 5", "!!str 5", "!x 5", "&a 5\nlifecycle: *a", "*nothing", "|\n  5")
    .map((it) => replaced(DAYS, `days: ${it}`)),
  fc
    .constantFrom("<<: { plan: free }", "? [a]\n: 1", "5: x", "null: x", "true: x", bomb, "__proto__: &p { a: *p }")
    .map(line),
  fc
    .constantFrom(
      "---\nid: b",
      "...\n---\n{}",
      "\t- x",
      "]",
      "}",
      '"',
      "@x",
      "`x",
      "a: b: c",
      "x\u0000: 1",
      "x: \u0007",
      "\u0085: 1",
    )
    .map(line),
  fc
    .constantFrom("%YAML 1.1\n---\n", "%TAG ! tag:x,2026:\n---\n", "\u0000", "- ", "[", "{", '"', "\ufeff\u0001")
    .map((it): TextMutation => ({ name: it, text: (yaml) => it + yaml })),
  fc
    .constantFrom(
      "",
      "\n",
      "null",
      "[]",
      "5",
      '"x"',
      "{}",
      "#",
      "---",
      "!!map {}",
      "\ufeff",
      "[".repeat(5000),
      "{a: ".repeat(3000),
      "a: ".repeat(3000),
      "- ".repeat(3000),
    )
    .map((it): TextMutation => ({ name: it.slice(0, 40), text: () => it })),
  fc.integer({ min: 1, max: 40 }).map((it): TextMutation => ({ name: `cut ${it}`, text: (yaml) => yaml.slice(0, it) })),
];
