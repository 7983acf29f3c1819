import type { Decision } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { readFile } from "../../filesystem/files.ts";
import { lookup } from "../../filesystem/lookup.ts";
import type { Host } from "../../host.ts";
import { addressNumber, formatAddress, inPrefix, networkOf } from "../../network/addresses.ts";
import { allInterfaces, findInterface, type Located } from "../../network/links.ts";
import { type RouteRequest, routeAdd } from "../../network/routes.ts";
import { segmentOf } from "../../network/segments.ts";
import type { InterfaceAddress, Vnet } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import { fork } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { ifAddAddress, ifSetFlags } from "../network/interfaces.ts";
import { visibleInterfaces } from "../network/views.ts";
import { prisonOf } from "../prisons.ts";

/** arp(8) and dhclient(8): who else is on the wire of an interface. */

/** The names that a root's hosts(5) has for addresses. */
function namesOf(host: Host, process: Process): Map<string, string> {
  const read = readFile(host, process, "/etc/hosts");
  const names = new Map<string, string>();
  for (const line of read.ok ? read.value.split("\n") : []) {
    const [address, name] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (address && name !== undefined && !names.has(address)) names.set(address, name);
  }
  return names;
}

/** Seconds that an entry lives. Source: net.link.ether.inet.max_age. */
const MAX_AGE = 1200;

/**
 * `arp -a`. Who has been talked to is not kept: all neighbours are shown that would answer. Source:
 * usr.sbin/arp/arp.c.
 */
function runArp({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("arp", args, "adi:nS", "usage: arp [-n] [-i interface] -a");
  if (isResult(options)) return options;
  if (!options.has("a") || options.has("d")) return unmodelled("arp", args.join(" "));
  const stack = vnetOf(host, process);
  const names = options.has("n") ? new Map<string, string>() : namesOf(host, process);
  const line = (address: string, mac: string, link: string, how: string): string =>
    `${names.get(address) ?? "?"} (${address}) at ${mac} on ${link} ${how} [ethernet]\n`;
  let stdout = "";
  for (const link of visibleInterfaces(host, process)) {
    if (link.mac === "" || (options.has("i") && options.values["i"] !== link.name)) continue;
    const own = link.addresses.filter(({ family }) => family === "inet");
    for (const { address } of own) stdout += line(address, link.mac, link.name, "permanent");
    for (const { link: other, addresses } of neighbours(host, { stack, link }))
      for (const { address } of addresses)
        if (own.some((mine) => inPrefix(address, mine.address, mine.prefix)))
          stdout += line(address, other.mac, link.name, `expires in ${MAX_AGE} seconds`);
  }
  const decision: Decision = {
    verdict: "assumed",
    rule: "arp/cache",
    reason: "Who was talked to is not kept: everybody is shown who would answer.",
    causes: [],
  };
  return done(stdout, [decision]);
}

/** Addresses of IPv4 that other stacks have on the wire of an interface. */
function neighbours(host: Host, from: Located): (Located & { addresses: InterfaceAddress[] })[] {
  return segmentOf(host, from)
    .members.filter(({ stack }) => stack !== from.stack)
    .map((other) => ({ ...other, addresses: other.link.addresses.filter(({ family }) => family === "inet") }))
    .filter(({ addresses }) => addresses.length > 0);
}

/** What somebody on the wire of an interface would lease; nothing where no network is known there. */
function leaseFor(
  host: Host,
  from: Located,
): { address: string; prefix: number; router: string } | undefined {
  const [other] = neighbours(host, from).filter(({ addresses }) => addresses.some(isNetwork));
  const known = other?.addresses.find(isNetwork);
  if (!other || !known) return undefined;
  const base = addressNumber(networkOf(known.address, known.prefix) ?? "");
  if (base === undefined) return undefined;
  const router = routerOf(other.stack, known) ?? known.address;
  const used = new Set(
    allInterfaces(host).flatMap(({ link }) => link.addresses.map(({ address }) => address)),
  );
  // Servers lease from a range; the middle of the network stands for it.
  const size = 2n ** BigInt(32 - known.prefix);
  for (let at = size / 2n; at < size - 1n; at++) {
    const address = formatAddress("inet", base + at);
    if (!used.has(address) && address !== router) return { address, prefix: known.prefix, router };
  }
  return undefined;
}

function isNetwork({ prefix }: InterfaceAddress): boolean {
  return prefix <= 30;
}

function routerOf({ routes }: Vnet, { address, prefix }: InterfaceAddress): string | undefined {
  return routes.find(
    ({ destination, family, gateway }) =>
      destination === "default" && family === "inet" && inPrefix(gateway, address, prefix),
  )?.gateway;
}

/**
 * dhclient(8): needs bpf(4), and is taken to find a server where an address of the wire is known. Source:
 * sbin/dhclient/dhclient.c, bpf.c, dhclient-script.
 */
function runDhclient({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("dhclient", args, "bc:dl:np:qu", "usage: dhclient [-bdqu] interface");
  if (isResult(options)) return options;
  const [name] = options.rest;
  if (name === undefined) return failed("usage: dhclient [-bdqu] interface\n");
  const stack = vnetOf(host, process);
  const link = findInterface(stack, name);
  if (!link) return failed(`${name}: not found\nexiting.\n`);
  const device = lookup(host, process, "/dev/bpf");
  if (!device.ok)
    return failed(`Can't find free bpf: ${strerror(device.errno)}\nexiting.\n`, 1, [device.decision]);
  const up = ifSetFlags(host, process, name, { up: true });
  if (!up.ok) return failed(`ifconfig: SIOCSIFFLAGS: ${strerror(up.errno)}\n`, 1, [up.decision]);
  const lease = leaseFor(host, { stack, link });
  const discover = `DHCPDISCOVER on ${name} to 255.255.255.255 port 67 interval 8\n`;
  if (!lease)
    return done(
      `${discover}No DHCPOFFERS received.\nNo working leases in persistent database - sleeping.\n`,
      [assumption(`Nobody on the wire of ${name} is known to have an address, so nobody leases one.`)],
      WAIT,
    );
  const { address, prefix, router } = lease;
  const added = ifAddAddress(host, process, name, { address, prefix });
  if (!added.ok)
    return failed(`ifconfig: ioctl (SIOCAIFADDR): ${strerror(added.errno)}\n`, 1, [added.decision]);
  const request: RouteRequest = { family: "inet", destination: "default", gateway: router };
  routeAdd(host, process, request);
  const decision = assumption(`A server is taken to lease ${address}, with ${router} as the router.`);
  host.emit({
    container: prisonOf(host, process).name,
    kind: "assume.address",
    message: `A DHCP server is taken to lease ${address} to ${name}.`,
    outcome: "assumed",
  });
  const daemon = fork(host, process);
  if (daemon.ok) Object.assign(daemon.value, { command: "dhclient", args: [`dhclient: ${name}`] });
  const talk = `DHCPOFFER from ${router}\nDHCPREQUEST on ${name} to 255.255.255.255 port 67\nDHCPACK from ${router}\n`;
  return done(`${discover}${talk}bound to ${address} -- renewal in 43200 seconds.\n`, [decision], 1000);
}

/** Virtual milliseconds until dhclient gives up. */
const WAIT = 60_000;

function assumption(reason: string): Decision {
  return { verdict: "assumed", rule: "dhclient/lease", reason, causes: [] };
}

export const neighbourCommands: readonly Command[] = [
  program("/usr/sbin/arp", "addresses of neighbours (-a)", runArp),
  program("/sbin/dhclient", "get an address by DHCP", runDhclient),
];
