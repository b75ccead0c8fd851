import { fitGrowth } from "./growth.ts";
import type { Measure, Measurements } from "./measurements.ts";
import type { GrowthRow, Row } from "./results.ts";
import { summarise } from "./statistics.ts";

/** The table's rows for one size; `least` is the smallest size, which a change is compared with. */
export function rowsOf(size: number, least: number, all: Measurements): Row[] {
  const rows: Row[] = [];
  const ratio = (id: string, what: string, against: string, [top, bottom]: [Measure, Measure], target?: number) => {
    const values = pairs(all.of(size, top), all.of(size, bottom));
    if (values.length === 0) return;
    const fault = all.faultOf(size, ...[top, bottom].map((it) => it.split(" ")[0] ?? ""));
    const spent = pairs(all.cpuOf(size, top), all.cpuOf(size, bottom));
    const cpu = spent.length > 0 ? summarise(spent).median : undefined;
    rows.push({ id, what, against, tenants: size, unit: "x", value: summarise(values), cpu, target, void: fault });
  };
  const large = size >= 100;
  const first = "first up";
  ratio("D1", first, "bare keep-alive HTTP client, same objects", ["direct first", "raw first"], large ? 3 : undefined);
  ratio(
    "D2",
    first,
    "kubectl apply --server-side, one process",
    ["direct first", "kubectl first"],
    large ? 0.4 : undefined,
  );
  ratio("limit", "the bare client's own first send", "the same kubectl apply", ["raw first", "kubectl first"]);
  ratio("D3", "no-op up, drift included", "the same kubectl apply repeated", ["direct no-op", "kubectl again"]);
  const changes = all.of(size, "direct change");
  if (size > least && changes.length > 0) {
    const base = summarise(all.of(least, "direct change")).median;
    rows.push({
      id: "D4",
      what: "change of one tenant",
      against: `the same change among ${least} tenants`,
      tenants: size,
      unit: "x",
      value: summarise(changes.map((it) => it / base)),
      void: all.faultOf(size, "direct"),
    });
  }
  const peaks = all.of(size, "direct peak").filter((it) => it > 0);
  if (peaks.length > 0) {
    const target = size === 1000 ? 400 : undefined;
    rows.push({
      id: "D5",
      what: "peak memory of first up",
      against: "all processes of the client",
      tenants: size,
      unit: "MB",
      value: summarise(peaks),
      target,
      void: all.faultOf(size, "direct"),
    });
  }
  ratio("D6", "plan", "cdk8s synthesising the same objects", ["plan", "cdk8s"]);
  const judged = all.of(size, "judge");
  if (judged.length > 0) {
    rows.push({
      id: "D7",
      what: "all guardrails",
      against: "the plan's own time",
      tenants: size,
      unit: "%",
      value: summarise(judged),
    });
  }
  return rows;
}

const GROWING = [
  ["plan", "plan"],
  ["first up", "direct first"],
  ["no-op up", "direct no-op"],
] as const;

/** Growth over all sizes with measurements; nothing with fewer than four of them. */
export function growthOf(sizes: readonly number[], all: Measurements): GrowthRow[] {
  return GROWING.flatMap(([what, measure]) => {
    const measured = sizes.filter((n) => all.of(n, measure).length > 0);
    if (measured.length < 4) return [];
    const times = measured.map((n) => ({ n, time: summarise(all.of(n, measure)).median }));
    const unit = times[0]?.time ?? 1;
    const points = times.map(({ n, time }) => ({ n, time: time / unit }));
    return [{ what, growth: fitGrowth(points), points }];
  });
}

/** Round by round. An arm measured several times a round is compared, each time, with that round's other arm. */
function pairs(top: readonly number[], bottom: readonly number[]): number[] {
  if (bottom.length === 0) return [];
  const each = top.length / bottom.length;
  return top.map((it, index) => it / (bottom[Math.floor(index / each)] ?? Number.NaN));
}
