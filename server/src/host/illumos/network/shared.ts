import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf, LOOPBACK, parseAddress } from "../../network/addresses.ts";
import { findInterface, ownAddress } from "../../network/links.ts";
import { interfaceWith, isAround } from "../../network/routingTable.ts";
import { vnet } from "../../network/vnets.ts";
import { causeOf, resourcesOf, textOf } from "../configuration.ts";
import type { LogicalInterface, Zone, ZoneResource } from "../types.ts";
import { GLOBAL, zone as zoneById } from "../zones.ts";
import { groupOf } from "./ipmp.ts";
import { duplicate, takeBack } from "./logicalAddresses.ts";
import { netmaskOf } from "./netmasks.ts";
import { giveAddress, loseAddress, neighbour } from "./switching.ts";
import { freeUnit, takeUnit } from "./units.ts";
import { type WantedAddress, wantedAddress } from "./zoneNets.ts";

/**
 * Zones on the stack of the global zone: a logical interface for each address. Source: configure_shared_network_interfaces()
 * and configure_one_interface() in usr/src/cmd/zoneadmd/vplat.c.
 */

/** Loopback of the zone, then its addresses. An interface that is not there is only warned of. */
export function plumbShared(host: Host, zone: Zone): Outcome {
  zone.logical = [];
  for (const family of ["inet", "inet6"] as const)
    if (interfaceWith(vnet(host, 0), LOOPBACK[family])) addLoopback(host, zone, family);
  const nets = zone.definition ? resourcesOf(zone.definition, "net") : [];
  for (const net of nets) {
    const refused = plumbOne(host, zone, net);
    if (refused) {
      unplumbShared(host, zone);
      return refused;
    }
  }
  for (const net of nets) addRouter(host, zone, net);
  return allowed(undefined, "network/shared", `Zone ${zone.name} has ${namesOf(zone.logical)}.`);
}

function addLoopback(host: Host, zone: Zone, family: "inet" | "inet6"): void {
  zone.logical?.push({
    interface: "lo0",
    unit: takeUnit(host, "lo0", family),
    family,
    address: LOOPBACK[family],
    prefix: family === "inet" ? 8 : 128,
    cause: { what: "each zone has loopback", from: "kernel" },
  });
}

function plumbOne(host: Host, zone: Zone, net: ZoneResource): Refused | undefined {
  const name = textOf(net, "physical") ?? "";
  const text = textOf(net, "address");
  // Verification asks for an address.
  if (text === undefined) return undefined;
  const cause = causeOf(net, "address");
  const wanted = wantedAddress(text, cause, text.includes("/") ? undefined : netmaskOf(host, text));
  if (!wanted)
    return denied(
      "EINVAL",
      "network/address",
      `${text} is no address with a length that an interface takes.`,
      {
        causes: [cause],
      },
    );
  const stack = vnet(host, 0);
  const named = findInterface(stack, name);
  const link = named && (groupOf(host, stack, named) ?? named);
  if (!link) {
    warn(
      host,
      zone,
      `${name} is no interface of the global zone: the zone boots without ${wanted.address}.`,
      [causeOf(net, "physical")],
    );
    return undefined;
  }
  const taken = inUse(host, zone, wanted);
  if (taken) return taken;
  if (wanted.guessed)
    warn(
      host,
      zone,
      `No netmask is known for ${wanted.address}: /${wanted.prefix} is taken, after the class of the network.`,
      [cause],
    );
  const { family, address, prefix } = wanted;
  const other = neighbour(host, { stack, link }, address);
  if (other) {
    duplicate(host, { stack, link }, wanted, other.stack, { zone: zone.name, cause });
    return undefined;
  }
  const unit = takeUnit(host, link.name, family);
  giveAddress(host, stack, link, { family, address, prefix, alias: false, container: zone.id, unit });
  zone.logical?.push({ interface: link.name, unit, family, address, prefix, cause });
  return undefined;
}

/** Somebody on the stack has the address already. The kernel says so when the interface is brought up. */
function inUse(host: Host, zone: Zone, { address, cause }: WantedAddress): Refused | undefined {
  const link = interfaceWith(vnet(host, 0), address);
  if (!link) return undefined;
  const id = ownAddress(link, address)?.container ?? GLOBAL;
  const holder = host.kernel.containers.called(host, id);
  const theirs = id === GLOBAL ? undefined : addressCauseOf(zoneById(host, id), address);
  const whose = id === zone.id ? "the zone itself has it already" : `${holder} has it on ${link.name}`;
  return denied("EADDRNOTAVAIL", "network/in-use", `${address} cannot be brought up: ${whose}.`, {
    causes: [cause, theirs ?? { what: `${address} on ${link.name} of ${holder}`, from: "host" }],
  });
}

function addressCauseOf({ logical = [] }: Zone, address: string): Cause | undefined {
  return logical.find((own) => own.address === address)?.cause;
}

/** A default route of the host, bound to the interface. What fails is only told. */
function addRouter(host: Host, zone: Zone, net: ZoneResource): void {
  const text = textOf(net, "defrouter")?.split("/")[0];
  if (text === undefined) return;
  const stack = vnet(host, 0);
  const named = findInterface(stack, textOf(net, "physical") ?? "");
  const { name } = (named && groupOf(host, stack, named)) ?? named ?? { name: textOf(net, "physical") ?? "" };
  const cause = causeOf(net, "defrouter");
  const gateway = parseAddress(text);
  const family = familyOf(text);
  const near = zone.logical?.some(
    (own) => own.interface === name && isAround({ ...own, alias: false, container: null }, text),
  );
  if (gateway === undefined || !family || !near || !named) {
    warn(host, zone, `The default route through ${text} cannot be added: ${name} has no network with it.`, [
      cause,
    ]);
    return;
  }
  const known = stack.routes.some(
    (route) =>
      route.destination === "default" &&
      route.family === family &&
      route.gateway === gateway &&
      route.interface === name,
  );
  if (!known) stack.routes.push({ family, destination: "default", gateway, interface: name, fib: 0 });
}

/** Takes its addresses off the stack. Routes that came with it stay, as those of the host do. */
export function unplumbShared(host: Host, zone: Zone): void {
  const stack = vnet(host, 0);
  for (const own of zone.down ?? []) {
    const link = findInterface(stack, own.interface);
    const held = link?.down?.find(
      ({ address, container }) => address === own.address && container === zone.id,
    );
    if (link && held) takeBack(link, held);
    freeUnit(host, own.interface, own.family, own.unit);
  }
  delete zone.down;
  for (const own of zone.logical ?? []) {
    const link = findInterface(stack, own.interface);
    const held = link && own.interface !== "lo0" ? ownAddress(link, own.address) : undefined;
    if (link && held?.container === zone.id) loseAddress(host, link, held);
    freeUnit(host, own.interface, own.family, own.unit);
  }
  delete zone.logical;
}

export function warn(host: Host, { name }: Zone, message: string, causes: readonly Cause[]): void {
  host.emit({
    container: name,
    kind: "zone.network",
    message: `WARNING: ${message}`,
    outcome: "failed",
    causes,
  });
}

/** `lo0:1, e1000g0:2`: of loopback one name for both families. */
function namesOf(logical: readonly LogicalInterface[]): string {
  return [...new Set(logical.map(({ interface: link, unit }) => `${link}:${unit}`))].join(", ");
}
