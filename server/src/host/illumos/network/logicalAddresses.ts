import { type Cause, contained, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Located } from "../../network/links.ts";
import type { Interface, InterfaceAddress, Vnet } from "../../network/types.ts";
import { addLinkLocal } from "./interfaces.ts";
import { giveAddress } from "./switching.ts";
import { takeUnit } from "./units.ts";

/** Logical interfaces as objects, beneath the calls with their checks. Source: usr/src/uts/common/inet/ip/ip_if.c. */

type Network = Pick<InterfaceAddress, "family" | "address" | "prefix">;

/** Puts an address on an interface as the next logical one. */
export function place(
  host: Host,
  stack: Vnet,
  link: Interface,
  { family, address, prefix }: Network,
): InterfaceAddress {
  if (family === "inet6" && !link.addresses.some((own) => own.family === "inet6"))
    addLinkLocal(host, stack, link);
  const unit = nextUnit(host, stack, link, family);
  const own: InterfaceAddress = { family, address, prefix, alias: false, container: null, unit };
  giveAddress(host, stack, link, own);
  return own;
}

/** The lowest free number of a logical interface; one of the shared stack is taken with it. */
export function nextUnit(host: Host, stack: Vnet, link: Interface, family: "inet" | "inet6"): number {
  const used = new Set<number>();
  for (const own of link.addresses) if (own.family === family) used.add(own.unit ?? 0);
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
