import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { isMulticast, isUnspecified, parseAddress } from "../../network/addresses.ts";
import { ownAddress } from "../../network/links.ts";
import { interfaceWith } from "../../network/routingTable.ts";
import type { InterfaceAddress } from "../../network/types.ts";
import type { Process } from "../../process/types.ts";
import type { Datalink } from "../types.ts";
import { addLinkLocal } from "./interfaces.ts";
import { dropAddress, keepAddress } from "./ipadmConf.ts";
import { configurable, forget, interfaceFor } from "./ipInterfaces.ts";
import { linkFor } from "./linkIndex.ts";
import { allOn, duplicate, inUse, place, takeBack } from "./logicalAddresses.ts";
import { isListed, listed } from "./protection.ts";
import { loseAddress, neighbour } from "./switching.ts";
import { freeUnit } from "./units.ts";
import { type WantedAddress, wantedAddress } from "./zoneNets.ts";

/**
 * Addresses of a stack that somebody gives it while it runs. Sources: ipadm(8), ifconfig(8), ip_sioctl_addr() in
 * usr/src/uts/common/inet/ip/ip_if.c, usr/src/lib/libipadm/common/ipadm_addr.c.
 */

export interface AddressRequest {
  readonly interface: string;
  /** With the length of its network; without one it is guessed from the class. */
  readonly address: string;
  /** Whether it is to be there after a reboot, as with `ipadm create-addr`; not with `-t` and ifconfig(8). */
  readonly persistent?: boolean;
  /** What ipadm(8) calls it behind the interface. */
  readonly object?: string;
  /** It is to be there without being used, until it is marked up. */
  readonly down?: boolean;
}

/**
 * `ipadm create-addr -T static`, `ifconfig addif`. Where another machine or zone answers for the address already, the kernel
 * disables the new one: nothing has it then.
 * @returns EPERM without sys_ip_config, and on an interface whose addresses the global zone decides on; ENXIO; EINVAL;
 * EADDRNOTAVAIL for an address of the stack; EROFS where it cannot be kept, because the root is read-only
 */
export function createAddress(
  host: Host,
  process: Process,
  request: AddressRequest,
): Outcome<InterfaceAddress> {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const found = interfaceFor(stack.value, request.interface);
  if (!found.ok) return found;
  const link = found.value;
  const cause: Cause = { what: `${request.address} on ${link.name}`, from: "host" };
  const wanted = wantedAddress(request.address, cause);
  if (!wanted || isUnspecified(wanted.address) || isMulticast(wanted.address))
    return denied("EINVAL", "ip/address", `${request.address} is no address of an interface.`);
  const barred = protectedFrom(
    linkFor(host, process.credential.container, link.name),
    wanted,
    request.persistent,
  );
  if (barred) return barred;
  const holder = interfaceWith(stack.value, wanted.address);
  // Only addresses that are up have to differ.
  if (holder && !request.down) return inUse(host, holder, wanted.address);
  const { object, down = false } = request;
  const other = link.up && !down ? neighbour(host, { stack: stack.value, link }, wanted.address) : undefined;
  if (other) return duplicate(host, { stack: stack.value, link }, wanted, other.stack);
  if (request.persistent) {
    const { address, prefix } = wanted;
    const kept = keepAddress(host, process, { interface: link.name, object, address, prefix, up: !down });
    if (!kept.ok) return kept;
  }
  const own = place(host, stack.value, link, wanted, { object, down });
  const state = down ? ", which is down" : "";
  return allowed(own, "ip/address", `${link.name} has ${own.address}/${own.prefix}${state}.`, {
    causes: stack.decision.causes,
  });
}

/** L3PROTECT: what the global zone has not allowed cannot be set, and nothing is kept for the next boot. */
function protectedFrom(
  link: Datalink | undefined,
  { address }: WantedAddress,
  persistent = false,
): Refused | undefined {
  if (!link?.controlled || !listed(link, "protection").includes("ip-nospoof")) return undefined;
  const causes = [link.causes["allowed-ips"] ?? link.causes["protection"]].filter((one) => one !== undefined);
  if (!isListed(listed(link, "allowed-ips"), address))
    return denied(
      "EPERM",
      "ip/l3protect",
      `${address} is no address that the global zone allows on ${link.name}.`,
      {
        causes,
      },
    );
  return persistent
    ? denied("EPERM", "ip/from-global", `The addresses of ${link.name} are managed from the global zone.`, {
        causes,
      })
    : undefined;
}

/**
 * `ipadm delete-addr`, `ifconfig removeif`. The global zone can take away those of zones on its stack, too.
 * @returns EPERM; ENXIO for the interface, EADDRNOTAVAIL for an address that is not on it
 */
export function deleteAddress(host: Host, process: Process, name: string, text: string): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const found = interfaceFor(stack.value, name);
  if (!found.ok) return found;
  const address = parseAddress(text.split("/")[0] ?? "") ?? text;
  const own = ownAddress(found.value, address) ?? found.value.down?.find((one) => one.address === address);
  if (!own) return denied("EADDRNOTAVAIL", "ip/address-missing", `${name} does not have ${text}.`);
  const dropped = own.container === null ? dropAddress(host, process, own.address) : undefined;
  if (dropped && !dropped.ok) return dropped;
  loseAddress(host, found.value, own);
  takeBack(found.value, own);
  if (own.container !== null) forget(host, own.container, name, own.address);
  else if (stack.value.id === 0) freeUnit(host, name, own.family, own.unit ?? 0);
  return allowed(undefined, "ip/address-gone", `${name} has no ${own.address} any more.`, {
    causes: stack.decision.causes,
  });
}

/** `ipadm create-addr -T addrconf`: the address that IPv6 makes of the MAC; routers of the model give no others. */
export function createAutomaticAddress(host: Host, process: Process, name: string): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const found = interfaceFor(stack.value, name);
  if (!found.ok) return found;
  if (allOn(found.value).some(({ family }) => family === "inet6"))
    return denied("EEXIST", "ip/addrconf", `IPv6 is on ${name} already.`);
  addLinkLocal(host, stack.value, found.value);
  return allowed(undefined, "ip/addrconf", `${name} has its link-local address.`, {
    causes: stack.decision.causes,
  });
}
