import { createHash } from "node:crypto";
import type { CheckResult, Outcome, VerifyReport } from "../report.ts";

export interface SarifOptions {
  /** Of this program, as MAJOR.MINOR.PATCH. */
  version: string;
  /** Where a tenant is declared, relative to the repository: code scanning services show a result only at a place in a file. */
  fileOf?: (tenant: string) => string | undefined;
}

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/**
 * SARIF 2.1.0: every check that ran is a rule with its controls as tags, every failure a result that names tenant and namespace as
 * its logical location. What passed is counted only: code scanning services make an alert of whatever is a result.
 */
export function sarif(report: VerifyReport, { version, fileOf }: SarifOptions): object {
  const rules = new Map(report.results.map((it) => [it.id, it]));
  const order = [...rules.keys()];
  const failures = report.results.filter((it) => it.outcome === "fail");
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "tenantry", semanticVersion: version, rules: [...rules.values()].map(ruleOf) } },
        automationDetails: { id: "tenantry verify/" },
        invocations: [{ executionSuccessful: true }],
        columnKind: "utf16CodeUnits",
        properties: {
          server: report.server,
          seconds: report.seconds,
          passed: count(report, "pass"),
          skipped: count(report, "skipped"),
        },
        results: failures.map((it) => ({
          ruleId: it.id,
          ruleIndex: order.indexOf(it.id),
          kind: "fail",
          level: "error",
          message: { text: it.message || it.title },
          locations: [locationOf(it, fileOf)],
          partialFingerprints: { "tenantryCheck/v1": fingerprint(it) },
        })),
      },
    ],
  };
}

const count = ({ results }: VerifyReport, outcome: Outcome): number =>
  results.filter((it) => it.outcome === outcome).length;

const ruleOf = ({ id, title, controls }: CheckResult): object => ({
  id,
  shortDescription: { text: title },
  defaultConfiguration: { level: "error" },
  properties: { tags: ["security", ...controls.filter((it, index) => controls.indexOf(it) === index)] },
});

function locationOf({ tenant, namespace }: CheckResult, fileOf: SarifOptions["fileOf"]): object {
  const file = tenant === undefined ? undefined : fileOf?.(tenant);
  const uri = file === undefined ? undefined : file.split(/[\\/]/).map(encodeURIComponent).join("/");
  const fullyQualifiedName = tenant === undefined ? namespace : `${tenant}/${namespace}`;
  return {
    ...(uri && { physicalLocation: { artifactLocation: { uri, uriBaseId: "SRCROOT" }, region: { startLine: 1 } } }),
    logicalLocations: [{ name: namespace, fullyQualifiedName, kind: "namespace" }],
  };
}

/** The same for the same check of the same namespace, whatever was found. */
const fingerprint = ({ id, tenant = "", namespace }: CheckResult): string =>
  createHash("sha256")
    .update(JSON.stringify([id, tenant, namespace]))
    .digest("hex");
