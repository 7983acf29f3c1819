import type { Host } from "../../host.ts";
import { addInterface } from "../../network/interfaceIndex.ts";
import { removeInterface } from "../../network/links.ts";
import type { Interface, Vnet } from "../../network/types.ts";
import type { Datalink } from "../types.ts";
import { shortName } from "./linkIndex.ts";
import { linkLocalOf } from "./protection.ts";
import { giveAddress, loseAddress } from "./switching.ts";

/** IP interfaces as objects: one lies on a datalink and has its name. Source: usr/src/uts/common/inet/ip/ip_if.c. */

const KINDS: Readonly<Partial<Record<Datalink["class"], Interface["kind"]>>> = {
  phys: "physical",
  vnic: "vnic",
  vlan: "vlan",
  aggr: "lagg",
  iptun: "tun",
};

/** Whether IP can be put on a link: etherstubs, overlays and bridges only carry others. */
export function carriesIp({ class: kind }: Datalink): boolean {
  return KINDS[kind] !== undefined;
}

/** Puts IP on a link, without addresses. */
export function makeInterface(host: Host, stack: Vnet, link: Datalink): Interface {
  const made: Interface = {
    name: shortName(link),
    index: stack.nextIndex++,
    kind: KINDS[link.class] ?? "other",
    up: true,
    mtu: link.mtu,
    mac: link.mac,
    addresses: [],
    description: "",
    groups: [],
    home: stack.id,
    fib: 0,
  };
  addInterface(host, stack, made);
  return made;
}

/** Takes IP off a link, with its addresses and routes. */
export function unmakeInterface(host: Host, stack: Vnet, link: Interface): void {
  for (const own of [...link.addresses]) loseAddress(host, link, own);
  removeInterface(host, stack, link);
}

/** The link-local address that IPv6 begins with; of a group for IPMP the members have theirs. */
export function addLinkLocal(host: Host, stack: Vnet, link: Interface): void {
  if (link.kind === "ipmp") return;
  const address = linkLocalOf(link.mac);
  giveAddress(host, stack, link, { family: "inet6", address, prefix: 10, alias: false, container: null });
}

/** Loopback of a stack, which is up as soon as the stack is used. */
export function bringUpLoopback(host: Host, stack: Vnet): void {
  const lo0 = stack.interfaces.find(({ kind }) => kind === "loopback");
  if (!lo0 || lo0.addresses.length > 0) return;
  lo0.up = true;
  lo0.mtu = LOOPBACK_MTU;
  giveAddress(host, stack, lo0, {
    family: "inet",
    address: "127.0.0.1",
    prefix: 8,
    alias: false,
    container: null,
  });
  giveAddress(host, stack, lo0, {
    family: "inet6",
    address: "::1",
    prefix: 128,
    alias: false,
    container: null,
  });
}

/** Source: IP_LOOPBACK_MTU in usr/src/uts/common/inet/ip.h. */
const LOOPBACK_MTU = 8232;
