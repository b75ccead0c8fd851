/** T = fixed + rate * N^exponent. */
export interface Growth {
  fixed: number;
  rate: number;
  exponent: number;
  /** Largest distance between a measured time and the curve, as a part of the time. */
  residual: number;
}

export interface Point {
  n: number;
  time: number;
}

/**
 * The curve with the least squared relative error: exponents from 0.5 to 2 in steps of 0.005, none of the terms negative.
 * Throws with fewer than four points: three parameters pass through any three.
 */
export function fitGrowth(points: readonly Point[]): Growth {
  if (points.length < 4) throw new Error(`growth needs at least 4 sizes, there are ${points.length}`);
  let best: { error: number; growth: Growth } | undefined;
  for (let step = 100; step <= 400; step++) {
    const exponent = step / 200;
    const { fixed, rate } = line(points.map(({ n, time }) => ({ x: n ** exponent, y: time })));
    const off = points.map(({ n, time }) => (fixed + rate * n ** exponent - time) / time);
    const error = off.reduce((sum, it) => sum + it * it, 0);
    const growth = { fixed, rate, exponent, residual: Math.max(...off.map(Math.abs)) };
    if (!best || error < best.error) best = { error, growth };
  }
  if (!best) throw new Error("no exponent was tried");
  return best.growth;
}

/** Weighted by 1/y², so that a small size counts as much as a large one; both terms at least 0. */
function line(points: readonly { x: number; y: number }[]): { fixed: number; rate: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const weight = 1 / (y * y);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  }
  const rate = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  const fixed = (wy - rate * wx) / w;
  if (fixed < 0) return { fixed: 0, rate: wxy / wxx };
  if (rate < 0) return { fixed: wy / w, rate: 0 };
  return { fixed, rate };
}
