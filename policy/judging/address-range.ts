import { BlockList, isIP } from "node:net";

/**
 * Where clouds serve metadata, credentials of nodes and pods, resolvers and clocks: the ranges tenant files may not open.
 * Whole ranges, since each service adds its own address: 169.254.170.23 hands out the credentials of pods on EKS.
 */
export const METADATA = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32"];

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Prefix length and family of a CIDR; undefined when it is none. */
export function cidr(
  value: string,
): { first: string; prefix: number; bits: 32 | 128; covers: (address: string) => boolean } | undefined {
  const [, address = "", length = ""] = /^([0-9a-f:.]+)\/([0-9]{1,3})$/i.exec(value) ?? [];
  const bits = isIP(address) === 6 ? 128 : 32;
  const prefix = Number(length);
  if (isIP(address) === 0 || length === "" || prefix > bits) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix, family(address));
  // A BlockList would find IPv4 inside IPv6 too; a network policy does not.
  return {
    first: address,
    prefix,
    bits,
    covers: (it) => family(it) === family(address) && range.check(it, family(it)),
  };
}

/** Whether two ranges share an address, each given as its first address and length. */
export function overlaps(a: string, b: string): boolean {
  const [one, other] = [cidr(a), cidr(b)];
  return !!one && !!other && (one.covers(other.first) || other.covers(one.first));
}

/** Whether all of `inner` lies within `outer`. */
export function holds(outer: string, inner: string): boolean {
  const [out, into] = [cidr(outer), cidr(inner)];
  return !!out && !!into && out.prefix <= into.prefix && out.covers(into.first);
}
