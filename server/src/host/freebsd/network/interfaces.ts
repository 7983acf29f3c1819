import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { BITS, familyOf, isPrefix, isUnspecified, parseAddress } from "../../network/addresses.ts";
import {
  addAddress,
  allVlans,
  findInterface,
  groupsWith,
  moveInterface,
  ownAddress,
  renameInterface,
  takeAddress,
} from "../../network/links.ts";
import { fibCount } from "../../network/routingTable.ts";
import type { Interface, Vnet } from "../../network/types.ts";
import { vnet, vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { findPrison, isDescendant } from "../prisons.ts";
import { type PrivilegeName, privCheck } from "../privileges.ts";

export { ifCreate, ifDestroy } from "./cloning.ts";

/**
 * Changing interfaces: the ioctls behind ifconfig(8), each with its privilege. Without a stack of its own a jail has
 * none of these. Source: sys/net/if.c (ifhwioctl, ifioctl), sys/netinet/in.c (in_aifaddr_ioctl), netintro(4).
 */

/** The interface of the caller's stack, then the privilege: an unknown name comes first. */
function target(
  host: Host,
  process: Process,
  name: string,
  needed: PrivilegeName,
): Outcome<{ stack: Vnet; link: Interface }> {
  const stack = vnetOf(host, process);
  const link = findInterface(stack, name);
  if (!link) return noInterface(name);
  const may = privCheck(host, process, needed);
  return may.ok ? { ok: true, value: { stack, link }, decision: may.decision } : may;
}

function noInterface(name: string) {
  return denied("ENXIO", "interface/name", `The stack has no interface ${name}.`, {
    causes: [{ what: `no interface ${name}`, from: "host" }],
  });
}

export interface NewAddress {
  readonly address: string;
  /** In bits; all of them if absent, as for an alias of a jail. */
  readonly prefix?: number;
  /** The jail for which jail(8) adds it. */
  readonly jid?: number | null;
}

/**
 * SIOCAIFADDR: an address more, and the interface comes up. One that is there already is replaced, with the new
 * length: so a jail that was given an address of the host narrows it, and takes it away when it stops.
 */
export function ifAddAddress(host: Host, process: Process, name: string, added: NewAddress): Outcome {
  const found = target(host, process, name, "NET_ADDIFADDR");
  if (!found.ok) return found;
  const { link } = found.value;
  const family = familyOf(added.address);
  const address = parseAddress(added.address);
  if (!family || address === undefined)
    return denied("EAFNOSUPPORT", "interface/address", `${added.address} is no address.`);
  const prefix = added.prefix ?? BITS[family];
  if (!isPrefix(family, prefix) || isUnspecified(address))
    return denied("EINVAL", "interface/address", `${address}/${prefix} cannot be given to an interface.`);
  const before = ownAddress(link, address);
  if (before) takeAddress(link, before);
  addAddress(link, { family, address, prefix, alias: prefix === BITS[family], container: added.jid ?? null });
  link.up = true;
  const { causes } = found.decision;
  if (!before)
    return allowed(undefined, "interface/address", `${name} has ${address}/${prefix}.`, { causes });
  const reason = `${name} had ${address}/${before.prefix} already; it is replaced by /${prefix}.`;
  return allowed(undefined, "interface/replaced", reason, { causes });
}

/**
 * SIOCDIFADDR: takes an address away, whoever added it.
 * @returns EADDRNOTAVAIL if the interface does not have it
 */
export function ifRemoveAddress(host: Host, process: Process, name: string, removed: string): Outcome {
  const found = target(host, process, name, "NET_DELIFADDR");
  if (!found.ok) return found;
  const { link } = found.value;
  const address = parseAddress(removed);
  const own = address === undefined ? undefined : ownAddress(link, address);
  if (!own) return denied("EADDRNOTAVAIL", "interface/address", `${name} does not have ${removed}.`);
  takeAddress(link, own);
  const reason = `${name} has lost ${own.address}/${own.prefix}.`;
  return allowed(undefined, "interface/address", reason, { causes: found.decision.causes });
}

/** What ifconfig(8) can set beside addresses. Everything that is given is changed, in this order. */
export interface InterfaceSettings {
  readonly up?: boolean;
  /** In bytes. */
  readonly mtu?: number;
  readonly description?: string;
  readonly fib?: number;
  readonly mac?: string;
}

/** SIOCSIFFLAGS, SIOCSIFMTU, SIOCSIFDESCR, SIOCSIFFIB and SIOCSIFLLADDR. */
export function ifSetFlags(host: Host, process: Process, name: string, wanted: InterfaceSettings): Outcome {
  const { up, mtu, description, fib, mac } = wanted;
  const steps: readonly [boolean, PrivilegeName][] = [
    [up !== undefined, "NET_SETIFFLAGS"],
    [mtu !== undefined, "NET_SETIFMTU"],
    [description !== undefined, "NET_SETIFDESCR"],
    [fib !== undefined, "NET_SETIFFIB"],
    [mac !== undefined, "NET_SETLLADDR"],
  ];
  for (const [given, needed] of steps) {
    if (!given) continue;
    const found = target(host, process, name, needed);
    if (!found.ok) return found;
    const refused = setOne(host, found.value.link, needed, wanted);
    if (refused) return refused;
  }
  return allowed(undefined, "interface/settings", `${name} is changed.`);
}

function setOne(host: Host, link: Interface, needed: PrivilegeName, wanted: InterfaceSettings) {
  const { up, mtu, description, fib, mac } = wanted;
  if (needed === "NET_SETIFFLAGS" && up !== undefined) link.up = up;
  if (needed === "NET_SETIFMTU" && mtu !== undefined) {
    // Source: IF_MINMTU and IF_MAXMTU in sys/net/if.h.
    if (mtu < 72 || mtu > 65_535)
      return denied("EINVAL", "interface/mtu", `An MTU of ${mtu} is not possible.`);
    link.mtu = mtu;
  }
  if (needed === "NET_SETIFDESCR" && description !== undefined) {
    if (description.length > 1023)
      return denied("ENAMETOOLONG", "interface/description", "A description has up to 1023 bytes.");
    link.description = description;
  }
  if (needed === "NET_SETIFFIB" && fib !== undefined) {
    if (fib < 0 || fib >= fibCount(host))
      return denied(
        "EINVAL",
        "interface/fib",
        `There is no routing table ${fib}: net.fibs=${fibCount(host)}.`,
      );
    link.fib = fib;
  }
  if (needed === "NET_SETLLADDR" && mac !== undefined) link.mac = mac.toLowerCase();
  return undefined;
}

/** Source: IFNAMSIZ in sys/net/if.h, less the terminator. */
export const NAME_LENGTH = 15;

/**
 * SIOCSIFNAME.
 * @returns EINVAL for an empty name, ENAMETOOLONG for a long one (copyinstr(9)), EEXIST for a taken one
 */
export function ifRename(host: Host, process: Process, name: string, wanted: string): Outcome {
  const found = target(host, process, name, "NET_SETIFNAME");
  if (!found.ok) return found;
  const { stack, link } = found.value;
  if (wanted === "" || wanted.length > NAME_LENGTH)
    return denied(
      wanted === "" ? "EINVAL" : "ENAMETOOLONG",
      "interface/name",
      `A name has 1 to ${NAME_LENGTH} bytes.`,
    );
  if (wanted !== name && findInterface(stack, wanted)) return taken(wanted);
  renameInterface(host, stack, link, wanted);
  return allowed(undefined, "interface/name", `${name} is now called ${wanted}.`);
}

function taken(name: string) {
  return denied("EEXIST", "interface/taken", `There is an interface ${name} already.`, {
    causes: [{ what: `interface ${name}`, from: "host" }],
  });
}

/** BRDGADD and BRDGDEL, and the ports of a lagg: a member more, or with `remove` one less. */
export function ifSetMember(
  host: Host,
  process: Process,
  group: string,
  member: string,
  remove = false,
): Outcome {
  const stack = vnetOf(host, process);
  const link = findInterface(stack, group);
  if (!link) return noInterface(group);
  const found = target(host, process, group, link.kind === "lagg" ? "NET_LAGG" : "NET_BRIDGE");
  if (!found.ok) return found;
  if (link.kind !== "bridge" && link.kind !== "lagg")
    return denied("EINVAL", "interface/member", `${group} has no members.`);
  const members = link.members ?? [];
  const port = findInterface(stack, member);
  if (remove) {
    if (!members.includes(member))
      return denied("ENOENT", "interface/member", `${member} is no member of ${group}.`);
    link.members = members.filter((other) => other !== member);
    return allowed(undefined, "interface/member", `${member} has left ${group}.`);
  }
  if (!port) return denied("ENOENT", "interface/member", `The stack has no interface ${member}.`);
  if (members.includes(member))
    return denied("EEXIST", "interface/member", `${member} is in ${group} already.`);
  if (port === link || groupsWith(host, stack, member).length > 0)
    return denied("EBUSY", "interface/member", `${member} is in another group already.`);
  if (port.kind === "loopback" || port.kind === "bridge")
    return denied("EINVAL", "interface/member", `${member} cannot be in ${group}.`);
  link.members = [...members, member];
  return allowed(undefined, "interface/member", `${member} is in ${group}.`);
}

/**
 * SIOCSETVLAN: the interface that carries a vlan, and the tag.
 * @returns EPERM where the vlan was brought into this stack from another one: what was delegated stays as it is
 */
export function ifSetVlan(host: Host, process: Process, name: string, parent: string, tag: number): Outcome {
  const found = target(host, process, name, "NET_HWIOCTL");
  if (!found.ok) return found;
  const { stack, link } = found.value;
  if (link.kind !== "vlan") return denied("EINVAL", "interface/vlan", `${name} is no vlan.`);
  if (link.home !== stack.id)
    return denied(
      "EPERM",
      "interface/vlan-home",
      `${name} comes from another stack, which keeps its tag and parent.`,
      {
        causes: [{ what: "a delegated vlan keeps tag and parent", from: "kernel" }],
      },
    );
  if (!findInterface(stack, parent))
    return denied("ENOENT", "interface/vlan", `The stack has no interface ${parent}.`);
  if (tag < 1 || tag > 4094) return denied("EINVAL", "interface/vlan", "A tag is a number from 1 to 4094.");
  const other = allVlans(host).find(
    ({ link: { home, vlan } }) => home === stack.id && vlan?.parent === parent && vlan.tag === tag,
  );
  if (other && other.link !== link)
    return denied("EEXIST", "interface/vlan", `${other.link.name} has this tag.`);
  link.vlan = { parent, tag };
  return allowed(undefined, "interface/vlan", `${name} is vlan ${tag} of ${parent}.`);
}

/**
 * SIOCSIFVNET: `ifconfig NAME vnet JID`. The interface loses its addresses, goes down and into the jail's stack.
 * @returns ENXIO for an unknown interface or a jail that is not below the caller, EEXIST if it is there already or
 * its name is taken there, EBUSY while the jail dies
 */
export function ifMoveVnet(host: Host, process: Process, name: string, jid: number): Outcome {
  const found = target(host, process, name, "NET_SETIFVNET");
  if (!found.ok) return found;
  const { stack, link } = found.value;
  const to = childStack(host, process, jid);
  if (!to.ok) return to;
  const refused = mayMove(host, stack, to.value, name, jid);
  if (refused) return refused;
  moveInterface(host, stack, to.value, link);
  return allowed(
    undefined,
    "interface/vnet",
    `${name} is in the stack of jail ${jid}, down and without addresses.`,
    {
      causes: found.decision.causes,
    },
  );
}

/**
 * SIOCSIFRVNET: `ifconfig NAME -vnet JID`, from the parent: the interface comes from the jail's stack to the caller's.
 * @returns the errors of ifMoveVnet()
 */
export function ifReclaim(host: Host, process: Process, name: string, jid: number): Outcome {
  const may = privCheck(host, process, "NET_SETIFVNET");
  if (!may.ok) return may;
  const from = childStack(host, process, jid);
  if (!from.ok) return from;
  const own = vnetOf(host, process);
  const link = findInterface(from.value, name);
  if (!link) return noInterface(name);
  const refused = mayMove(host, from.value, own, name, jid);
  if (refused) return refused;
  moveInterface(host, from.value, own, link);
  return allowed(undefined, "interface/vnet", `${name} is back, down and without addresses.`, {
    causes: may.decision.causes,
  });
}

function childStack(host: Host, process: Process, jid: number): Outcome<Vnet> {
  const child = findPrison(host, jid);
  if (!child || !isDescendant(host, process.credential.container, jid))
    return denied("ENXIO", "interface/jail", `There is no jail ${jid} below the caller.`);
  return allowed(vnet(host, child.vnet), "interface/jail", `Jail ${jid} is there.`);
}

function mayMove(host: Host, from: Vnet, to: Vnet, name: string, jid: number) {
  if (from === to)
    return denied(
      "EEXIST",
      "interface/same",
      `Jail ${jid} shares the caller's stack: ${name} is there already.`,
    );
  if (findInterface(to, name)) return taken(name);
  if (findPrison(host, jid)?.state === "dying")
    return denied("EBUSY", "interface/dying", `Jail ${jid} is dying, and its stack with it.`);
  return undefined;
}
