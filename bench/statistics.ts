export interface Summary {
  median: number;
  least: number;
  most: number;
  rounds: number;
}

/** Median and range. Throws on nothing: a row without a measurement must not look like one. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || least === undefined || most === undefined)
    throw new Error("nothing was measured");
  return { median: (low + high) / 2, least, most, rounds: sorted.length };
}

/** Arms in the order A B C, then C B A, and so on: a slow drift of the machine meets all of them alike. */
export const interleaved = <T>(arms: readonly T[], rounds: number): T[] =>
  Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? [...arms] : arms.toReversed())).flat();
