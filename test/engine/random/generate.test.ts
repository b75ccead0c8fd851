import fc from "fast-check";
import { expect, test } from "vitest";
import { generate } from "../../../engine/random/generate.ts";

const CLASSES = {
  lower: { of: /[a-z]/g, least: "minLower" },
  upper: { of: /[A-Z]/g, least: "minUpper" },
  numeric: { of: /[0-9]/g, least: "minNumeric" },
  special: { of: /[^a-zA-Z0-9]/g, least: "minSpecial" },
} as const;

const flags = fc.record({ lower: fc.boolean(), upper: fc.boolean(), numeric: fc.boolean(), special: fc.boolean() });
const minimums = fc.record({
  minLower: fc.nat(5),
  minUpper: fc.nat(5),
  minNumeric: fc.nat(5),
  minSpecial: fc.nat(5),
});

test("any value has its length, only the classes asked for, and the least of each", () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 128 }), flags, minimums, (length, on, least) => {
      fc.pre(Object.values(on).some(Boolean));
      const value = generate({ length, ...on, ...least });
      expect(value).toHaveLength(length);
      for (const [name, { of, least: key }] of Object.entries(CLASSES)) {
        const count = value.match(of)?.length ?? 0;
        if (on[name as keyof typeof on]) expect(count).toBeGreaterThanOrEqual(least[key]);
        else expect(count).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
});

test("special characters are those asked for", () => {
  expect(generate({ length: 60, lower: false, upper: false, numeric: false, overrideSpecial: "_-" })).toMatch(
    /^[_-]{60}$/,
  );
});

test("no two values are alike, and the least ones are not always in front", () => {
  const values = Array.from({ length: 200 }, () => generate({ length: 16, special: false, minNumeric: 4 }));
  expect(new Set(values).size).toBe(200);
  expect(values.every((it) => /^[0-9]{4}/.test(it))).toBe(false);
});

test.each([{}, { length: 0 }, { length: 1.5 }, { length: 2000 }, { length: "many" }])("%j is refused", (inputs) => {
  expect(() => generate(inputs)).toThrow("a random value needs a length from 1 to 1024");
});

test("no class at all is refused", () => {
  const none = { length: 8, lower: false, upper: false, numeric: false, special: false };
  expect(() => generate(none)).toThrow("at least one class");
});

test("minimums that do not fit the length are refused", () => {
  expect(() => generate({ length: 4, minLower: 3, minUpper: 3 })).toThrow(/minimums/);
});
