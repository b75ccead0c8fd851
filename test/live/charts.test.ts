import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { expandCharts } from "../../engine/plan/charts.ts";
import { objectsOf } from "../../engine/plan/objects.ts";
import { plan } from "../../engine/plan/plan.ts";

let chart: string;

beforeAll(() => {
  chart = mkdtempSync(join(tmpdir(), "tenantry-chart-"));
  mkdirSync(join(chart, "templates"));
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 1.2.3\n");
  const body = (kind: string, name: string, more = "") =>
    `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`;
  writeFileSync(
    join(chart, "templates", "all.yaml"),
    [
      body("ConfigMap", "settings", "data: { greeting: {{ .Values.greeting | quote }} }\n"),
      body("Secret", "login", "stringData: { password: {{ .Values.password | quote }} }\n"),
      body("Namespace", "made-by-chart"),
      body("Pod", "hook", '  annotations: { "helm.sh/hook": post-install }\n'),
    ].join("---\n"),
  );
});

afterAll(() => rmSync(chart, { recursive: true, force: true }));

const planOf = (path: string, values: object = { greeting: "hello", password: "canary-3141" }) =>
  plan({
    project: "tenantry",
    stack: "local",
    config: {},
    program: () => {
      const provider = new k8s.Provider("cluster", { context: "any" });
      new k8s.helm.v4.Chart("demo", { chart: path, namespace: "acme-api", values }, { provider });
      return Promise.resolve(undefined);
    },
  });

const helm = () => Promise.resolve(inject("helm"));

test("a chart's objects join the plan as its children, hooks left out", async () => {
  const { plan: whole, unexpanded } = await expandCharts(await planOf(chart), helm);
  expect(unexpanded).toEqual([]);
  const children = whole.registrations.filter((it) => it.parent?.endsWith("::demo"));
  expect(children.map((it) => it.urn.split("::").slice(2).join(" "))).toEqual([
    "kubernetes:helm.sh/v4:Chart$kubernetes:core/v1:ConfigMap demo:acme-api/settings",
    "kubernetes:helm.sh/v4:Chart$kubernetes:core/v1:Namespace demo:made-by-chart",
    "kubernetes:helm.sh/v4:Chart$kubernetes:core/v1:Secret demo:acme-api/login",
  ]);
  const { objects, refusals } = objectsOf(whole, "local");
  expect(refusals).toEqual([]);
  expect(objects.map((it) => [it.key, it.secrets])).toEqual([
    ["core/Namespace//made-by-chart", []],
    ["core/ConfigMap/acme-api/settings", []],
    ["core/Secret/acme-api/login", [["stringData"]]],
  ]);
  expect(objects[1]?.object["data"]).toEqual({ greeting: "hello" });
});

test("a chart from a registry is named as unexpanded, never passed over", async () => {
  const { unexpanded } = await expandCharts(await planOf("oci://ghcr.io/acme/demo"), helm);
  expect(unexpanded).toEqual([
    "demo (Chart) comes from oci://ghcr.io/acme/demo: a chart that is not a folder here needs the network",
  ]);
});

test("a chart that does not render is a clear error without the values", async () => {
  const broken = expandCharts(await planOf(join(chart, "missing")), helm);
  await expect(broken).rejects.toThrow(/^chart demo: helm template: .*missing/);
  await expect(broken).rejects.not.toThrow(/canary/);
});
