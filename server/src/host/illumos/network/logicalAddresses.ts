import { type Cause, contained, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { type Located, ownAddress } from "../../network/links.ts";
import type { Interface, InterfaceAddress, Vnet } from "../../network/types.ts";
import { GLOBAL } from "../zones.ts";
import { addLinkLocal } from "./interfaces.ts";
import { giveAddress } from "./switching.ts";
import { takeUnit } from "./units.ts";

/** Logical interfaces as objects, beneath the calls with their checks. Source: usr/src/uts/common/inet/ip/ip_if.c. */

type Network = Pick<InterfaceAddress, "family" | "address" | "prefix">;

/**
 * Puts an address on an interface as the next logical one.
 * @param object what ipadm(8) calls it behind the interface
 * @param down it is to be there without being used
 */
export function place(
  host: Host,
  stack: Vnet,
  link: Interface,
  { family, address, prefix }: Network,
  { object, down = false }: { readonly object?: string | undefined; readonly down?: boolean } = {},
): InterfaceAddress {
  if (family === "inet6" && !allOn(link).some((own) => own.family === "inet6"))
    addLinkLocal(host, stack, link);
  const unit = nextUnit(host, stack, link, family);
  const own: InterfaceAddress = {
    ...{ family, address, prefix, alias: false, container: null, unit },
    ...(object !== undefined && { object }),
  };
  if (down) withhold(link, own);
  else giveAddress(host, stack, link, own);
  return own;
}

/** Addresses of an interface whether they are up or down. */
export function allOn({ addresses, down = [] }: Interface): InterfaceAddress[] {
  return [...addresses, ...down];
}

/** An address that is there, but that nobody has. */
export function withhold(link: Interface, own: InterfaceAddress): void {
  link.down = [...(link.down ?? []), own];
}

/** An address is no longer among those that are down. */
export function takeBack(link: Interface, own: InterfaceAddress): void {
  const left = link.down?.filter((one) => one !== own) ?? [];
  if (left.length > 0) link.down = left;
  else delete link.down;
}

/** Somebody on the stack has the address already. */
export function inUse(host: Host, holder: Interface, address: string): Refused {
  const id = ownAddress(holder, address)?.container ?? GLOBAL;
  const whose = id === GLOBAL ? "" : ` of ${host.kernel.containers.called(host, id)}`;
  return denied("EADDRNOTAVAIL", "ip/in-use", `${address} is on ${holder.name}${whose} already.`, {
    causes: [{ what: `${address} on ${holder.name}`, from: "host" }],
  });
}

/** The lowest free number of a logical interface; one of the shared stack is taken with it. */
export function nextUnit(host: Host, stack: Vnet, link: Interface, family: "inet" | "inet6"): number {
  const used = new Set<number>();
  for (const own of allOn(link)) if (own.family === family) used.add(own.unit ?? 0);
  if (!used.has(0)) return 0;
  if (stack.id === 0) return takeUnit(host, link.name, family);
  let unit = 1;
  while (used.has(unit)) unit++;
  return unit;
}

/**
 * Duplicate address detection: the address is disabled, so that nobody has it on this interface. Source: ip_ndp_conflict(),
 * arp_process_packet().
 * @param zone the name of the zone that wanted it; whose stack it is if absent
 * @param cause the line that asks for it
 */
export function duplicate(
  host: Host,
  { stack, link }: Located,
  { family, address, prefix }: Network,
  holder: Vnet,
  {
    zone = host.kernel.containers.nameOf(host, stack.container),
    cause,
  }: { zone?: string; cause?: Cause } = {},
): Outcome<InterfaceAddress> {
  const whose = host.kernel.containers.called(host, holder.container);
  const message = `${link.name} has duplicate address ${address}, in use by ${whose}: it is disabled.`;
  const causes: Cause[] = [...(cause ? [cause] : []), { what: `${address} of ${whose}`, from: "host" }];
  host.emit({ container: zone, kind: "network.duplicate", message, outcome: "failed", causes });
  const own: InterfaceAddress = { family, address, prefix, alias: false, container: null };
  return contained(own, "ip/duplicate", message, { causes });
}
