import type { GrowthRow, Results, Row } from "./results.ts";
import { shown } from "./text-table.ts";

const WIDTH = 760;
const COLOURS = ["#2563eb", "#d97706", "#059669"];

/** docs/performance.svg: ratios as bars with their range, times by size on logarithmic axes with the fitted curves. */
export function plot({ rows, growth }: Results): string {
  const ratios = rows.filter((it) => it.unit === "x" && it.void === undefined);
  const bars = ratios.map(bar);
  const top = 50 + bars.length * 26 + 40;
  const height = growth.length > 0 ? top + 330 : top;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="26" font-size="15" font-weight="bold">Time of the direct engine against others (1 = equal, logarithmic)</text>
${bars.join("\n")}
<line x1="${atRatio(1)}" y1="38" x2="${atRatio(1)}" y2="${44 + bars.length * 26}" stroke="#6b7280" stroke-dasharray="4 3"/>
${growth.length > 0 ? curves(growth, top) : ""}
</svg>
`;
}

/** 0.01 to 10 times. */
const atRatio = (ratio: number): number => 400 + (Math.log10(Math.min(10, Math.max(0.01, ratio))) + 2) * 85;

function bar(row: Row, index: number): string {
  const { value, target, unit } = row;
  const y = 44 + index * 26;
  const label = `${row.id} ${row.what}, ${row.tenants} tenants, against ${row.against.split(",")[0] ?? ""}`;
  const [from, to] = [atRatio(0.01), atRatio(value.median)];
  const middle = y + 9;
  const mark =
    target === undefined
      ? ""
      : `<line x1="${round(atRatio(target))}" y1="${y}" x2="${round(atRatio(target))}" y2="${y + 18}" stroke="#dc2626" stroke-width="2"/>`;
  return [
    `<text x="16" y="${y + 13}" font-size="11">${label.slice(0, 66)}</text>`,
    `<rect x="${from}" y="${y}" width="${round(Math.max(1, to - from))}" height="18" fill="${COLOURS[0] ?? ""}" opacity="0.8"/>`,
    `<line x1="${round(atRatio(value.least))}" y1="${middle}" x2="${round(atRatio(value.most))}" y2="${middle}" stroke="#111827"/>`,
    mark,
    `<text x="${WIDTH - 16}" y="${y + 13}" text-anchor="end">${shown(value.median, unit)}</text>`,
  ].join("");
}

function curves(growth: readonly GrowthRow[], top: number): string {
  const points = growth.flatMap((it) => it.points);
  const [nLeast, nMost] = [Math.min(...points.map((it) => it.n)), Math.max(...points.map((it) => it.n))];
  const tMost = Math.max(...points.map((it) => it.time), 10);
  const tLeast = Math.min(...points.map((it) => it.time), 1);
  const x = (n: number) => round(80 + (Math.log(n / nLeast) / Math.log(nMost / nLeast)) * 460);
  const y = (time: number) => round(top + 270 - (Math.log(time / tLeast) / Math.log(tMost / tLeast)) * 230);
  const sizes = [...new Set(points.map((it) => it.n))];
  const axis = sizes.map(
    (n) =>
      `<line x1="${x(n)}" y1="${top + 30}" x2="${x(n)}" y2="${top + 274}" stroke="#e5e7eb"/><text x="${x(n)}" y="${top + 290}" text-anchor="middle">${n}</text>`,
  );
  const lines = growth.map(({ what, growth: { fixed, rate, exponent }, points: measured }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? "";
    const path = Array.from({ length: 41 }, (_, step) => nLeast * (nMost / nLeast) ** (step / 40))
      .map((n) => `${x(n)},${y(fixed + rate * n ** exponent)}`)
      .join(" ");
    const dots = measured.map((it) => `<circle cx="${x(it.n)}" cy="${y(it.time)}" r="4" fill="${colour}"/>`).join("");
    const label = `<text x="560" y="${top + 60 + index * 20}" fill="${colour}">${what}: exponent ${exponent.toFixed(2)}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots}${label}`;
  });
  return [
    `<text x="16" y="${top + 16}" font-size="15" font-weight="bold">Growth: time against that of ${nLeast} tenants, both axes logarithmic</text>`,
    ...axis,
    ...lines,
    `<text x="310" y="${top + 310}" text-anchor="middle">generated tenants</text>`,
  ].join("\n");
}

const round = (value: number): number => Math.round(value * 10) / 10;
