import type { Outcome } from "../../decision.ts";
import { readFile, writeFile } from "../../filesystem/open.ts";
import type { Host } from "../../host.ts";
import { parseNetwork } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import { vnet } from "../../network/vnets.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import type { Zone } from "../types.ts";
import { makeInterface } from "./interfaces.ts";
import { linkFor, linksOfZone } from "./linkIndex.ts";
import { duplicate, place } from "./logicalAddresses.ts";
import { neighbour } from "./switching.ts";

/**
 * Addresses that ipadm(8) keeps for the next boot: ipmgmtd writes them into a file of the zone, so that they are cloned with
 * it, and cannot be changed where the root is read-only. Source: usr/src/cmd/cmd-inet/lib/ipmgmtd/ipmgmt_persist.c.
 */
const FILE = "/etc/ipadm/ipadm.conf";

interface Kept {
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
}

const LINE = /^_ifname=([^;]+);_addr=([^;]+);prefixlen=(\d+);$/;

function lineOf({ interface: name, address, prefix }: Kept): string {
  return `_ifname=${name};_addr=${address};prefixlen=${prefix};\n`;
}

function read(host: Host, process: Process): Kept[] {
  const text = readFile(host, process, FILE);
  if (!text.ok) return [];
  return text.value.split("\n").flatMap((line) => {
    const [, name, address, prefix] = LINE.exec(line) ?? [];
    return name !== undefined && address !== undefined
      ? [{ interface: name, address, prefix: Number(prefix) }]
      : [];
  });
}

/** Whether an address comes back with the next boot. */
export function keepsAddress(host: Host, process: Process, address: string): boolean {
  return read(host, process).some((kept) => kept.address === address);
}

/** @returns the errors of writing the file: EROFS where the root is read-only, ENOENT where there is no ipadm(8) */
export function keepAddress(host: Host, process: Process, kept: Kept): Outcome {
  const others = read(host, process).filter(({ address }) => address !== kept.address);
  return writeFile(host, process, FILE, [...others, kept].map(lineOf).join(""));
}

/** The address will not be there after the next boot; nothing to do if it would not have been. */
export function dropAddress(host: Host, process: Process, address: string): Outcome | undefined {
  const all = read(host, process);
  const others = all.filter((one) => one.address !== address);
  return others.length === all.length
    ? undefined
    : writeFile(host, process, FILE, others.map(lineOf).join(""));
}

/** The same for all addresses of an interface. */
export function dropInterface(host: Host, process: Process, name: string): Outcome | undefined {
  const all = read(host, process);
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
  for (const { interface: name, address, prefix } of read(host, process)) {
    const lower = linkFor(host, zone.id, name);
    const net = parseNetwork(`${address}/${prefix}`);
    if (!lower || !net || interfaceWith(stack, net.address)) continue;
    const link = findInterface(stack, name) ?? makeInterface(host, stack, lower);
    const other = neighbour(host, { stack, link }, net.address);
    if (other) duplicate(host, { stack, link }, net, other.stack);
    else place(host, stack, link, net);
  }
}
