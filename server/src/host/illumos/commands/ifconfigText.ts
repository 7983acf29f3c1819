import type { Host } from "../../host.ts";
import { addressNumber, BITS, formatAddress, hexMask } from "../../network/addresses.ts";
import { GLOBAL } from "../zones.ts";
import { type Logical, logicalName } from "./networkViews.ts";
import { zoneName } from "./views.ts";

/** What ifconfig(8) prints of an interface. Source: usr/src/cmd/cmd-inet/usr.sbin/ifconfig/ifconfig.c, net/if.h. */

const FLAGS: readonly (readonly [bit: bigint, name: string])[] = [
  [0x1n, "UP"],
  [0x2n, "BROADCAST"],
  [0x8n, "LOOPBACK"],
  [0x10n, "POINTOPOINT"],
  [0x40n, "RUNNING"],
  [0x800n, "MULTICAST"],
  [0x4000n, "DHCP"],
  [0x100_0000n, "IPv4"],
  [0x200_0000n, "IPv6"],
  [0x20_0000_0000n, "VIRTUAL"],
  [0x400_0000_0000n, "L3PROTECT"],
];

function flagNames({ interface: item, link, family, up }: Logical): ReadonlySet<string> {
  const { kind } = item;
  const names = new Set<string>([family === "inet" ? "IPv4" : "IPv6", "MULTICAST"]);
  if (up) names.add("UP");
  if (kind === "loopback" || link?.up !== false) names.add("RUNNING");
  if (kind === "loopback") names.add("LOOPBACK").add("VIRTUAL");
  else if (kind === "tun") names.add("POINTOPOINT");
  else if (family === "inet") names.add("BROADCAST");
  if (link?.controlled) names.add("L3PROTECT");
  return names;
}

function flagsText(logical: Logical): string {
  const names = flagNames(logical);
  const set = FLAGS.filter(([, name]) => names.has(name));
  const value = set.reduce((sum, [bit]) => sum | bit, 0n);
  return `${value.toString(16)}<${set.map(([, name]) => name).join(",")}>`;
}

/** Source: IP_LOOPBACK_MTU_V6: with room for the longer header. */
function mtuOf({ interface: { kind, mtu }, family }: Logical): number {
  return kind === "loopback" && family === "inet6" ? mtu + 20 : mtu;
}

/** `2:8:20:a:1:2`: without leading zeros, as link_ntoa(3) and ether_ntoa(3) write it. */
export function shortMac(mac: string): string {
  return mac
    .split(":")
    .map((byte) => byte.replace(/^0(?=.)/, ""))
    .join(":");
}

/** The last address of an IPv4 network. */
export function broadcastAddress(address: string, prefix: number): string {
  return formatAddress("inet", (addressNumber(address) ?? 0n) | ((1n << BigInt(BITS.inet - prefix)) - 1n));
}

/** One logical interface, in as many lines as it takes. `ether`: for a caller who may ask the link. */
export function ifconfigText(host: Host, logical: Logical, viewer: number, ether: boolean): string {
  const { interface: item, family, address, prefix, unit, zone } = logical;
  let text = `${logicalName(logical)}: flags=${flagsText(logical)} mtu ${mtuOf(logical)} index ${item.index}\n`;
  if (zone !== viewer && zone !== GLOBAL) text += `\tzone ${zoneName(host, zone)}\n`;
  if (family === "inet") {
    const given = address ?? "0.0.0.0";
    const broad =
      item.kind === "loopback" || address === undefined
        ? ""
        : ` broadcast ${broadcastAddress(given, prefix)}`;
    text += `\tinet ${given} netmask ${address === undefined ? "0" : hexMask(prefix).slice(2)}${broad} \n`;
  } else text += `\tinet6 ${address}/${prefix} \n`;
  if (ether && unit === 0 && item.mac !== "" && item.kind !== "loopback" && item.kind !== "tun")
    text += `\tether ${shortMac(item.mac)} \n`;
  return text;
}
