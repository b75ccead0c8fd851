import { expect, test } from "vitest";
import { markdown } from "../../bench/markdown.ts";
import { Measurements } from "../../bench/measurements.ts";
import { plot } from "../../bench/plot.ts";
import { growthOf, rowsOf } from "../../bench/rows.ts";
import { interleaved, summarise } from "../../bench/statistics.ts";
import { textTable } from "../../bench/text-table.ts";

function measured(): Measurements {
  const all = new Measurements();
  for (const size of [10, 30, 100, 1000]) {
    for (const time of [100 + size, 110 + size]) {
      all.add(size, "direct first", 2 * time);
      all.add(size, "raw first", time);
      all.add(size, "direct no-op", time);
      all.add(size, "direct no-op", time);
      all.add(size, "kubectl again", 10 * time);
      all.add(size, "direct change", 100);
      all.add(size, "plan", time);
    }
  }
  return all;
}

test("rows are ratios made round by round", () => {
  const rows = rowsOf(100, 10, measured());
  expect(rows.map((it) => `${it.id} ${it.value.median} of ${it.value.rounds}`)).toEqual([
    "D1 2 of 2",
    "D3 0.1 of 4",
    "D4 1 of 2",
  ]);
});

test("processor time is compared apart from the clock", () => {
  const all = new Measurements();
  for (const [measure, wall, cpu] of [
    ["plan", 100, 90],
    ["cdk8s", 50, 30],
  ] as const)
    all.ran(10, measure, { wall, cpu, peak: 0, stdout: "" });
  expect(rowsOf(10, 10, all).map((it) => [it.id, it.value.median, it.cpu])).toEqual([["D6", 2, 3]]);
});

test("an arm whose contents were wrong voids its rows and no others", () => {
  const all = measured();
  all.fault(100, "raw", "one object is missing");
  const rows = rowsOf(100, 10, all);
  expect(rows.filter((it) => it.void !== undefined).map((it) => it.id)).toEqual(["D1"]);
  expect(textTable(rows)).toContain("void");
});

test("growth needs four sizes and is published without absolute times", () => {
  expect(growthOf([10, 30, 100], measured())).toEqual([]);
  const growth = growthOf([10, 30, 100, 1000], measured());
  expect(growth.map((it) => it.what)).toEqual(["plan", "first up", "no-op up"]);
  expect(growth.map((it) => it.points[0]?.time)).toEqual([1, 1, 1]);
  expect(growth[0]?.growth.exponent).toBeCloseTo(1, 1);
});

test("page and plot are made of the results alone", () => {
  const all = measured();
  const results = {
    machine: { cores: 2, memoryGiB: 24, load: 0.1 },
    node: "v24",
    kubernetes: "v1.36.0",
    command: "npm run bench -- --sizes 10,100 --write",
    objects: { 10: 318, 100: 1578 },
    rows: [10, 100].flatMap((it) => rowsOf(it, 10, all)),
    growth: growthOf([10, 30, 100, 1000], all),
  };
  const table = markdown(results)
    .split("\n")
    .filter((it) => it.startsWith("|"));
  expect(new Set(table.slice(0, 2 + results.rows.length).map((it) => it.split("|").length))).toEqual(new Set([11]));
  expect(markdown(results)).toContain("| D1 | 100 | first up |");
  expect(markdown(results)).toContain("| at most 3.0 x | met |");
  expect(markdown(results)).not.toContain("Other work");
  expect(markdown({ ...results, machine: { ...results.machine, load: 3 } })).toContain("Other work disturbed");
  expect(plot(results).match(/<rect/g)).toHaveLength(1 + results.rows.filter((it) => it.unit === "x").length);
  expect(plot(results)).not.toMatch(/NaN|undefined|Infinity/);
});

test("arms take turns and the range is kept", () => {
  expect(interleaved(["a", "b"], 3)).toEqual(["a", "b", "b", "a", "a", "b"]);
  expect(summarise([3, 1, 2, 10])).toEqual({ median: 2.5, least: 1, most: 10, rounds: 4 });
  expect(() => summarise([])).toThrow("nothing was measured");
});
