import { expect, test } from "vitest";
import { bits, integer, oid, octets, utcTime } from "../../local/der.ts";

const hex = (value: Buffer) => value.toString("hex");

test("lengths take one byte below 128 and as many as needed above", () => {
  const head = (size: number) => hex(octets(Buffer.alloc(size)).subarray(0, 4));
  expect([127, 128, 255, 256, 65_535].map(head)).toEqual(["047f0000", "04818000", "0481ff00", "04820100", "0482ffff"]);
});

test("an integer with its highest bit set stays positive", () => {
  expect([0x7f, 0x80].map((value) => hex(integer(Buffer.of(value))))).toEqual(["02017f", "02020080"]);
});

test("object identifiers use base 128", () => {
  expect(["2.5.29.19", "1.2.840.10045.4.3.2"].map((it) => hex(oid(it)))).toEqual([
    "0603551d13",
    "06082a8648ce3d040302",
  ]);
});

test("a bit string names its unused bits", () => {
  expect(hex(bits(Buffer.of(0x06), 1))).toBe("03020106");
});

test("a time has two digits of the year and seconds", () => {
  expect(utcTime(new Date("2031-02-03T04:05:06.789Z")).subarray(2).toString()).toBe("310203040506Z");
});
