import { expect, test } from "vitest";
import { terminalReport } from "../../local/report.ts";

function written(isTTY: boolean): string {
  let text = "";
  const report = terminalReport({ isTTY, columns: 20, write: (part: string) => (text += part) !== "" });
  report("begin");
  report("1 second, and more than fits", true);
  report("2 seconds", true);
  report("done");
  return text;
}

test("on a terminal a counter overwrites itself and never breaks over a line", () => {
  expect(written(true)).toBe("begin\n1 second, and more \r\u001b[K2 seconds\r\u001b[Kdone\n");
});

test("without a terminal counters are left out", () => {
  expect(written(false)).toBe("begin\ndone\n");
});
