import type { Row } from "./results.ts";

/** A number with the digits it deserves. */
export const shown = (value: number, unit: Row["unit"]): string =>
  unit === "MB" ? `${Math.round(value)} MB` : unit === "%" ? `${value.toFixed(1)} %` : `${value.toPrecision(2)} x`;

export const verdict = ({ value, target, void: why }: Row): string =>
  why !== undefined ? "void" : target === undefined ? "" : value.median <= target ? "met" : "missed";

/** The rows as aligned lines for a terminal. */
export function textTable(rows: readonly Row[]): string {
  const lines = rows.map((it) => [
    it.id,
    String(it.tenants),
    it.what,
    it.against,
    shown(it.value.median, it.unit),
    `${shown(it.value.least, it.unit)} to ${shown(it.value.most, it.unit)}, ${it.value.rounds} times`,
    it.cpu === undefined ? "" : shown(it.cpu, it.unit),
    it.target === undefined ? "" : `at most ${shown(it.target, it.unit)}`,
    verdict(it),
  ]);
  const all = [["", "tenants", "what", "against", "median", "range", "client CPU", "target", ""], ...lines];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
