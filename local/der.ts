/** The few DER encodings that an X.509 certificate needs (ITU-T X.690). */

/** One tag-length-value; the value is the parts joined. */
export function tlv(tag: number, ...parts: Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 0x80) return Buffer.concat([Buffer.of(tag, value.length), value]);
  const length = Buffer.from(even(value.length.toString(16)), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, value]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => tlv(0x30, ...parts);
export const set = (...parts: Uint8Array[]): Buffer => tlv(0x31, ...parts);
export const octets = (value: Uint8Array): Buffer => tlv(0x04, value);
export const bits = (value: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.of(unused), value);
export const truth = (value: boolean): Buffer => tlv(0x01, Buffer.of(value ? 0xff : 0));
export const text = (value: string): Buffer => tlv(0x0c, Buffer.from(value, "utf8"));
/** Context-specific, constructed: `[n] EXPLICIT`. */
export const explicit = (n: number, ...parts: Uint8Array[]): Buffer => tlv(0xa0 | n, ...parts);
/** Context-specific, primitive: `[n] IMPLICIT`. */
export const implicit = (n: number, value: Uint8Array): Buffer => tlv(0x80 | n, value);

/** A positive INTEGER from big-endian bytes: a leading zero keeps the sign bit clear. */
export function integer(value: Uint8Array): Buffer {
  return tlv(0x02, (value[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), value]) : value);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime, seconds precision. Right until 2049; no certificate here lives that long. */
export function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, "");
  return tlv(0x17, Buffer.from(`${digits.slice(2, 14)}Z`, "ascii"));
}

function base128(value: number): number[] {
  const groups = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}

const even = (hex: string): string => (hex.length % 2 ? `0${hex}` : hex);
