import * as z from "zod";

interface Range {
  bits: number;
  first: bigint;
  last: bigint;
  /** Whether the address before the slash is the first one, as Kubernetes asks of new policies. */
  canonical: boolean;
}

/** The addresses a CIDR covers; undefined when it is none. */
export function rangeOf(cidr: string): Range | undefined {
  const [address = "", prefixText = "", more] = cidr.split("/");
  const bits = address.includes(":") ? 128 : 32;
  const valid = bits === 32 ? z.cidrv4().safeParse(cidr).success : z.cidrv6().safeParse(cidr).success;
  if (!valid || more !== undefined || !/^(0|[1-9][0-9]{0,2})$/.test(prefixText)) return undefined;
  const size = 1n << BigInt(bits - Number(prefixText));
  const value = bits === 32 ? v4(address) : v6(address);
  if (value === undefined) return undefined;
  const first = (value / size) * size;
  return { bits, first, last: first + size - 1n, canonical: first === value };
}

export const prefixOf = (cidr: string): number => Number(cidr.split("/")[1]);

/** Whether two CIDRs share an address. Different families never do. */
export function overlaps(a: string, b: string): boolean {
  const [x, y] = [rangeOf(a), rangeOf(b)];
  return !!x && !!y && x.bits === y.bits && x.first <= y.last && y.first <= x.last;
}

/** Cloud metadata services and link-local: credentials of the node for whoever reaches them. */
export const METADATA_RANGES = [
  "169.254.0.0/16",
  "fe80::/10",
  // Metadata, credentials of pods, resolver and clock of AWS.
  "fd00:ec2::/32",
  "fd20:ce::254/128",
  "100.100.100.200/32",
];

/** Loopback, unspecified, multicast, and IPv4 hidden in IPv6 (its checks would not see the IPv4 ranges). */
const SPECIAL_RANGES = [
  "127.0.0.0/8",
  "0.0.0.0/8",
  "224.0.0.0/4",
  "::/96",
  "::ffff:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2002::/16",
  "ff00::/8",
];

const refused = [...METADATA_RANGES, ...SPECIAL_RANGES];

/** A range of outside addresses, narrow enough to mean somebody: two /1 are the whole internet. */
export const OutsideCidr = z
  .string()
  .max(64)
  .refine((it) => rangeOf(it) !== undefined, "a CIDR such as 198.51.100.0/24")
  .refine((it) => rangeOf(it) === undefined || prefixOf(it) >= (it.includes(":") ? 32 : 12), {
    message: "a prefix of /12 or longer (IPv6: /32 or longer)",
  })
  .refine((it) => rangeOf(it)?.canonical !== false, "the first address of the range, such as 198.51.100.0/24")
  .refine((it) => !refused.some((range) => overlaps(it, range)), {
    message: "a range outside loopback, link-local and the cloud metadata services",
  });

export const HostName = z
  .string()
  .max(253)
  .regex(/^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/, {
    message: "a host name in lower case with a dot, such as shop.acme.example",
  })
  // Names the cluster or the cloud answers itself: a service of another tenant, the metadata service.
  .refine((it) => !/(^|\.)(cluster\.local|svc|internal|localhost)$/.test(it), "a host name outside the cluster");

function v4(address: string): bigint {
  return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function v6(address: string): bigint | undefined {
  if (address.includes(".")) return undefined;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}
