import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { parseNetwork } from "../../network/addresses.ts";
import { allRoutes } from "../../network/routingTable.ts";
import type { Interface, InterfaceAddress, Route, Socket } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";
import { inScope } from "../scope.ts";
import { hasAddress, jailedWithoutVnet, listCause } from "./jailAddresses.ts";

/**
 * What ifconfig(8), netstat(1), sockstat(1) and route(8) are told. Source: sysctl_iflist() and sysctl_dumpentry() in
 * sys/net/rtsock.c, cr_canseeinpcb() in sys/kern/kern_prot.c.
 */

/** The interfaces of the caller's stack: all names, but only addresses that belong to the jail. */
export function visibleInterfaces(host: Host, process: Process): Interface[] {
  const jail = prisonOf(host, process);
  return vnetOf(host, process).interfaces.map((link) => ({
    ...link,
    addresses: link.addresses.filter(({ address }) => hasAddress(jail, address)),
  }));
}

/**
 * SIOCGIFADDR: the first address of an interface that the caller may know.
 * @returns ENXIO for an unknown interface, EADDRNOTAVAIL if it has none or only foreign ones
 */
export function ifGetAddress(host: Host, process: Process, name: string): Outcome<InterfaceAddress> {
  const link = visibleInterfaces(host, process).find((seen) => seen.name === name);
  if (!link) return denied("ENXIO", "interface/name", `The stack has no interface ${name}.`);
  const own = link.addresses.find(({ family }) => family === "inet");
  if (own) return allowed(own, "interface/address", `${name} has ${own.address}.`);
  return denied("EADDRNOTAVAIL", "interface/address", `${name} has no address that belongs to the caller.`, {
    causes: jailedWithoutVnet(host, process) ? [listCause(host, process.credential.container, "inet")] : [],
  });
}

/** The routes of a table: of a shared stack a jail sees only those to its own addresses. */
export function visibleRoutes(host: Host, process: Process, fib = 0): Route[] {
  const routes = allRoutes(vnetOf(host, process)).filter((route) => route.fib === fib);
  if (!jailedWithoutVnet(host, process)) return routes;
  const jail = prisonOf(host, process);
  return routes.filter(
    ({ destination }) =>
      parseNetwork(destination) !== undefined && isHost(destination) && hasAddress(jail, destination),
  );
}

function isHost(destination: string): boolean {
  return destination !== "default" && !destination.includes("/");
}

/**
 * Sockets whose credential the caller may see, by id: within its jail and below, and of other users only if
 * `security.bsd.see_other_uids` is 1. Internet sockets of another stack are in another table.
 */
export function visibleSockets(host: Host, process: Process): Socket[] {
  const stack = vnetOf(host, process).id;
  const { sysctls } = host.state.machine;
  const everybody =
    Number(sysctls["security.bsd.see_other_uids"] ?? 1) !== 0 || privCheck(host, process, "SEEOTHERUIDS").ok;
  return Object.values(host.state.network.sockets).filter(
    ({ container: jid, uid, vnet, family, lingersUntil }) =>
      (family === "local" || vnet === stack) &&
      inScope(host, process, jid) &&
      (everybody || uid === process.credential.ruid) &&
      (lingersUntil === null || lingersUntil > host.now),
  );
}
