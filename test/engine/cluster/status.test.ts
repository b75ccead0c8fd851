import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ConflictError, errorFor, ForbiddenError, InvalidError } from "../../../engine/cluster/status.ts";
import { refusal } from "../../support/fake-store.ts";

const canary = "hunter2-canary";
const ref = (kind: string, apiVersion = "v1") => ({ apiVersion, kind, namespace: "acme-api", name: "x" });
const about = (kind: string, apiVersion?: string) => ({ verb: "apply", ref: ref(kind, apiVersion), path: "/p" });
const refused = (status: number, reason: string, message: string, causes?: object[]) => {
  const { body } = refusal(status, reason, message, causes && { causes });
  return { status, body };
};
const invalid = (value: string) =>
  refused(422, "Invalid", `x is invalid: data[p]: Invalid value: "${value}"`, [
    { reason: "FieldValueInvalid", message: `Invalid value: "${value}"`, field: "data[p]" },
  ]);

test("a conflict lists each manager with its fields", () => {
  const answer = refused(409, "Conflict", "Apply failed with 3 conflicts", [
    { reason: "FieldManagerConflict", message: 'conflict with "kubectl" using apps/v1', field: ".spec.replicas" },
    { reason: "FieldManagerConflict", message: 'conflict with "hpa" with subresource "scale"', field: ".spec.x" },
    { reason: "FieldManagerConflict", message: 'conflict with "kubectl" using apps/v1', field: ".spec.y" },
  ]);
  const error = errorFor(about("Deployment", "apps/v1"), answer);
  expect(error).toBeInstanceOf(ConflictError);
  expect(error instanceof ConflictError && error.conflicts).toEqual([
    { manager: "kubectl", field: ".spec.replicas" },
    { manager: "hpa", field: ".spec.x" },
    { manager: "kubectl", field: ".spec.y" },
  ]);
  expect(error.message).toBe(
    'apply apps/Deployment/acme-api/x: 409 Conflict: "kubectl" owns .spec.replicas, .spec.y; "hpa" owns .spec.x',
  );
});

test("an invalid object says what and why, with causes by field", () => {
  const error = errorFor(about("ConfigMap"), invalid("shown"));
  expect(error).toBeInstanceOf(InvalidError);
  expect(error.message).toBe('apply ConfigMap/acme-api/x: 422 Invalid: x is invalid: data[p]: Invalid value: "shown"');
  expect(error.causes[0]).toMatchObject({ field: "data[p]", message: 'Invalid value: "shown"' });
});

test.each([
  ["422", invalid(canary)],
  ["400", refused(400, "BadRequest", `.data.p: expected string, got ${canary}`)],
  ["403 of a webhook", refused(403, "Forbidden", `denied: ${canary} is weak`)],
  ["500", refused(500, "InternalError", `could not store ${canary}`)],
  ["500 in plain text", { status: 500, body: `panic: ${canary}` }],
])("a Secret's value is nowhere in the error of a %s", (_, answer) => {
  const byKind = errorFor(about("Secret"), answer);
  const byPath = errorFor({ verb: "PUT", path: "/api/v1/namespaces/a/secrets/x?dryRun=All" }, answer);
  for (const error of [byKind, byPath]) expect(inspect(error, { depth: 9 })).not.toContain(canary);
  expect(byKind.message).toContain("withheld");
  // The same refusal of another kind does quote, so the test can fail.
  expect(errorFor(about("ConfigMap"), answer).message).toContain(canary);
});

test("the fields of a Secret that are wrong are named all the same", () => {
  expect(errorFor(about("Secret"), invalid(canary)).message).toMatch(/422 Invalid: data\[p\] \(text withheld/);
});

test("a text from the cluster is one line without control characters and of bounded length", () => {
  const error = errorFor(about("Pod"), refused(403, "Forbidden", `no\n\u001b[2J${"x".repeat(5000)}`));
  expect(error).toBeInstanceOf(ForbiddenError);
  expect(error.message).not.toMatch(/[^\x20-\x7e]/);
  expect(error.message.length).toBeLessThan(800);
});

test("an answer that is no Status still makes a message", () => {
  const error = errorFor({ verb: "GET", path: "/version" }, { status: 404, body: "404 page not found\n" });
  expect(error.message).toBe("GET /version: 404 NotFound: 404 page not found");
});
