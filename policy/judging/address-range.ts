import { BlockList, isIP } from "node:net";

/** Cloud metadata services: credentials of the node for whoever reaches them. */
export const METADATA = ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"];

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Prefix length and family of a CIDR; undefined when it is none. */
export function cidr(
  value: string,
): { prefix: number; bits: 32 | 128; covers: (address: string) => boolean } | undefined {
  const [, address = "", length = ""] = /^([0-9a-f:.]+)\/([0-9]{1,3})$/i.exec(value) ?? [];
  const bits = isIP(address) === 6 ? 128 : 32;
  const prefix = Number(length);
  if (isIP(address) === 0 || length === "" || prefix > bits) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix, family(address));
  // A BlockList would find IPv4 inside IPv6 too; a network policy does not.
  return { prefix, bits, covers: (it) => family(it) === family(address) && range.check(it, family(it)) };
}
