import type { CheckResult, VerifyReport } from "../report.ts";
import { attribute, text } from "./xml.ts";

/** JUnit XML, as build servers read it: a suite for each namespace, a case for each check. */
export function junit(report: VerifyReport): string {
  const { results, targets, seconds, server } = report;
  const suites = targets.flatMap(({ tenant, namespace }) => {
    const own = results.filter((it) => it.namespace === namespace && it.tenant === tenant);
    const name = tenant === undefined ? namespace : `${tenant} ${namespace}`;
    return [
      `  <testsuite ${attributes({ name, ...counts(own) })}>`,
      `    <properties><property ${attributes({ name: "server", value: server })}/></properties>`,
      ...own.flatMap(testcase),
      `  </testsuite>`,
    ];
  });
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites ${attributes({ name: "tenantry verify", ...counts(results), time: seconds.toFixed(3) })}>`,
    ...suites,
    `</testsuites>`,
    ``,
  ].join("\n");
}

function testcase({ id, title, controls, namespace, outcome, message }: CheckResult): string[] {
  const open = `    <testcase ${attributes({ classname: namespace, name: `${id}: ${title}` })}`;
  if (outcome === "pass") return [`${open}/>`];
  if (outcome === "skipped") return [`${open}><skipped ${attributes({ message })}/></testcase>`];
  const detail = text(`${message}\n${controls.join(", ")}`);
  return [`${open}><failure ${attributes({ message, type: id })}>${detail}</failure></testcase>`];
}

const counts = (results: readonly CheckResult[]): Record<string, number> => ({
  tests: results.length,
  failures: results.filter((it) => it.outcome === "fail").length,
  errors: 0,
  skipped: results.filter((it) => it.outcome === "skipped").length,
});

const attributes = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${attribute(String(value))}"`)
    .join(" ");
