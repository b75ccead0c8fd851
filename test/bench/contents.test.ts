import { expect, test } from "vitest";
import { project, renderedDigest } from "../../bench/contents.ts";
import type { Rendered } from "../../bench/rendered.ts";

test("what the server adds, leaves out as empty or writes in other units counts as what was sent", () => {
  const sent = { spec: { replicas: 2, env: [], hard: { memory: "1024Mi", cpu: "500m" }, ports: [{ port: 80 }] } };
  const live = {
    metadata: { uid: "1" },
    spec: { replicas: 2, hard: { memory: "1Gi", cpu: "0.5", pods: "3" }, ports: [{ port: 80, protocol: "TCP" }] },
    status: {},
  };
  expect(project(live, sent)).toEqual(sent);
});

test.each([
  ["another value", { replicas: 3 }],
  ["a value that is gone", {}],
  ["another quantity", { replicas: 2, memory: "2Gi" }],
  ["one item more", { replicas: 2, memory: "1Gi", ports: [1, 2] }],
])("%s does not", (_what, live) => {
  const sent = { replicas: 2, memory: "1Gi", ports: [1] };
  expect(project(live, sent)).not.toEqual(sent);
});

test("the digest of a rendering knows neither order nor secret values, but everything else", () => {
  const one = (name: string, value: string, secret: string): Rendered => ({
    key: `core/Secret/it/${name}`,
    unit: "it",
    object: { apiVersion: "v1", kind: "Secret", metadata: { name }, data: { secret, value } },
    secrets: [["data", "secret"]],
  });
  const digest = renderedDigest([one("a", "1", "x"), one("b", "2", "y")]);
  expect(renderedDigest([one("b", "2", "other"), one("a", "1", "x")])).toBe(digest);
  expect(renderedDigest([one("a", "1", "x"), one("b", "3", "y")])).not.toBe(digest);
  expect(renderedDigest([one("a", "1", "x")])).not.toBe(digest);
});
