import { expect, test } from "vitest";
import { sarif } from "../../../../engine/verify/format/sarif.ts";
import { resultOf, verifyReport } from "../../../support/verify-report.ts";

interface Rule {
  id: string;
  shortDescription: { text: string };
  defaultConfiguration: { level: string };
  properties: { tags: string[] };
}
interface Result {
  ruleId: string;
  ruleIndex: number;
  kind: string;
  level: string;
  message: { text: string };
  locations: {
    physicalLocation?: { artifactLocation: { uri: string; uriBaseId: string }; region: { startLine: number } };
    logicalLocations: { name: string; fullyQualifiedName: string; kind: string }[];
  }[];
  partialFingerprints: Record<string, string>;
}
interface Log {
  $schema: string;
  version: string;
  runs: {
    tool: { driver: { name: string; semanticVersion: string; rules: Rule[] } };
    automationDetails: { id: string };
    invocations: { executionSuccessful: boolean }[];
    results: Result[];
    columnKind: string;
    properties: object;
  }[];
}

const logOf = (report = verifyReport(), fileOf = (tenant: string): string | undefined => FILES[tenant]) =>
  JSON.parse(JSON.stringify(sarif(report, { version: "1.2.3", fileOf }))) as Log;
const FILES: Record<string, string> = { acme: "tenants/acme.ts", globex: "odd dir/größe #1.yaml" };

/** Keys that SARIF 2.1.0 gives each object, of those that are used; all of its objects are closed but property bags. */
const SHAPES: Record<string, { needs: string[]; may: string[] }> = {
  log: { needs: ["version", "runs"], may: ["$schema"] },
  run: { needs: ["tool"], may: ["automationDetails", "invocations", "results", "columnKind", "properties"] },
  driver: { needs: ["name"], may: ["semanticVersion", "rules"] },
  rule: { needs: ["id"], may: ["shortDescription", "defaultConfiguration", "properties"] },
  result: {
    needs: ["message"],
    may: ["ruleId", "ruleIndex", "kind", "level", "locations", "partialFingerprints"],
  },
  location: { needs: [], may: ["physicalLocation", "logicalLocations"] },
  physical: { needs: ["artifactLocation"], may: ["region"] },
  logical: { needs: [], may: ["name", "fullyQualifiedName", "kind"] },
};

function keep(shape: string, object: object): void {
  const { needs, may } = SHAPES[shape] ?? { needs: [], may: [] };
  expect(needs.filter((it) => !(it in object))).toEqual([]);
  expect(Object.keys(object).filter((it) => !needs.includes(it) && !may.includes(it))).toEqual([]);
}

