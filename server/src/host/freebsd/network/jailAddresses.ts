import { allowed, type Cause, contained, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { ANY, type Family, isLoopback, LOOPBACK } from "../../network/addresses.ts";
import type { Process } from "../../process/types.ts";
import { lineageOf, prison } from "../prisons.ts";
import { causeOf } from "../scope.ts";
import type { AddressList, Prison } from "../types.ts";

/**
 * What a jail's address lists let its sockets do. Source: sys/netinet/in_jail.c, sys/netinet6/in6_jail.c,
 * sys/kern/kern_jail.c (prison_check_af, prison_check).
 */

/** The parameter behind the list of a family. */
export const PARAMETER: Readonly<Record<Family, "ip4" | "ip6">> = { inet: "ip4", inet6: "ip6" };

export function listOf(jail: Prison, family: Family): AddressList {
  return jail[PARAMETER[family]];
}

/** Whether the jail shares a stack with somebody; the host itself does not count. */
export function jailedWithoutVnet(host: Host, process: Process): boolean {
  const own = prison(host, process.credential.container);
  return own.jid !== 0 && !own.ownVnet;
}

/**
 * The prison whose restriction binds a socket: the nearest one upwards with a list or a stack of its own. Sockets of
 * different owners do not clash. Source: prison_equal_ip4().
 */
export function restrictionOwner(host: Host, jid: number, family: Family): Prison {
  const lineage = lineageOf(host, jid);
  return (lineage.find((at) => at.jid === 0 || at.ownVnet || listOf(at, family).own) ?? lineage[0]) as Prison;
}

/** What explains the list: the line with the addresses, or the mode that stands for there being none. */
export function listCause(host: Host, jid: number, family: Family): Cause {
  const owner = restrictionOwner(host, jid, family);
  const name = PARAMETER[family];
  // The nearest one that said anything: `inherit` leads to the list of one above.
  for (const at of lineageOf(host, jid)) {
    const set = at.causes[`${name}.addr`] ?? at.causes[name];
    if (set) return set;
    if (at === owner) break;
  }
  const { restricted, addresses } = listOf(owner, family);
  if (!restricted)
    return { what: `${name} of jail ${owner.name || "0"} is not restricted`, from: "inherited" };
  return addresses.length > 0
    ? causeOf(owner, `${name}.addr`, addresses.join(","))
    : { what: `neither ${name} nor ${name}.addr is set, which disables it`, from: "default" };
}

/** Whether an address belongs to a jail, as the kernel asks everywhere. Source: prison_check_ip4(). */
export function hasAddress(jail: Prison, address: string): boolean {
  const { restricted, addresses } = listOf(jail, address.includes(":") ? "inet6" : "inet");
  // Both are in the one spelling of parseAddress().
  return !restricted || jail.jid === 0 || addresses.includes(address);
}

/**
 * Whether sockets of a family may exist in the jail. Inside of the stack the answer is EAFNOSUPPORT, which socket(2)
 * turns into EPROTONOSUPPORT. Source: prison_check_af(), socreate().
 */
export function checkFamily(host: Host, process: Process, family: string): Outcome {
  const jail = prison(host, process.credential.container);
  if (jail.jid === 0) return allowed(undefined, "socket/family", "The host has every family.");
  if (jail.ownVnet)
    return allowed(undefined, "socket/family", "A stack of its own gives the jail every family.", {
      causes: [causeOf(jail, "vnet")],
    });
  if (family === "inet" || family === "inet6") {
    const list = listOf(jail, family);
    const causes = [listCause(host, jail.jid, family)];
    const name = family === "inet" ? "IPv4" : "IPv6";
    if (list.restricted && list.addresses.length === 0)
      return denied(
        "EPROTONOSUPPORT",
        "socket/family",
        `The jail has no ${name} address, so it has no ${name}.`,
        {
          causes,
        },
      );
    return allowed(undefined, "socket/family", `The jail has ${name}.`, { causes });
  }
  if (family === "local" || family === "route" || family === "netlink")
    return allowed(undefined, "socket/family", "Every jail has sockets of this family.");
  const causes = [causeOf(jail, "allow.socket_af", "false")];
  if (!jail.allow.includes("socket_af"))
    return denied("EPROTONOSUPPORT", "socket/family", "Of other families a jail gets no socket.", { causes });
  return allowed(undefined, "socket/family", "The jail may use other families.", { causes });
}

/** A jail without any address of the family. Inside of the stack, not at socket(2). */
function noFamily(host: Host, jid: number, family: Family, rule: string) {
  return denied("EAFNOSUPPORT", rule, "The jail has no address of this family.", {
    causes: [listCause(host, jid, family)],
  });
}

/** The first of the jail's addresses; `fallback` where it is not restricted. Source: prison_get_ip4(). */
export function primaryAddress(jail: Prison, family: Family, fallback: string): string | undefined {
  const { restricted, addresses } = listOf(jail, family);
  return jail.jid === 0 || !restricted ? fallback : addresses[0];
}

/**
 * What a local address becomes at bind(2): the wildcard the only address, loopback the primary one, a foreign one an
 * error. `v6only` matters for IPv6 only: a socket for both families keeps the wildcard.
 * Source: prison_local_ip4(), prison_local_ip6().
 */
export function localAddress(
  host: Host,
  jail: Prison,
  family: Family,
  address: string,
  v6only: boolean,
): Outcome<string> {
  const rule = "bind/address";
  const list = listOf(jail, family);
  if (jail.jid === 0 || !list.restricted)
    return allowed(address, rule, "No list of addresses binds it.", {
      causes: jail.jid === 0 ? [] : [listCause(host, jail.jid, family)],
    });
  const [first, ...more] = list.addresses;
  if (first === undefined) return noFamily(host, jail.jid, family, rule);
  const causes = [listCause(host, jail.jid, family)];
  if (address === ANY) {
    if (more.length === 0 && (family === "inet" || v6only))
      return contained(first, rule, `The jail has one address, so any address means ${first}.`, { causes });
    const reason = "It stays any address, but only packets to the jail's own ones arrive.";
    return contained(ANY, rule, reason, { causes });
  }
  if (hasAddress(jail, address))
    return allowed(address, rule, `${address} is in the jail's list.`, { causes });
  if (isLoopback(address))
    return contained(first, rule, `Loopback is not in the jail's list: it becomes ${first}.`, { causes });
  return denied("EADDRNOTAVAIL", rule, `${address} is not in the jail's list.`, { causes });
}

/** What a destination becomes at connect(2) and sendto(2). Source: prison_remote_ip4(), in_pcbconnect_setup(). */
export function remoteAddress(host: Host, jail: Prison, family: Family, address: string): Outcome<string> {
  const rule = "connect/address";
  const list = listOf(jail, family);
  if (jail.jid === 0 || !list.restricted) {
    // The stack itself takes "any address" for its first one; loopback is as good in the model.
    if (address === ANY) return contained(LOOPBACK[family], rule, "Any address means this machine.");
    return allowed(address, rule, "No list of addresses binds it.");
  }
  const first = list.addresses[0];
  if (first === undefined) return noFamily(host, jail.jid, family, rule);
  const causes = [listCause(host, jail.jid, family)];
  if (address === ANY)
    return contained(first, rule, `Any address means the jail's first one, ${first}.`, { causes });
  if (isLoopback(address) && !hasAddress(jail, address))
    return contained(first, rule, `Loopback is not in the jail's list: it becomes ${first}.`, { causes });
  return allowed(address, rule, "A jail may talk to any address.", { causes });
}
