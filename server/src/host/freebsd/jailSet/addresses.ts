import { notIn } from "../../network/addresses.ts";
import { prisonsWithAddress } from "../prisonIndex.ts";
import { isDescendant, lineageOf } from "../prisons.ts";
import type { Prison } from "../types.ts";
import { type Call, type Family, givenCause, refuse } from "./types.ts";

/** Address lists against those of the parent and of others. Source: kern_jail_set(), sys/netinet/in_jail.c. */

/** The list must be within a restricted parent's, and nobody else on the stack may have one of the addresses. */
export function checkAddresses(
  call: Call,
  jail: Prison | undefined,
  parent: Prison,
  name: "ip4" | "ip6",
  { addresses }: Family,
): void {
  if (!addresses || addresses.length === 0) return;
  const causes = [givenCause(call, `${name}.addr`)];
  if (parent.jid !== 0 && parent[name].restricted) {
    const [foreign] = notIn(addresses, parent[name].addresses);
    if (foreign !== undefined)
      throw refuse("49", "EPERM", `${foreign} is not an address of the parent, jail ${parent.name}.`, {
        causes: [...causes, ...listCauses(parent, name)],
      });
  }
  for (const address of addresses)
    for (const other of prisonsWithAddress(call.host, address)) {
      if (!comparable(call, jail, parent, other, name)) continue;
      if (addresses.length === 1 && other[name].addresses.length === 1) continue;
      throw refuse("49a", "EADDRINUSE", `${address} is an address of jail ${other.name}, too. ${SHARING}`, {
        message: `IPv${name.at(-1)} addresses clash`,
        causes: [...causes, ...listCauses(other, name)],
        // That the search meets the parent, too, is known from reading alone.
        unsure: other.jid === parent.jid || isDescendant(call.host, other.jid, parent.jid),
      });
    }
}

const SHARING = "Jails share an address only if it is the only one of each.";

function listCauses(jail: Prison, name: "ip4" | "ip6") {
  const cause = jail.causes[`${name}.addr`] ?? jail.causes[name];
  return cause ? [cause] : [];
}

/**
 * Whether the search meets a prison: living, on the stack where the new list will be, and not hidden behind the jail
 * itself or another one with a list. What is behind a list is within it.
 */
function comparable(
  { host }: Call,
  jail: Prison | undefined,
  parent: Prison,
  other: Prison,
  name: "ip4" | "ip6",
): boolean {
  if (other.state !== "alive" || other.jid === jail?.jid || other.ownVnet) return false;
  if (other.vnet !== parent.vnet) return false;
  const [, ...above] = lineageOf(host, other.jid);
  for (const at of above) {
    if (at.jid === 0 || at.ownVnet) return true;
    if (at.jid === jail?.jid || at.state !== "alive" || at[name].own) return false;
  }
  return true;
}
