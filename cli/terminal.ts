import { createInterface } from "node:readline/promises";
import type { Report } from "../engine/run/events.ts";
import { UsageError } from "../engine/stack.ts";

/** Progress on standard error: one line that moves on a terminal, one line a phase where there is none. */
export function progress(stream: NodeJS.WriteStream = process.stderr): Report & { end: () => void } {
  let open = false;
  const clear = () => {
    if (open) stream.write("\r\u001b[K");
    open = false;
  };
  const report = (event: Parameters<Report>[0]): void => {
    if (event.kind !== "progress") {
      clear();
      stream.write(`${event.text}\n`);
    } else if (stream.isTTY) {
      const line = `  ${event.done}/${event.of} ${event.text}`.slice(0, (stream.columns || 80) - 1);
      stream.write(`\r\u001b[K${line}`);
      open = true;
    }
  };
  return Object.assign(report, { end: clear });
}

/** Rows as columns of equal width, the first row as heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}

/** Asks before something that cannot be undone. Throws UsageError where nobody can answer. */
export async function confirm(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new UsageError(`${question} Nobody can answer here: add --yes. Nothing was changed.`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, undefined, 2));
