import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, digest, redact } from "../../../engine/plan/canonical.ts";
import { formatPath } from "../../../engine/plan/registration.ts";
import { replaceAt, secretValue, UNKNOWN, unwrap } from "../../../engine/plan/values.ts";

/** The same value with every object's keys in the opposite order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, it]) => [key, reversed(it)]),
  );
};

test("the order of keys does not show, the order of lists does", () => {
  expect(canonical({ b: 1, a: { d: [2, 1], c: null }, e: undefined })).toBe('{"a":{"c":null,"d":[2,1]},"b":1}');
  expect(canonical([2, 1])).not.toBe(canonical([1, 2]));
});

test("equal values give equal text, and the text gives the value back", () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(value, (it) => {
      expect(canonical(reversed(it))).toBe(canonical(it));
      expect(canonical(JSON.parse(canonical(it)))).toBe(canonical(it));
    }),
  );
});

test("a digest is SHA-256 in hex", () => {
  expect(digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("every leaf below a secret place becomes its path, the rest stays", () => {
  const object = { kind: "Secret", data: { a: "s3cret", deep: { list: ["s3cret", 5] } }, other: { a: "open" } };
  const shown = redact(object, [["data"]]);
  expect(shown).toEqual({
    kind: "Secret",
    data: { a: "<secret data.a>", deep: { list: ["<secret data.deep.list[0]>", "<secret data.deep.list[1]>"] } },
    other: { a: "open" },
  });
  expect(object.data.a).toBe("s3cret");
});

test("a secret inside a list is redacted at its own place only", () => {
  const shown = redact({ env: [{ value: "open" }, { value: "s3cret" }] }, [["env", 1, "value"]]);
  expect(shown).toEqual({ env: [{ value: "open" }, { value: "<secret env[1].value>" }] });
});

test("what is secret as a whole is redacted as a whole", () => {
  expect(replaceAt("s3cret", [[]], () => "gone")).toBe("gone");
});

test("taking wire values apart notes secrets by the outermost place, and unknowns inside them too", () => {
  const wire = { a: secretValue({ b: secretValue("x"), c: [UNKNOWN] }), d: [secretValue("y")], e: UNKNOWN };
  const { value, secrets, unknowns } = unwrap(wire);
  expect(value).toEqual({ a: { b: "x", c: [UNKNOWN] }, d: ["y"], e: UNKNOWN });
  expect(secrets).toEqual([["a"], ["d", 0]]);
  expect(unknowns).toEqual([["a", "c", 0], ["e"]]);
});

test("paths read as people write them", () => {
  expect(formatPath(["spec", "containers", 0, "a.b/c", "d-e"])).toBe('spec.containers[0]."a.b/c".d-e');
});
