import type { Host } from "../../host.ts";
import { inPrefix, isLoopback } from "../../network/addresses.ts";
import { ownAddress } from "../../network/links.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import type { Vnet } from "../../network/types.ts";
import { GLOBAL } from "../zones.ts";

/**
 * The zone that an address of a stack belongs to. Each zone has the loopback addresses for itself, so it is the sender
 * whom they lead to. Source: ipif_zoneid in usr/src/uts/common/inet/ip.h.
 */
export function ownerOf(_: Host, stack: Vnet, address: string, sender: number | undefined): number {
  if (stack.id !== 0) return stack.container;
  if (isLoopback(address) || inPrefix(address, "127.0.0.0", 8)) return sender ?? GLOBAL;
  const link = interfaceWith(stack, address);
  return (link && ownAddress(link, address)?.container) ?? GLOBAL;
}
