import { expect, test } from "vitest";
import { contains } from "../../../engine/cluster/containment.ts";
import { refKey, refOf } from "../../../engine/cluster/object.ts";

test("a key names an object in four parts, whatever version it is written in", () => {
  const key = (apiVersion: string, kind: string, namespace?: string) =>
    refKey(refOf({ apiVersion, kind, metadata: { name: "x", ...(namespace && { namespace }) } }));
  expect(key("apps/v1", "Deployment", "ns")).toBe("apps/Deployment/ns/x");
  expect(key("apps/v1beta2", "Deployment", "ns")).toBe("apps/Deployment/ns/x");
  expect(key("v1", "Namespace")).toBe("core/Namespace//x");
});

test("a live object contains what was sent when only the server's own fields are beside it", () => {
  const sent = { spec: { a: [1, { b: 2 }] }, gone: undefined };
  expect(contains({ spec: { a: [1, { b: 2, defaulted: true }], more: 1 } }, sent)).toBe(true);
  expect(contains({ spec: { a: [1, { b: 3 }] } }, sent)).toBe(false);
  expect(contains({ spec: { a: [1] } }, sent)).toBe(false);
  expect(contains(undefined, sent)).toBe(false);
});
