import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf } from "../../network/addresses.ts";
import { connectedLink, findRoute, linkOf } from "../../network/routingTable.ts";
import { vnet } from "../../network/vnets.ts";
import { causeOf, resourcesOf, textOf } from "../configuration.ts";
import type { Datalink, Zone, ZoneDefinition, ZoneResource } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { makeVnic } from "./dladm.ts";
import { dropLink, findLink } from "./linkIndex.ts";
import { normalMac } from "./macs.ts";
import { linkNameOf } from "./zoneNets.ts";

/**
 * VNICs that come and go with a zone. On OmniOS and SmartOS the brand's program makes them before the zone is readied
 * (`global-nic`); on Solaris 11 zoneadmd does (`anet`). Sources: omniosorg/pkg5 src/brand/shared/vnic.ksh, zonecfg(8).
 */

/** The link that leads to an address, of the global zone. */
function linkTowards(host: Host, address: string): string | undefined {
  const stack = vnet(host, 0);
  const route = findRoute(stack, address, 0);
  const link = (route && linkOf(stack, route)) ?? connectedLink(stack, address);
  return link && link.kind !== "loopback" ? link.name : undefined;
}

/** The link of the default route; that of IPv4 first. */
function defaultLink(host: Host): string | undefined {
  const { routes } = vnet(host, 0);
  const route =
    routes.find((one) => one.destination === "default" && one.family === "inet") ??
    routes.find((one) => one.destination === "default");
  return route?.interface;
}

/**
 * The brand's program at ready: a VNIC for each `net` with `global-nic`. The MAC that it gets is written into the
 * configuration, so that it stays.
 * @returns the names of those that were made; what fails takes the others back
 */
export function createZoneVnics(host: Host, definition: ZoneDefinition): Outcome<string[]> {
  const made: string[] = [];
  for (const net of resourcesOf(definition, "net")) {
    if (textOf(net, "global-nic") === undefined) continue;
    const name = linkNameOf(definition, net);
    const done = createOne(host, definition, net, name);
    if (done.ok) {
      made.push(done.value.name);
      continue;
    }
    destroyZoneVnics(host, made);
    return done;
  }
  return allowed(
    made,
    "network/vnics",
    made.length === 0 ? "No VNIC is asked for." : `${made.join(", ")} exist.`,
  );
}

function createOne(
  host: Host,
  definition: ZoneDefinition,
  net: ZoneResource,
  name: string,
): Outcome<Datalink> {
  const cause = causeOf(net, "global-nic");
  const wanted = textOf(net, "global-nic") ?? "";
  const lower = lowerLink(host, net, wanted, cause);
  if (!lower.ok) return lower;
  const vid = Number(textOf(net, "vlan-id") ?? 0);
  const mac = textOf(net, "mac-addr");
  const owner = host.state.machine.system === "smartos" ? definition.name : undefined;
  const known = findLink(host, owner === undefined ? name : `${owner}/${name}`);
  // One of an earlier boot that was not taken away is used again.
  if (known?.class === "vnic" && known.zone === 0 && known.over[0] === lower.value && known.vid === vid)
    return allowed(known, "network/vnic", `${name} is there already.`);
  const done = makeVnic(host, {
    ...{ name, over: lower.value, vid, cause: causeOf(net, "physical"), temporary: false },
    ...(owner !== undefined && { owner }),
    ...(mac !== undefined && mac !== "" && { mac: normalMac(mac) ?? mac }),
  });
  if (!done.ok) return done;
  if (mac === undefined || mac === "")
    net.properties["mac-addr"] = [
      { value: done.value.mac, cause: { what: `MAC that was given to ${name}`, from: "host" } },
    ];
  host.emit({
    container: definition.name,
    kind: "zone.network",
    message: `VNIC ${name} is made over ${lower.value}${vid > 0 ? ` with VLAN ${vid}` : ""}, MAC ${done.value.mac}.`,
    outcome: "ok",
    causes: [cause],
  });
  return done;
}

/** The link that a VNIC is made over: the one that is named, by `auto` the one that leads to the allowed address. */
function lowerLink(host: Host, net: ZoneResource, wanted: string, cause: Cause): Outcome<string> {
  if (wanted !== "auto") {
    if (findLink(host, wanted)) return allowed(wanted, "network/global-nic", `${wanted} is named.`);
    const [first, ...more] = physicalLinks(host);
    // SmartOS names its networks with tags; with one link of hardware there is no doubt which one carries them.
    if (host.state.machine.system === "smartos" && first !== undefined && more.length === 0)
      return allowed(first, "network/nic-tag", `The nic tag ${wanted} is taken to be on ${first}.`, {
        unsure: true,
      });
    return denied("ENOENT", "network/global-nic", `There is no link ${wanted} for the VNIC.`, {
      causes: [cause],
    });
  }
  const address = textOf(net, "allowed-address")?.split("/")[0];
  if (address === undefined || !familyOf(address))
    return denied(
      "EINVAL",
      "network/global-nic-auto",
      "global-nic=auto takes an allowed-address, to find the link.",
      {
        causes: [cause],
      },
    );
  const link = linkTowards(host, address);
  return link === undefined
    ? denied("ENETUNREACH", "network/global-nic-auto", `No route of the global zone leads to ${address}.`, {
        causes: [cause, causeOf(net, "allowed-address")],
      })
    : allowed(link, "network/global-nic-auto", `${link} leads to ${address}.`);
}

function physicalLinks(host: Host): string[] {
  return Object.values(host.state.illumos?.links ?? {})
    .filter((link) => link.class === "phys")
    .map(({ name }) => name);
}

/** The brand's program at halt. */
export function destroyZoneVnics(host: Host, names: readonly string[]): void {
  for (const name of names) {
    const link = findLink(host, name);
    if (link?.class === "vnic" && link.zone === 0) dropLink(host, link);
  }
}

/** Automatic links of Solaris 11: temporary VNICs that belong to the zone from the start. */
export function createAnets(host: Host, zone: Zone, definition: ZoneDefinition): Refused | undefined {
  for (const anet of resourcesOf(definition, "anet")) {
    const name = linkNameOf(definition, anet);
    const wanted = textOf(anet, "lower-link") ?? "auto";
    const over = wanted === "auto" ? defaultLink(host) : wanted;
    const mac = normalMac(textOf(anet, "mac-address") ?? "");
    const done = makeVnic(host, {
      ...{ name, over: over ?? "", vid: Number(textOf(anet, "vlan-id") ?? 0) },
      ...{ cause: causeOf(anet, "linkname"), temporary: true, zone: zone.id },
      ...{ owner: zone.name, lowerZone: GLOBAL },
      ...(mac !== undefined && { mac }),
    });
    if (!done.ok) return done;
    const mtu = textOf(anet, "mtu");
    if (mtu !== undefined) done.value.mtu = Number(mtu);
    for (const key of ["maxbw", "priority"]) {
      const value = textOf(anet, key);
      if (value !== undefined) done.value.properties[key] = value;
    }
  }
  return undefined;
}
