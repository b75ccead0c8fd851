import fc from "fast-check";
import { expect, test } from "vitest";
import { formatBytes, formatCpu, milli, quantity } from "../../tenants/quantity.ts";

const seed = { numRuns: 2000, seed: 30 };
const BINARY = ["", "Ki", "Mi", "Gi", "Ti"];

test("cores come back as they were, to the thousandth", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (value) => {
      expect(milli(formatCpu(BigInt(value)))).toBe(BigInt(value));
    }),
    seed,
  );
});

test("bytes come back as they were, in the largest unit that is exact", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 4 }), (count, power) => {
      const bytes = BigInt(count) * 1024n ** BigInt(power);
      const text = formatBytes(bytes * 1000n);
      expect(milli(text)).toBe(bytes * 1000n);
      const next = BINARY[BINARY.findIndex((it) => it !== "" && text.endsWith(it)) + 1];
      const figure = BigInt(text.replace(/\D/g, ""));
      expect(figure % 1024n !== 0n || text.endsWith("Ti") || next === undefined).toBe(true);
    }),
    seed,
  );
});

/** A second reading of quantities, by repeated decimal shifts on text instead of one table of factors. */
function model(text: string): bigint {
  const [, digits = "", suffix = ""] = /^([0-9.]+)(.*)$/.exec(text) ?? [];
  const [whole = "", fraction = ""] = digits.split(".");
  let value = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  for (let i = 0; i < "kMGT".indexOf(suffix.charAt(0)) + 1 && suffix !== "m" && suffix !== ""; i++)
    value *= suffix.endsWith("i") ? 1024n : 1000n;
  if (suffix.startsWith("K")) value *= 1024n;
  return suffix === "m" ? value / 1_000_000n : value / 1000n;
}

test("any two quantities compare as an independent reading says", () => {
  const any = fc
    .tuple(
      fc.integer({ min: 0, max: 3000 }),
      fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined }),
      fc.constantFrom("", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"),
    )
    .map(
      ([whole, fraction, suffix]) =>
        `${whole}${fraction === undefined ? "" : `.${`${fraction}`.padStart(3, "0")}`}${suffix}`,
    );
  const milliCores = fc.integer({ min: 0, max: 3_000_000 }).map((it) => `${it}m`);
  const quantityText = fc.oneof(any, milliCores);
  fc.assert(
    fc.property(quantityText, quantityText, (a, b) => {
      expect(milli(a) < milli(b)).toBe(model(a) < model(b));
      expect(milli(a)).toBe(model(a));
    }),
    seed,
  );
});

test.each(["", "-1", "1e3", "0x10", "1 Gi", "1gi", "1GiB", "Gi", "1.", ".5", "١", "1\n", "NaN", "Infinity", "1.0001"])(
  "%j is no quantity",
  (text) => {
    expect(() => milli(text)).toThrow("is no quantity");
    expect([quantity("cpu").safeParse(text).success, quantity("bytes").safeParse(text).success]).toEqual([
      false,
      false,
    ]);
  },
);

test("a tenant's figure is positive and in the unit of its field", () => {
  const accepted = (of: "cpu" | "bytes") =>
    ["500m", "2", "0.5", "0", "0m", "0.000", "1Gi", "512Mi", "0Gi", "1G"].filter(
      (it) => quantity(of).safeParse(it).success,
    );
  expect(accepted("cpu")).toEqual(["500m", "2", "0.5"]);
  expect(accepted("bytes")).toEqual(["1Gi", "512Mi"]);
});
