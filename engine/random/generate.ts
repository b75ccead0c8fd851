import { randomInt } from "node:crypto";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** A value as the `random` provider makes it for RandomPassword and RandomString: length, character classes and their minimums. */
export function generate(inputs: Record<string, unknown>): string {
  const length = Number(inputs["length"]);
  if (!Number.isInteger(length) || length < 1 || length > 1024)
    throw new Error(`a random value needs a length from 1 to 1024`);
  const special = typeof inputs["overrideSpecial"] === "string" ? inputs["overrideSpecial"] : SPECIAL;
  const classes = [
    { set: LOWER, on: inputs["lower"], least: inputs["minLower"] },
    { set: UPPER, on: inputs["upper"], least: inputs["minUpper"] },
    { set: NUMERIC, on: inputs["numeric"], least: inputs["minNumeric"] },
    { set: special, on: inputs["special"], least: inputs["minSpecial"] },
  ].filter(({ set, on }) => on !== false && set !== "");
  const all = classes.map(({ set }) => set).join("");
  if (all === "") throw new Error("a random value needs at least one class of characters");
  const least = classes.flatMap(({ set, least }) => Array.from({ length: Number(least ?? 0) }, () => pick(set)));
  if (least.length > length)
    throw new Error(`a random value of length ${length} cannot hold minimums of ${least.length}`);
  const rest = Array.from({ length: length - least.length }, () => pick(all));
  return shuffle([...least, ...rest]).join("");
}

const pick = (set: string): string => set.charAt(randomInt(set.length));

function shuffle(list: string[]): string[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [list[last], list[other]] = [list[other] ?? "", list[last] ?? ""];
  }
  return list;
}
