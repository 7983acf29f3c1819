import type { Host } from "../../host.ts";
import { findInterface } from "../../network/links.ts";
import { vnet } from "../../network/vnets.ts";
import { illumosOf } from "../state.ts";
import { unmakeInterface } from "./interfaces.ts";
import { dropLink } from "./linkIndex.ts";

/** When the machine boots: temporary links are gone, with IP on them, and counters begin anew. Source: dladm(8), -t. */
export function rebootLinks(host: Host): void {
  const stack = vnet(host, 0);
  for (const link of Object.values(illumosOf(host).links)) {
    link.drops = {};
    delete link.learned;
    if (!link.temporary) continue;
    const above = findInterface(stack, link.name);
    if (above) unmakeInterface(host, stack, above);
    dropLink(host, link);
  }
}
