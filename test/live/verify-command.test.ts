import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKS } from "../../engine/verify/catalogue.ts";
import type { VerifyReport } from "../../engine/verify/report.ts";
import { fleetPlane } from "../support/fleet.ts";
import { parseXml } from "../support/xml.ts";

const plane = fleetPlane((it) => it.ok("up"));

const failures = ({ results }: VerifyReport) =>
  results.filter((it) => it.outcome === "fail").map((it) => `${it.namespace} ${it.id}: ${it.message}`);
const file = (name: string) => join(plane.base, name);

test("verify of the shipped fleet finds no failure in any namespace of any tenant, and writes nothing", async () => {
  const writes = await plane.writesDuring(async () => {
    const report = await plane.json<VerifyReport>(0, "verify");
    expect(failures(report)).toEqual([]);
    expect(report.targets.map((it) => it.tenant)).toEqual([
      ...["acme", "acme", "corner-shop", "globex", "globex", "mcce-g1", "mcce-g1", "my-shop", "u1042", "u1042"],
    ]);
    expect(report.results).toHaveLength(CHECKS.length * 10);
    expect(report.results.filter((it) => it.outcome === "pass").length).toBeGreaterThan(1000);
    expect(report.seconds).toBeGreaterThan(0);
  });
  expect(writes).toEqual([]);
});

test("a tenant and a namespace may be named, and people get a table", async () => {
  const { stdout } = await plane.ok("verify", "acme", "--namespace", "u1042-p7");
  expect(stdout).toMatch(/^acme +acme-api +\d+ +0 +\d+$/m);
  expect(stdout).toMatch(/^u1042 +u1042-p7 +\d+ +0 +\d+$/m);
  expect(stdout).not.toContain("globex-portal ");
  expect(stdout).toMatch(/^\d+ checks, \d+ results on https:\S+: all that apply passed, \d+ skipped/m);
});

test("a namespace that is nobody's is judged to the end, and its holes are in every report", async () => {
  await plane.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "legacy" } });
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "legacy", name: "default" };
  await expect.poll(() => plane.cluster.get(account)).toBeDefined();
  const [xml, sarif] = [file("out.xml"), file("out.sarif")];
  const ended = await plane.run("verify", "--namespace", "legacy", "--json", "--junit", xml, "--sarif", sarif);
  expect(ended.code).toBe(1);
  const report = JSON.parse(ended.stdout) as VerifyReport;
  const failed = report.results.filter((it) => it.outcome === "fail").map((it) => it.id);
  expect(failed).toEqual(expect.arrayContaining(["pods.privileged", "networks.closed-ingress", "quota.compute"]));
  expect(report.results.filter((it) => it.outcome === "pass").length).toBeGreaterThan(10);

  const root = parseXml(readFileSync(xml, "utf8"));
  expect(root.attributes).toMatchObject({ tests: String(CHECKS.length), failures: String(failed.length) });
  const log = JSON.parse(readFileSync(sarif, "utf8")) as {
    runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string }[] }[];
  };
  expect(log.runs[0]?.results.map((it) => it.ruleId)).toEqual(failed);
  expect(log.runs[0]?.tool.driver.rules.map((it) => it.id)).toEqual(CHECKS.map((it) => it.id));
  expect([xml, sarif].map((it) => (statSync(it).mode & 0o777).toString(8))).toEqual(["600", "600"]);

  const { stdout } = await plane.run("verify", "--namespace", "legacy");
  expect(stdout).toMatch(/^FAILED pods\.privileged: Containers are not privileged \[CIS 5\.2\.2, /m);
});

test("a failure's place in the SARIF report is the tenant's file", async () => {
  await plane.cluster.patch(
    { apiVersion: "v1", kind: "ServiceAccount", namespace: "acme-jobs", name: "default" },
    { automountServiceAccountToken: true },
  );
  const sarif = file("tenant.sarif");
  expect((await plane.run("verify", "acme", "--sarif", sarif)).code).toBe(1);
  const [run] = (JSON.parse(readFileSync(sarif, "utf8")) as { runs: { results: unknown[] }[] }).runs;
  expect(run?.results).toMatchObject([
    {
      ruleId: "tokens.default-account",
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "tenants/acme.ts" } },
          logicalLocations: [{ fullyQualifiedName: "acme/acme-jobs" }],
        },
      ],
    },
  ]);
  await plane.ok("up");
  await plane.ok("verify", "acme");
});

test.each([
  [
    ["nobody"],
    /^there is no tenant "nobody" on https:\S+; there are: acme, corner-shop, globex, mcce-g1, my-shop, u1042$/m,
  ],
  [["--namespace", "nowhere"], /^there is no namespace "nowhere" on https:\S+; there are: acme-api, acme-jobs, /m],
  [["--junit", "/nowhere/out.xml"], /^--junit \/nowhere\/out\.xml: there is no folder \/nowhere; make it first$/m],
  [["--set", "fleet=other"], /^https:\S+ has no tenant of the fleet "other": npm run -s tenantry -- up, or name/m],
  [
    ["--network-image", "agnhost:2"],
    /^--network-image agnhost:2: want NAME@sha256:DIGEST from one of registry\.k8s\.io\//m,
  ],
])("verify %j is a wrong command line", async (args, said) => {
  const { code, stdout, stderr } = await plane.run("verify", ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(said);
});
