import { parseIpv4, parseIpv6 } from "../../configuration/inet.ts";

/** Addresses as text in the form that inet_ntop(3) writes, and what the kernel compares about them. */

export type Family = "inet" | "inet6";

export const BITS: Readonly<Record<Family, number>> = { inet: 32, inet6: 128 };
export const LOOPBACK: Readonly<Record<Family, string>> = { inet: "127.0.0.1", inet6: "::1" };
/** How sockets store "any address". */
export const ANY = "*";

/** The family of an address; `undefined` for what is none. A zone such as `%em0` is not part of an address. */
export function familyOf(text: string): Family | undefined {
  if (parseIpv4(text)) return "inet";
  return parseIpv6(text) ? "inet6" : undefined;
}

/** An address as a number; `undefined` for what is none. */
export function addressNumber(text: string): bigint | undefined {
  const four = parseIpv4(text);
  if (four) return four.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return parseIpv6(text)?.reduce((sum, group) => sum * 65536n + BigInt(group), 0n);
}

/** The one spelling of an address: lower case, the longest run of zero groups as `::`. Source: inet_ntop(3). */
export function parseAddress(text: string): string | undefined {
  if (parseIpv4(text)) return text;
  const groups = parseIpv6(text);
  return groups && writeIpv6(groups);
}

export function formatAddress(family: Family, value: bigint): string {
  if (family === "inet") {
    const four = Number(value);
    return `${four >>> 24}.${(four >>> 16) & 255}.${(four >>> 8) & 255}.${four & 255}`;
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(16 * (7 - i))) & 0xffffn));
  return writeIpv6(groups);
}

function writeIpv6(groups: readonly number[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(":");
  return `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
}

/** Orders addresses of one family as the kernel sorts the list of a jail: by their bytes. Source: qcmp_v4(). */
export function compareAddresses(a: string, b: string): number {
  const [x, y] = [addressNumber(a) ?? 0n, addressNumber(b) ?? 0n];
  return x < y ? -1 : x > y ? 1 : 0;
}

export function sameAddress(a: string, b: string): boolean {
  return familyOf(a) === familyOf(b) && addressNumber(a) === addressNumber(b);
}

/** The list as the kernel keeps it: the first stays in front, the rest is sorted. */
export function sortAddresses(addresses: readonly string[]): string[] {
  const [first, ...rest] = addresses;
  return first === undefined ? [] : [first, ...rest.sort(compareAddresses)];
}

/** The addresses that are in one list, but not in the other. */
export function notIn(addresses: readonly string[], list: readonly string[]): string[] {
  return addresses.filter((address) => !list.some((other) => sameAddress(address, other)));
}

export function isSubset(addresses: readonly string[], list: readonly string[]): boolean {
  return notIn(addresses, list).length === 0;
}

export function isUnspecified(address: string): boolean {
  return addressNumber(address) === 0n;
}

export function isBroadcast(address: string): boolean {
  return address === "255.255.255.255";
}

/** Exactly 127.0.0.1 or ::1: other addresses of 127/8 are no loopback for a jail. */
export function isLoopback(address: string): boolean {
  return address === LOOPBACK.inet || parseAddress(address) === LOOPBACK.inet6;
}

export function isMulticast(address: string): boolean {
  return inPrefix(address, "224.0.0.0", 4) || inPrefix(address, "ff00::", 8);
}

export function isLinkLocal(address: string): boolean {
  return inPrefix(address, "fe80::", 10);
}

/** An address as sockets store it: canonical, and `*` for the unspecified one. `undefined` for what is none. */
export function socketAddress(text: string): string | undefined {
  if (text === ANY || text === "") return ANY;
  const address = parseAddress(text);
  return address === "0.0.0.0" || address === "::" ? ANY : address;
}

/** What the kernel refuses in `ip4.addr` and `ip6.addr`. Source: prison_check_conflicting_ips(), in_jail.c. */
export function isUnusable(address: string): boolean {
  return isUnspecified(address) || isBroadcast(address);
}

/** Whether an address is in a network of the same family; `prefix` in bits. */
export function inPrefix(address: string, network: string, prefix: number): boolean {
  const family = familyOf(address);
  if (!family || family !== familyOf(network)) return false;
  return networkOf(address, prefix) === networkOf(network, prefix);
}

/** The network that an address is in, with the host part zero. `undefined` if the prefix does not fit. */
export function networkOf(address: string, prefix: number): string | undefined {
  const family = familyOf(address);
  const value = addressNumber(address);
  if (!family || value === undefined || !isPrefix(family, prefix)) return undefined;
  const host = BigInt(BITS[family] - prefix);
  return formatAddress(family, (value >> host) << host);
}

export function isPrefix(family: Family, prefix: number): boolean {
  return Number.isInteger(prefix) && prefix >= 0 && prefix <= BITS[family];
}

/** An address with its prefix length; without one, all bits. */
export function parseNetwork(text: string): { family: Family; address: string; prefix: number } | undefined {
  const [first = "", length, ...more] = text.split("/");
  const family = familyOf(first);
  const address = parseAddress(first);
  if (!family || address === undefined || more.length > 0) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? BITS[family] : Number(length);
  return isPrefix(family, prefix) ? { family, address, prefix } : undefined;
}

/** The length of a netmask of IPv4, dotted or as `0xffffff00`; `undefined` if its ones are not all in front. */
export function prefixOfMask(text: string): number | undefined {
  const hex = /^0x[0-9a-f]{8}$/i.test(text) ? BigInt(text) : undefined;
  const value = hex ?? (parseIpv4(text) ? addressNumber(text) : undefined);
  if (value === undefined) return undefined;
  const bits = value.toString(2).padStart(32, "0");
  return bits.includes("01") ? undefined : bits.lastIndexOf("1") + 1;
}

/** As ifconfig(8) prints it: `0xffffff00`. */
export function hexMask(prefix: number): string {
  return `0x${(((1n << BigInt(prefix)) - 1n) << BigInt(32 - prefix)).toString(16).padStart(8, "0")}`;
}
