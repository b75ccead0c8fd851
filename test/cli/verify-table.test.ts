import { expect, test } from "vitest";
import { verifyTable } from "../../cli/verify-table.ts";
import { resultOf, verifyReport } from "../support/verify-report.ts";

test("failures come first with what to do, then what was skipped and why, then a row a namespace and the sum", () => {
  expect(verifyTable(verifyReport()).split("\n")).toEqual([
    "FAILED rights.secrets: Viewers read no secrets [CIS 5.1.2]",
    '    globex-portal: group "globex-viewers" may get secrets. Next: run up',
    "FAILED pods.privileged: A privileged pod is refused [CIS 5.2.2, OWASP K01, NSA pod security]",
    "    legacy: a privileged pod was admitted. Next: label the namespace",
    "",
    "skipped rights.secrets in legacy: nobody is bound here",
    "",
    "TENANT   NAMESPACE       PASSED   FAILED   SKIPPED",
    "acme     acme-api        2        0        0",
    "globex   globex-portal   1        1        0",
    "-        legacy          0        1        1",
    "",
    "2 checks, 6 results on https://127.0.0.1:6443: 2 failed, 1 skipped (12.3 s)",
  ]);
});

test("a report without failures says so in its last line, and shows none", () => {
  const report = verifyReport();
  const results = report.results.filter((it) => it.outcome === "pass");
  const text = verifyTable({ ...report, results });
  expect(text).not.toContain("FAILED r");
  expect(text).toMatch(/: all that apply passed, 0 skipped \(12\.3 s\)$/);
});

test("the same failure of many namespaces is told once", () => {
  const many = Array.from({ length: 8 }, (_, index) => resultOf("fail", `n${index}`));
  const [title, where] = verifyTable({ ...verifyReport(), results: many }).split("\n");
  expect([title, where]).toEqual([
    "FAILED pods.privileged: A privileged pod is refused [CIS 5.2.2, OWASP K01, NSA pod security]",
    "    n0, n1, n2, n3, n4 and 3 more: a privileged pod was admitted. Next: label the namespace",
  ]);
});

test("a message cannot write a line of its own, nor move the cursor", () => {
  const evil = "refused\n\nall that apply passed\r\u001b[2J\u009b1A and so on";
  const text = verifyTable(verifyReport(resultOf("fail", "acme-api", { id: "x.y", message: evil })));
  expect(text).toContain("    acme-api: refused all that apply passed [2J 1A and so on\n");
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});
