import fc from "fast-check";
import { expect, test } from "vitest";
import { fitGrowth } from "../../bench/growth.ts";

const SIZES = [10, 30, 100, 300, 1000];

test("finds the curve that the points lie on", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 5, max: 50 }),
      fc.integer({ min: 140, max: 360 }),
      (fixed, rate, step) => {
        const points = SIZES.map((n) => ({ n, time: fixed + rate * n ** (step / 200) }));
        const found = fitGrowth(points);
        expect(found.exponent).toBeCloseTo(step / 200, 2);
        expect(found.residual).toBeLessThan(0.01);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test("tells twice the work for twice the size from more than that, in spite of noise", () => {
  const noisy = (exponent: number) =>
    fitGrowth(SIZES.map((n, index) => ({ n, time: (900 + 20 * n ** exponent) * (index % 2 === 0 ? 1.03 : 0.97) })));
  expect(noisy(1).exponent).toBeLessThan(1.1);
  expect(noisy(1.3).exponent).toBeGreaterThan(1.15);
});

test("has no negative terms", () => {
  const { fixed, rate } = fitGrowth(SIZES.map((n) => ({ n, time: n ** 3 })));
  expect(fixed).toBeGreaterThanOrEqual(0);
  expect(rate).toBeGreaterThanOrEqual(0);
});

test("wants four sizes", () => {
  expect(() => fitGrowth([10, 100, 1000].map((n) => ({ n, time: n })))).toThrow("at least 4 sizes");
});
