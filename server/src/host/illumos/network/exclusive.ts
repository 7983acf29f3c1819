import { findManifest } from "../../../catalog/illumos/serviceManifests.ts";
import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf, parseAddress } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { connectedLink } from "../../network/routingTable.ts";
import { vnet } from "../../network/vnets.ts";
import { findProcess } from "../../process/processes.ts";
import { runsInContainer } from "../../process/processIndex.ts";
import { userLandOf } from "../smf/userLand.ts";
import type { Datalink, Zone } from "../types.ts";
import { GLOBAL, zone as zoneById } from "../zones.ts";
import { addLinkLocal, bringUpLoopback, carriesIp, makeInterface, unmakeInterface } from "./interfaces.ts";
import { restoreAddresses } from "./ipadmConf.ts";
import { changeLink, dropLink, findLink, linkFor, linksOfZone, shortName } from "./linkIndex.ts";
import { duplicate } from "./logicalAddresses.ts";
import { restoreRoutes } from "./persistentRoutes.ts";
import { warn } from "./shared.ts";
import { giveAddress, neighbour } from "./switching.ts";
import { type WantedLink, wantedLinks } from "./zoneNets.ts";
import { createAnets } from "./zoneVnics.ts";

/**
 * Zones with a stack of their own: their links leave the global zone. Source:
 * configure_exclusive_network_interfaces() in usr/src/cmd/zoneadmd/vplat.c, usr/src/cmd/ipmgmtd.
 */

/** Lends the links; what is missing, used or lent already makes it fail. */
export function plumbExclusive(host: Host, zone: Zone): Outcome {
  const { definition } = zone;
  const refused =
    definition && (createAnets(host, zone, definition) ?? lendAll(host, zone, wantedLinks(definition)));
  if (refused) {
    unplumbExclusive(host, zone);
    return refused;
  }
  bringUpLoopback(host, vnet(host, zone.stack));
  const names = linksOfZone(host, zone.id).map(shortName);
  return allowed(
    undefined,
    "network/exclusive",
    names.length === 0
      ? `Zone ${zone.name} has a stack without links.`
      : `${names.join(", ")} ${names.length === 1 ? "is" : "are"} in the stack of zone ${zone.name}.`,
  );
}

const LINK_MANAGEMENT = "network/datalink-management:default";

/**
 * As the zone boots, dlmgmtd(8) of the global zone reads which links of its own the zone has configured. Source:
 * dladm_zone_boot() in usr/src/lib/libdladm, zone_bootup() in usr/src/cmd/zoneadmd/zoneadmd.c.
 * @returns ENOENT where its service is disabled; one that only ended is started again by the restarter
 */
export function loadLinks(host: Host, { ipType }: Zone): Outcome {
  const { services } = zoneById(host, GLOBAL);
  if (
    ipType === "exclusive" &&
    services?.[LINK_MANAGEMENT]?.stopped === true &&
    !runsInContainer(host, GLOBAL, findManifest(LINK_MANAGEMENT)?.process ?? "")
  )
    return denied("ENOENT", "network/dlmgmtd", `svc:/${LINK_MANAGEMENT} is disabled in the global zone.`, {
      causes: [{ what: `svcadm disable ${LINK_MANAGEMENT}`, from: "host" }],
    });
  return allowed(undefined, "network/dlmgmtd", "The links of the zone are loaded.");
}

function lendAll(host: Host, zone: Zone, wanted: readonly WantedLink[]): Refused | undefined {
  for (const one of wanted) {
    const refused = lend(host, zone, one);
    if (refused) return refused;
  }
  return undefined;
}

function lend(host: Host, zone: Zone, wanted: WantedLink): Refused | undefined {
  const { name, cause, wrong } = wanted;
  const link = findLink(host, `${zone.name}/${name}`) ?? findLink(host, name);
  const fail = (
    errno: "EBUSY" | "EINVAL" | "ENOENT" | "EEXIST",
    rule: string,
    reason: string,
    ...more: Cause[]
  ) => denied(errno, `network/${rule}`, reason, { causes: [cause, ...more] });
  if (!link) return fail("ENOENT", "link-missing", `There is no link ${name}.`);
  if (!carriesIp(link))
    return fail("EINVAL", "link-class", `${name} is of the class ${link.class}, which no zone can have.`);
  if (link.zone !== 0 && link.zone !== zone.id) {
    const holder = host.kernel.containers.called(host, link.zone);
    const theirs = link.causes["zone"] ?? { what: `${name} is lent to ${holder}`, from: "host" };
    return fail("EBUSY", "link-lent", `${holder} has the link ${name}.`, theirs);
  }
  if (findInterface(vnet(host, 0), name))
    return fail("EBUSY", "link-plumbed", `The global zone has IP on ${name}.`, {
      what: `interface ${name} of the global zone`,
      from: "host",
    });
  const [bad] = wrong;
  if (bad) return denied("EINVAL", "network/address", `${bad.value} is no address.`, { causes: [bad.cause] });
  const byHand = ["protection", "allowed-ips"].find((key) => link.properties[key] !== undefined);
  if (byHand !== undefined && (wanted.allowed.length > 0 || wanted.protection.length > 0))
    return fail(
      "EEXIST",
      "protection-set",
      `${byHand} of ${name} is set already, so the addresses of the configuration cannot be put there.`,
      link.causes[byHand] ?? { what: `${byHand}=${link.properties[byHand]} of ${name}`, from: "host" },
    );
  protect(link, wanted);
  if (zone.pool !== "pool_default" && !("pool" in link.properties) && !("cpus" in link.properties)) {
    link.properties["pool"] = zone.pool;
    link.causes["pool"] = {
      ...zone.causes["pool"],
      what: `pool=${zone.pool} of the zone`,
      from: "inherited",
    };
  }
  link.causes["zone"] = cause;
  changeLink(host, link, { zone: zone.id });
  return undefined;
}

