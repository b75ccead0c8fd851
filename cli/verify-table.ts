import { line } from "../engine/cluster/status.ts";
import type { CheckResult, Outcome, VerifyReport } from "../engine/verify/report.ts";
import { table } from "./terminal.ts";

/** Messages quote what others wrote: no line of them may move the cursor or be longer than a few of a terminal's. */
const LONGEST = 600;
/** Namespaces shown by name under one finding. */
const NAMED = 5;

/** For people: what failed first, with what to do next, then why something was skipped, then a row a namespace and the sum. */
export function verifyTable({ targets, results, seconds, server }: VerifyReport): string {
  const failed = findings(results, "fail").flatMap(({ first, where }) => [
    `FAILED ${first.id}: ${first.title} [${first.controls.join(", ")}]`,
    `    ${where}: ${line(first.message, LONGEST)}`,
  ]);
  const skipped = findings(results, "skipped").map(
    ({ first, where }) => `skipped ${first.id} in ${where}: ${line(first.message, LONGEST)}`,
  );
  const rows = targets.map(({ tenant, namespace }) => {
    const own = results.filter((it) => it.namespace === namespace && it.tenant === tenant);
    const count = (outcome: Outcome) => String(own.filter((it) => it.outcome === outcome).length);
    return [tenant ?? "-", namespace, count("pass"), count("fail"), count("skipped")];
  });
  const blocks = [failed, skipped, [table([["TENANT", "NAMESPACE", "PASSED", "FAILED", "SKIPPED"], ...rows])]];
  return [...blocks.filter((it) => it.length > 0).map((it) => it.join("\n")), summary(results, seconds, server)].join(
    "\n\n",
  );
}

function summary(results: readonly CheckResult[], seconds: number, server: string): string {
  const count = (outcome: Outcome) => results.filter((it) => it.outcome === outcome).length;
  const [failed, skipped] = [count("fail"), count("skipped")];
  const said = failed === 0 ? "all that apply passed" : `${failed} failed`;
  const checks = new Set(results.map((it) => it.id)).size;
  return `${checks} checks, ${results.length} results on ${server}: ${said}, ${skipped} skipped (${seconds.toFixed(1)} s)`;
}

/** The same message of the same check is told once, with the namespaces it is about. */
function findings(results: readonly CheckResult[], outcome: Outcome): { first: CheckResult; where: string }[] {
  const groups = Map.groupBy(
    results.filter((it) => it.outcome === outcome),
    ({ id, message }) => `${id} ${message}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ first, where: named(group.map((it) => it.namespace)) }] : [];
  });
}

const named = (names: readonly string[]): string =>
  names.length > NAMED ? `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more` : names.join(", ");
