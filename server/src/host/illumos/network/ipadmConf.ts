import { allowed, denied, type Outcome } from "../../decision.ts";
import { readFile, writeFile } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import { parseNetwork } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import type { InterfaceAddress, Vnet } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import type { Zone } from "../types.ts";
import { makeInterface } from "./interfaces.ts";
import { linkFor, linksOfZone } from "./linkIndex.ts";
import { duplicate, inUse, place } from "./logicalAddresses.ts";
import { neighbour } from "./switching.ts";

/**
 * Addresses that ipadm(8) keeps for the next boot: ipmgmtd writes them into a file of the zone, so that they are cloned with
 * it, and cannot be changed where the root is read-only. Source: usr/src/cmd/cmd-inet/lib/ipmgmtd/ipmgmt_persist.c.
 */
const FILE = "/etc/ipadm/ipadm.conf";

export interface KeptAddress {
  readonly interface: string;
  /** What ipadm(8) calls it behind the interface, where somebody gave it a name. */
  readonly object: string | undefined;
  readonly address: string;
  readonly prefix: number;
  /** Whether it is to be used when it comes back. */
  readonly up: boolean;
}

const LINE = /^_ifname=([^;]+);(?:_aobjname=[^;/]+\/([^;]+);)?_addr=([^;]+);prefixlen=(\d+);(up=no;)?$/;

function lineOf({ interface: name, object, address, prefix, up }: KeptAddress): string {
  const called = object === undefined ? "" : `_aobjname=${name}/${object};`;
  return `_ifname=${name};${called}_addr=${address};prefixlen=${prefix};${up ? "" : "up=no;"}\n`;
}

/** All that comes back with the next boot, in the order of the file. */
export function keptAddresses(host: Host, process: Process): KeptAddress[] {
  const text = readFile(host, process, FILE);
  if (!text.ok) return [];
  return text.value.split("\n").flatMap((line) => {
    const [, name, object, address, prefix, down] = LINE.exec(line) ?? [];
    return name !== undefined && address !== undefined
      ? [{ interface: name, object, address, prefix: Number(prefix), up: down === undefined }]
      : [];
  });
}

/** Whether an address comes back with the next boot. */
export function keepsAddress(host: Host, process: Process, address: string): boolean {
  return keptAddresses(host, process).some((kept) => kept.address === address);
}

/** @returns the errors of writing the file: EROFS where the root is read-only, ENOENT where there is no ipadm(8) */
export function keepAddress(host: Host, process: Process, kept: KeptAddress): Outcome {
  const all = keptAddresses(host, process);
  const at = all.findIndex(({ address }) => address === kept.address);
  all.splice(at < 0 ? all.length : at, at < 0 ? 0 : 1, kept);
  return writeFile(host, process, FILE, all.map(lineOf).join(""));
}

/** The address will not be there after the next boot; nothing to do if it would not have been. */
export function dropAddress(host: Host, process: Process, address: string): Outcome | undefined {
  const all = keptAddresses(host, process);
  const others = all.filter((one) => one.address !== address);
  return others.length === all.length
    ? undefined
    : writeFile(host, process, FILE, others.map(lineOf).join(""));
}

/** The same for all addresses of an interface. */
export function dropInterface(host: Host, process: Process, name: string): Outcome | undefined {
  const all = keptAddresses(host, process);
  const others = all.filter((one) => one.interface !== name);
  return others.length === all.length
    ? undefined
    : writeFile(host, process, FILE, others.map(lineOf).join(""));
}

/** As ipmgmtd does at the boot of a zone: what is kept for links that it has. */
export function restoreAddresses(host: Host, zone: Zone): void {
  // Where the global zone decides on all addresses nothing is kept.
  const process = linksOfZone(host, zone.id).some(({ controlled }) => !controlled)
    ? findProcess(host, zone.init ?? zone.zsched)
    : undefined;
  if (!process) return;
  const stack = vnet(host, zone.stack);
  for (const kept of keptAddresses(host, process)) restoreAddress(host, stack, kept);
}

/**
 * One of them.
 * @returns ENOENT where the zone has no such link, EINVAL for an address that is none, EADDRNOTAVAIL where it is up already
 */
export function restoreAddress(host: Host, stack: Vnet, kept: KeptAddress): Outcome<InterfaceAddress> {
  const { interface: name, object, up } = kept;
  const lower = linkFor(host, stack.container, name);
  const net = parseNetwork(`${kept.address}/${kept.prefix}`);
  if (!lower) return denied("ENOENT", "ip/link", `There is no link ${name}.`);
  if (!net) return denied("EINVAL", "ip/address", `${kept.address} is no address of an interface.`);
  const holder = interfaceWith(stack, net.address);
  if (holder) return inUse(host, holder, net.address);
  const link = findInterface(stack, name) ?? makeInterface(host, stack, lower);
  const other = up ? neighbour(host, { stack, link }, net.address) : undefined;
  if (other) return duplicate(host, { stack, link }, net, other.stack);
  const own = place(host, stack, link, net, { object, down: !up });
  return allowed(own, "ip/address", `${name} has ${own.address}/${own.prefix}.`);
}