/** The configuration's addresses as protection of the link. */
function protect(
  link: Datalink,
  { allowed: list, given, protection, more, dhcpIds, cause }: WantedLink,
): void {
  const words = new Set(protection);
  if (list.length > 0) words.add("ip-nospoof");
  if (words.size === 0) return;
  link.controlled = true;
  const why = list[0]?.cause ?? given[0]?.cause ?? cause;
  set(link, "protection", [...words], why);
  const ips = [...list, ...given].map(({ address }) => address);
  if (words.has("ip-nospoof")) set(link, "allowed-ips", [...ips, ...more], why);
  if (dhcpIds.length > 0) set(link, "allowed-dhcp-cids", dhcpIds, why);
}

function set(link: Datalink, name: string, values: readonly string[], cause: Cause): void {
  if (values.length === 0) return;
  link.properties[name] = values.join(",");
  link.causes[name] = cause;
}

/**
 * The zone sets up its addresses as it boots: those that the global zone has decided on, and those of the brand's
 * attributes. Guests of a virtual machine do it by themselves.
 */
export function configureAddresses(host: Host, zone: Zone): void {
  const { definition } = zone;
  if (zone.ipType !== "exclusive" || !definition) return;
  if (userLandOf(zone).kind === "machine") return;
  const stack = vnet(host, zone.stack);
  for (const { name, allowed: list, given, routers, configure } of wantedLinks(definition)) {
    const link = linkFor(host, zone.id, name);
    const all = [...(configure ? list : []), ...given];
    if (!link || all.length === 0) continue;
    const made = findInterface(stack, name) ?? makeInterface(host, stack, link);
    const units = { inet: 0, inet6: 0 };
    if (all.some(({ family }) => family === "inet6")) {
      addLinkLocal(host, stack, made);
      units.inet6++;
    }
    for (const { family, address, prefix, cause } of all) {
      const other = neighbour(host, { stack, link: made }, address);
      if (other) {
        duplicate(host, { stack, link: made }, { family, address, prefix }, other.stack, { cause });
        continue;
      }
      const unit = units[family]++;
      giveAddress(host, stack, made, { family, address, prefix, alias: false, container: null, unit });
    }
    for (const router of routers) addRouter(host, zone, name, router);
  }
  restoreAddresses(host, zone);
  const process = findProcess(host, zone.init ?? zone.zsched);
  if (process) restoreRoutes(host, process);
}

function addRouter(
  host: Host,
  zone: Zone,
  name: string,
  { address, cause }: WantedLink["routers"][number],
): void {
  const stack = vnet(host, zone.stack);
  const gateway = parseAddress(address);
  const family = familyOf(address);
  if (gateway === undefined || !family || connectedLink(stack, gateway)?.name !== name) {
    warn(host, zone, `${name} has no network with the router ${address}.`, [cause]);
    return;
  }
  const known = stack.routes.some((route) => route.destination === "default" && route.gateway === gateway);
  if (!known) stack.routes.push({ family, destination: "default", gateway, interface: name, fib: 0 });
}

/** The links go back to the global zone, without what was set for the zone; what was made in the zone is gone. */
export function unplumbExclusive(host: Host, zone: Zone): void {
  const stack = host.state.network.vnets[zone.stack];
  for (const link of linksOfZone(host, zone.id)) {
    const above = stack && findInterface(stack, shortName(link));
    if (above) unmakeInterface(host, stack, above);
    if (link.temporary) dropLink(host, link);
    else giveBack(host, link);
  }
  if (stack) stack.routes = [];
}

function giveBack(host: Host, link: Datalink): void {
  const own = [...(link.controlled ? ["protection", "allowed-ips", "allowed-dhcp-cids"] : [])];
  if (link.causes["pool"]?.from === "inherited") own.push("pool");
  for (const key of [...own, "zone"]) {
    delete link.properties[key];
    delete link.causes[key];
  }
  delete link.controlled;
  delete link.learned;
  changeLink(host, link, { zone: 0 });
}
