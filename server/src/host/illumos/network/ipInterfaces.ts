import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { findInterface } from "../../network/links.ts";
import type { Interface, Vnet } from "../../network/types.ts";
import { vnet } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import type { Zone } from "../types.ts";
import { GLOBAL, zone as zoneById, zoneOf } from "../zones.ts";
import { carriesIp, makeInterface, unmakeInterface } from "./interfaces.ts";
import { linkFor } from "./linkIndex.ts";
import { allOn } from "./logicalAddresses.ts";
import { freeUnit } from "./units.ts";

/**
 * Plumbing: IP comes onto links, and off them. Sources: ipadm(8), ifconfig(8), usr/src/uts/common/inet/ip/ip_if.c,
 * secpolicy_ip_config() in usr/src/uts/common/os/policy.c.
 */

/** The stack that a process may configure. */
export function configurable(host: Host, process: Process): Outcome<Vnet> {
  const may = privilege(host, process, "sys_ip_config");
  return may.ok ? { ...may, value: vnet(host, zoneOf(host, process).stack) } : may;
}

/** A zone on the shared stack has no devices through which IP is put onto links. */
export function withoutStack(own: Zone, device: string): Refused | undefined {
  if (own.stack !== 0 || own.id === GLOBAL) return undefined;
  const cause: Cause = own.causes["ip-type"] ?? { what: "ip-type=shared", from: "default" };
  const reason = `${device} is not there in zone ${own.name}, which has no stack of its own.`;
  return denied("ENOENT", "net/device", reason, { causes: [cause] });
}

/** An interface of the caller's stack by name. */
export function interfaceFor(stack: Vnet, name: string): Outcome<Interface> {
  const link = findInterface(stack, name);
  return link
    ? allowed(link, "ip/interface", `${name} is there.`)
    : denied("ENXIO", "ip/interface", `There is no interface ${name}.`);
}

/**
 * `ipadm create-if`, `ifconfig plumb`.
 * @returns ENOENT in a zone on the shared stack, and for a link that the zone has not; EPERM without sys_ip_config; EEXIST;
 * EINVAL for a link that only carries others; EBUSY for one that is lent or under another one
 */
export function createInterface(host: Host, process: Process, name: string): Outcome<Interface> {
  const own = zoneOf(host, process);
  const absent = withoutStack(own, "/dev/ip");
  if (absent) return absent;
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  if (findInterface(stack.value, name)) return denied("EEXIST", "ip/exists", `IP is on ${name} already.`);
  const link = linkFor(host, own.id, name);
  if (!link) return denied("ENOENT", "ip/link", `There is no link ${name}.`);
  if (link.zone !== own.id)
    return denied("EBUSY", "ip/lent", `${host.kernel.containers.called(host, link.zone)} has ${name}.`, {
      causes: link.causes["zone"] ? [link.causes["zone"]] : [],
      unsure: true,
    });
  if (!carriesIp(link))
    return denied("EINVAL", "ip/class", `${name} is of the class ${link.class}, and IP cannot be on it.`);
  const made = makeInterface(host, stack.value, link);
  return allowed(made, "ip/create", `IP is on ${name}.`, { causes: stack.decision.causes });
}

/**
 * `ipadm delete-if`, `ifconfig unplumb`. Zones that have addresses on it lose them.
 * @returns EPERM; ENXIO; EINVAL for loopback
 */
export function deleteInterface(host: Host, process: Process, name: string): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const found = interfaceFor(stack.value, name);
  if (!found.ok) return found;
  const link = found.value;
  if (link.kind === "loopback") return denied("EINVAL", "ip/loopback", "Loopback stays.", { unsure: true });
  for (const { container } of allOn(link)) if (container !== null) forget(host, container, name);
  unmakeInterface(host, stack.value, link);
  return allowed(undefined, "ip/delete", `IP is off ${name}.`, { causes: stack.decision.causes });
}

/** A zone on the shared stack loses its logical interfaces on a link, or one of them. */
export function forget(host: Host, id: number, name: string, address?: string): void {
  const owner = zoneById(host, id);
  const gone = [...(owner.logical ?? []), ...(owner.down ?? [])].filter(
    (own) => own.interface === name && (address === undefined || own.address === address),
  );
  for (const { family, unit } of gone) freeUnit(host, name, family, unit);
  if (owner.logical) owner.logical = owner.logical.filter((own) => !gone.includes(own));
  if (owner.down) owner.down = owner.down.filter((own) => !gone.includes(own));
}

/** `ifconfig up` and `down` of an interface that has no address of its own, or is loopback. */
export function setInterfaceUp(host: Host, process: Process, name: string, up: boolean): Outcome {
  const stack = configurable(host, process);
  if (!stack.ok) return stack;
  const found = interfaceFor(stack.value, name);
  if (!found.ok) return found;
  found.value.up = up;
  return allowed(undefined, "ip/flags", `${name} is ${up ? "up" : "down"}.`, {
    causes: stack.decision.causes,
  });
}

/**
 * Opens a device that configures a part of IP: `/dev/ipf` of IP Filter, `/dev/spdsock` and `/dev/keysock` of IPsec. For zones
 * on the shared stack the global zone does that.
 * @returns ENOENT in a zone on the shared stack; EPERM without sys_ip_config
 */
export function openIpControl(host: Host, process: Process, device: string): Outcome {
  const absent = withoutStack(zoneOf(host, process), device);
  if (absent) return absent;
  const may = privilege(host, process, "sys_ip_config");
  return may.ok ? { ...may, value: undefined } : may;
}
