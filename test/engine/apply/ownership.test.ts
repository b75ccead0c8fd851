import { describe, expect, test } from "vitest";
import { isTampered, mayForce } from "../../../engine/apply/ownership.ts";
import { othersOf, printOf } from "../../../engine/apply/print.ts";
import { ConflictError } from "../../../engine/cluster/status.ts";
import { planned } from "../../support/planned.ts";

function conflictOver(...fields: string[]): ConflictError {
  const causes = fields.map((field) => ({ reason: "FieldManagerConflict", message: 'conflict with "x"', field }));
  const body = { kind: "Status", reason: "Conflict", details: { causes } };
  return new ConflictError({ verb: "apply", path: "/x" }, { status: 409, body });
}

describe("taken back", () => {
  test.each([
    ["ResourceQuota n/quota", ".spec.hard.pods"],
    ["LimitRange n/limits", ".spec.limits"],
    ["NetworkPolicy n/closed", ".spec.ingress"],
    ["RoleBinding n/tenant-admin", ".subjects"],
    ["ServiceAccount n/default", ".automountServiceAccountToken"],
    ["Namespace n", ".metadata.labels.pod-security.kubernetes.io/enforce"],
    ["Namespace n", ".metadata.labels.tenantry.dev/tenant"],
    ["Namespace n", ".metadata.annotations.tenantry.dev/admins"],
    ["Deployment n/web", '.spec.template.spec.containers[name="web"].securityContext.privileged'],
    ["Deployment n/web", ".spec.template.spec.securityContext"],
    ["Deployment n/web", ".spec.template.spec.hostNetwork"],
    ["Deployment n/web", ".spec.template.spec.automountServiceAccountToken"],
    ["Deployment n/web", ".spec.template.spec.priorityClassName"],
  ])("%s %s", (what, field) => expect(mayForce(planned(what), conflictOver(field))).toBe(true));
});

describe("left to whoever holds it, and reported", () => {
  test.each([
    ["Deployment n/web", [".spec.replicas"]],
    ["Deployment n/web", ['.spec.template.spec.containers[name="web"].image']],
    ["ConfigMap n/a", [".data.x"]],
    ["Namespace n", [".metadata.labels.team"]],
    ["Deployment n/web", [".metadata.labels.x-tenantry.dev/tenant"]],
    ["ConfigMap n/a", [".data.securityContextual"]],
    ["Deployment n/web", [".spec.template.spec.hostNetwork", ".spec.replicas"]],
    ["Deployment n/web", []],
  ])("%s %j", (what, fields) => expect(mayForce(planned(what), conflictOver(...fields))).toBe(false));
});

const field = (manager: string, more = {}) => ({
  manager,
  operation: "Apply",
  time: "2026-01-01T00:00:00Z",
  fieldsV1: { "f:data": {} },
  ...more,
});

test("the mark changes with our fields and with the time we changed one, and with nothing else", () => {
  const mark = (...managedFields: object[]) => printOf({ name: "x", managedFields });
  const ours = field("tenantry");
  expect(mark(ours)).toMatch(/^[\w-]{16}$/);
  expect(mark(field("kubectl"), ours, field("tenantry", { subresource: "status", fieldsV1: {} }))).toBe(mark(ours));
  expect(mark({ ...ours, fieldsV1: {} })).not.toBe(mark(ours));
  expect(mark({ ...ours, time: "2026-01-01T00:00:01Z" })).not.toBe(mark(ours));
});

test("what we did not apply has no mark", () => {
  expect(printOf({ name: "x" })).toBe("");
  expect(printOf({ name: "x", managedFields: [field("kubectl"), field("tenantry", { operation: "Update" })] })).toBe(
    "",
  );
});

test("others are named once each, controllers that only write status are not", () => {
  const managedFields = [field("b"), field("tenantry"), field("a"), field("b"), field("c", { subresource: "status" })];
  expect(othersOf({ name: "x", managedFields })).toEqual(["b", "a"]);
});

test.each([
  ["a spec field of somebody else in a guard", "NetworkPolicy", { manager: "x", fieldsV1: { "f:spec": {} } }, true],
  ["subjects of somebody else", "RoleBinding", { manager: "x", fieldsV1: { "f:subjects": {} } }, true],
  ["our own", "NetworkPolicy", { manager: "tenantry", fieldsV1: { "f:spec": {} } }, false],
  ["a status", "ResourceQuota", { manager: "x", subresource: "status", fieldsV1: { "f:spec": {} } }, false],
  ["a label", "NetworkPolicy", { manager: "x", fieldsV1: { "f:metadata": {} } }, false],
  ["what is no guard", "Deployment", { manager: "x", fieldsV1: { "f:spec": {} } }, false],
])("%s: tampered with or not", (_, kind, entry, tampered) => {
  expect(isTampered(kind, { name: "a", managedFields: [entry] })).toBe(tampered);
});
