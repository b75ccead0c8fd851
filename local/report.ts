import type { WriteStream } from "node:tty";

/** Takes one line for the user. A passing line (a counter) may be replaced by the next one and is not worth keeping. */
export type Report = (line: string, passing?: boolean) => void;

/** Writes lines to a stream: passing lines overwrite each other on a terminal and are left out where there is none. */
export function terminalReport(stream: Pick<WriteStream, "write"> & { isTTY?: boolean; columns?: number }): Report {
  let dirty = false;
  return (line, passing = false) => {
    if (passing && !stream.isTTY) return;
    const clear = dirty ? "\r\u001b[K" : "";
    dirty = passing;
    stream.write(passing ? clear + line.slice(0, (stream.columns ?? 80) - 1) : `${clear}${line}\n`);
  };
}

/** Reports `line()` as a passing line each second, and as a kept one each half minute for logs without a terminal. Returns how to end it. */
export function tick(report: Report, line: () => string): () => void {
  let seconds = 0;
  const timer = setInterval(() => report(line(), ++seconds % 30 !== 0), 1000);
  return () => clearInterval(timer);
}