/** The rules of SARIF 2.1.0 that bear on what is written here, by its sections. */
function demandSarif(log: Log): void {
  keep("log", log);
  expect(log.version).toBe("2.1.0");
  for (const run of log.runs) {
    keep("run", run);
    keep("driver", run.tool.driver);
    expect(run.tool.driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(["utf16CodeUnits", "unicodeCodePoints"]).toContain(run.columnKind);
    const { rules } = run.tool.driver;
    // 3.49.3: ids may repeat, but then ruleIndex has to tell them apart; here they do not.
    expect(new Set(rules.map((it) => it.id)).size).toBe(rules.length);
    for (const rule of rules) {
      keep("rule", rule);
      expect(["none", "note", "warning", "error"]).toContain(rule.defaultConfiguration.level);
      // 3.8.2: tags are unique.
      expect(new Set(rule.properties.tags).size).toBe(rule.properties.tags.length);
    }
    for (const result of run.results) demandResult(result, rules);
  }
}

function demandResult(result: Result, rules: Rule[]): void {
  keep("result", result);
  // 3.27.5 and 3.27.6: the index points at the rule of that id.
  expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
  expect(["notApplicable", "pass", "fail", "review", "open", "informational"]).toContain(result.kind);
  // 3.27.10: what did not fail has no level.
  expect(["warning", "error", "note"].includes(result.level)).toBe(result.kind === "fail");
  // 3.11: a message has a text, which is not empty.
  expect(result.message.text).not.toBe("");
  expect(Object.values(result.partialFingerprints).every((it) => /^[0-9a-f]{64}$/.test(it))).toBe(true);
  for (const location of result.locations) {
    keep("location", location);
    for (const it of location.logicalLocations) keep("logical", it);
    if (!location.physicalLocation) continue;
    keep("physical", location.physicalLocation);
    // 3.4.3: a relative URI reference, without what is not allowed in one.
    const { uri } = location.physicalLocation.artifactLocation;
    expect(uri).toMatch(/^[\w\-.~%!$&'()*+,;=:@/]+$/);
    expect(new URL(uri, "file:///base/").href).toMatch(/^file:\/\/\/base\//);
    expect(location.physicalLocation.region.startLine).toBeGreaterThan(0);
  }
}

test("the log keeps the rules of SARIF 2.1.0", () => {
  const log = logOf();
  demandSarif(log);
  expect(log.runs[0]?.results).toHaveLength(2);
});

test("every check is one rule, with its title and controls", () => {
  expect(logOf().runs[0]?.tool.driver.rules).toEqual([
    {
      id: "pods.privileged",
      shortDescription: { text: "A privileged pod is refused" },
      defaultConfiguration: { level: "error" },
      properties: { tags: ["security", "CIS 5.2.2", "OWASP K01", "NSA pod security"] },
    },
    expect.objectContaining({ id: "rights.secrets" }),
  ]);
});

test("a result is what failed, and says what was found and where", () => {
  const [run] = logOf().runs;
  expect(run?.properties).toEqual({ server: "https://127.0.0.1:6443", seconds: 12.34, passed: 3, skipped: 1 });
  const results = run?.results ?? [];
  expect(results.map((it) => [it.ruleId, it.kind, it.level, it.message.text])).toEqual([
    ["rights.secrets", "fail", "error", 'group "globex-viewers" may get secrets. Next: run up'],
    ["pods.privileged", "fail", "error", "a privileged pod was admitted. Next: label the namespace"],
  ]);
  expect(results[0]?.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: "odd%20dir/gr%C3%B6%C3%9Fe%20%231.yaml", uriBaseId: "SRCROOT" },
        region: { startLine: 1 },
      },
      logicalLocations: [{ name: "globex-portal", fullyQualifiedName: "globex/globex-portal", kind: "namespace" }],
    },
  ]);
  expect(results[1]?.locations).toEqual([
    { logicalLocations: [{ name: "legacy", fullyQualifiedName: "legacy", kind: "namespace" }] },
  ]);
});

test("a result keeps its fingerprint whatever its message is, and shares it with no other", () => {
  const more = [
    resultOf("fail", "acme-api"),
    resultOf("fail", "acme-api", { id: "x.y" }),
    resultOf("fail", "acme-jobs"),
  ];
  const prints = (message: (text: string) => string): string[] => {
    const report = verifyReport(...more);
    const results = report.results.map((it) => ({ ...it, message: message(it.message) }));
    return (logOf({ ...report, results }).runs[0]?.results ?? []).map(
      (it) => it.partialFingerprints["tenantryCheck/v1"] ?? "",
    );
  };
  expect(prints((text) => `${text} again`)).toEqual(prints((text) => text));
  expect(new Set(prints((text) => text)).size).toBe(5);
});

test("a check without a message, and controls named twice, still make a log that keeps the rules", () => {
  const log = logOf(
    verifyReport(resultOf("fail", "acme-api", { id: "x.y", message: "", controls: ["a", "a"] })),
    () => undefined,
  );
  demandSarif(log);
  expect(log.runs[0]?.results.at(-1)?.message.text).toBe("A privileged pod is refused");
});
