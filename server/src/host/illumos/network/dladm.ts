import { allowed, type Cause, denied, type Outcome, type Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { findInterface } from "../../network/links.ts";
import { vnet } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import type { Datalink, LinkClass, OverlayLink } from "../types.ts";
import { findZone, GLOBAL, zone as zoneById } from "../zones.ts";
import {
  addLink,
  dropLink,
  findLink,
  linkFor,
  linksOver,
  linksWithMac,
  qualified,
  shortName,
} from "./linkIndex.ts";
import { setLinkProperty } from "./linkProperties.ts";
import { macFor, normalMac } from "./macs.ts";

/** Making and deleting datalinks. Sources: dladm(8), usr/src/lib/libdladm, usr/src/uts/common/io/vnic, overlay. */

/** A letter, then letters, digits and underscores, at the end a number. Source: dladm_valid_linkname(). */
const NAME = /^[A-Za-z][A-Za-z0-9_.]{0,29}\d$/;
interface NewLink {
  readonly name: string;
  readonly class: LinkClass;
  readonly over: readonly string[];
  readonly mac?: string;
  readonly mtu: number;
  readonly vid?: number;
  readonly zone?: number;
  readonly temporary?: boolean;
  readonly overlay?: OverlayLink;
}

/** A link as the kernel and dlmgmtd keep it; everything was checked before. */
export function makeLink(
  host: Host,
  { name, mac, vid = 0, zone = GLOBAL, temporary = false, ...rest }: NewLink,
): Datalink {
  const link: Datalink = {
    ...{
      name,
      class: rest.class,
      over: [...rest.over],
      mac: mac ?? macFor(host, name),
      mtu: rest.mtu,
      up: true,
    },
    ...{ vid, zone, temporary, properties: {}, causes: {}, drops: {} },
    ...(rest.overlay && { overlay: rest.overlay }),
  };
  addLink(host, link);
  return link;
}

function wrongName(name: string): Refused | undefined {
  if (NAME.test(name)) return undefined;
  const reason = `A link is named by letters and digits, with a number at the end, not '${name}'.`;
  return denied("EINVAL", "dladm/name", reason);
}

function inUse(host: Host, key: string): Refused | undefined {
  return findLink(host, key) && denied("EEXIST", "dladm/exists", `There is a link ${key} already.`);
}

/** The name is good, and free in the zone. */
export function mayCall(host: Host, zone: number, name: string): Refused | undefined {
  return wrongName(name) ?? inUse(host, qualified(host, zone, name));
}

/** A link of the caller's zone that may carry others. */
function lowerOf(host: Host, zone: number, name: string, classes: readonly LinkClass[]): Outcome<Datalink> {
  const link = linkFor(host, zone, name);
  if (!link) return denied("ENOENT", "dladm/over", `There is no link ${name}.`);
  if (link.zone !== zone)
    return denied(
      "EBUSY",
      "dladm/lent",
      `${host.kernel.containers.called(host, link.zone)} has the link ${name}.`,
      {
        causes: link.causes["zone"] ? [link.causes["zone"]] : [],
        unsure: true,
      },
    );
  if (!classes.includes(link.class))
    return denied(
      "EINVAL",
      "dladm/over-class",
      `No such link can be made over ${name}, a link of the class ${link.class}.`,
      {
        unsure: true,
      },
    );
  return allowed(link, "dladm/over", `${name} is there.`);
}

export interface VnicRequest {
  readonly name: string;
  readonly over: string;
  readonly mac?: string;
  /** 0 for no tag. */
  readonly vid?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly temporary?: boolean;
  readonly cause?: Cause;
}

/**
 * `dladm create-vnic`.
 * @returns EPERM without sys_dl_config; EINVAL, EEXIST for the name; ENOENT, EBUSY, EINVAL for the link below; EADDRINUSE for
 * a MAC that is used there
 */
export function createVnic(host: Host, process: Process, request: VnicRequest): Outcome<Datalink> {
  const may = privilege(host, process, "sys_dl_config");
  if (!may.ok) return may;
  const { container } = process.credential;
  const made = makeVnic(host, {
    ...request,
    zone: container,
    temporary: request.temporary ?? container !== GLOBAL,
    ...(container !== GLOBAL && { owner: zoneById(host, container).name }),
  });
  return made.ok ? withProperties(host, process, made.value, request.properties) : made;
}

/** The kernel's part, after the privilege. */
export function makeVnic(
  host: Host,
  request: VnicRequest & {
    readonly zone?: number;
    /** The zone in whose names it is called. */
    readonly owner?: string;
    /** The zone that has the link below; the same if absent. */
    readonly lowerZone?: number;
  },
): Outcome<Datalink> {
  const { name, over, vid = 0, zone = GLOBAL, temporary = false, cause } = request;
  const causes = cause ? [cause] : [];
  const refuse = (refused: Refused): Refused =>
    denied(refused.errno, refused.decision.rule, refused.decision.reason, {
      ...refused.decision,
      causes: [...causes, ...refused.decision.causes],
    });
  const key = request.owner === undefined ? name : `${request.owner}/${name}`;
  const taken = wrongName(name) ?? inUse(host, key);
  if (taken) return refuse(taken);
  const lower = lowerOf(host, request.lowerZone ?? zone, over, ["phys", "aggr", "etherstub", "overlay"]);
  if (!lower.ok) return refuse(lower as Refused);
  if (!Number.isInteger(vid) || vid < 0 || vid > 4094)
    return refuse(denied("EINVAL", "dladm/vid", "A VLAN tag is a number from 1 to 4094."));
  const mac = request.mac === undefined ? undefined : normalMac(request.mac);
  if (request.mac !== undefined && (mac === undefined || (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1))
    return refuse(denied("EINVAL", "dladm/mac", `${request.mac} is no MAC of a single station.`));
  const same =
    mac === undefined
      ? undefined
      : linksWithMac(host, mac).find(
          (other) => other.vid === vid && [other.name, other.over[0]].includes(lower.value.name),
        );
  if (same) return refuse(denied("EADDRINUSE", "dladm/mac-used", `${same.name} has the MAC ${mac}.`));
  const link = makeLink(host, {
    ...{ name: key, class: "vnic", over: [lower.value.name], mtu: lower.value.mtu, vid, zone, temporary },
    ...(mac !== undefined && { mac }),
  });
  if (cause) link.causes["zone"] = cause;
  return allowed(link, "dladm/vnic", `${name} is a VNIC over ${over}.`, { causes });
}

function withProperties(
  host: Host,
  process: Process,
  link: Datalink,
  properties: Readonly<Record<string, string>> = {},
): Outcome<Datalink> {
  for (const [name, value] of Object.entries(properties)) {
    const done = setLinkProperty(host, process, link.name, name, value);
    if (done.ok) continue;
    dropLink(host, link);
    return done;
  }
  return allowed(link, `dladm/${link.class}`, `${link.name} exists.`);
}

/** `dladm create-etherstub`: a switch without a cable. */
export function createEtherstub(host: Host, process: Process, name: string): Outcome<Datalink> {
  const may = privilege(host, process, "sys_dl_config");
  if (!may.ok) return may;
  const { container } = process.credential;
  const taken = mayCall(host, container, name);
  if (taken) return taken;
  const link = makeLink(host, {
    name: qualified(host, container, name),
    class: "etherstub",
    over: [],
    mtu: 9000,
    zone: process.credential.container,
  });
  return allowed(link, "dladm/etherstub", `${name} is a switch.`);
}

/** `dladm create-vlan`: by default named after the link with 1000 times the tag before its number. */
export function createVlan(
  host: Host,
  process: Process,
  {
    over,
    vid,
    name = vlanName(over, vid),
  }: { readonly over: string; readonly vid: number; readonly name?: string },
): Outcome<Datalink> {
  const may = privilege(host, process, "sys_dl_config");
  if (!may.ok) return may;
  if (!Number.isInteger(vid) || vid < 1 || vid > 4094)
    return denied("EINVAL", "dladm/vid", "A VLAN tag is a number from 1 to 4094.");
  const { container } = process.credential;
  const taken = mayCall(host, container, name);
  if (taken) return taken;
  const lower = lowerOf(host, container, over, ["phys", "aggr", "etherstub"]);
  if (!lower.ok) return lower;
  const same = linksOver(host, lower.value.name).find((other) => other.class === "vlan" && other.vid === vid);
  if (same) return denied("EEXIST", "dladm/vlan", `${same.name} is VLAN ${vid} of ${over}.`);
  const { mac, mtu } = lower.value;
  const link = makeLink(host, {
    name: qualified(host, container, name),
    class: "vlan",
    over: [lower.value.name],
    mac,
    mtu,
    vid,
    zone: container,
  });
  return allowed(link, "dladm/vlan", `${name} is VLAN ${vid} of ${over}.`);
}

function vlanName(over: string, vid: number): string {
  const [, driver = over, unit = "0"] = /^(.*?)(\d+)$/.exec(over) ?? [];
  return `${driver}${vid * 1000 + Number(unit)}`;
}

/** `dladm create-aggr` and `create-bridge`: links of hardware under one, or links that are joined. */
export function createGroup(
  host: Host,
  process: Process,
  {
    name,
    kind,
    over,
  }: { readonly name: string; readonly kind: "aggr" | "bridge"; readonly over: readonly string[] },
): Outcome<Datalink> {
  const may = privilege(host, process, "sys_dl_config");
  if (!may.ok) return may;
  const { container } = process.credential;
  // A bridge is no link by itself, and needs no number.
  const taken = mayCall(
    host,
    container,
    kind === "bridge" && /^[A-Za-z]\w*$/.test(name) && !linkFor(host, container, name) ? `${name}0` : name,
  );
  if (taken) return taken;
  for (const one of over) {
    const lower = lowerOf(host, container, one, kind === "aggr" ? ["phys"] : ["phys", "aggr", "etherstub"]);
    if (!lower.ok) return lower;
    const busy = linksOver(host, one).find((other) => other.class === "aggr" || other.class === "bridge");
    if (busy) return denied("EBUSY", "dladm/grouped", `${one} is in ${busy.name} already.`);
    if (kind === "aggr" && findInterface(vnet(host, zoneById(host, container).stack), one))
      return denied("EBUSY", "dladm/plumbed", `IP is on ${one}.`);
  }
  const ports = over.flatMap((one) => linkFor(host, container, one) ?? []);
  const mtu = Math.min(...ports.map((port) => port.mtu), 9000);
  const mac = ports[0]?.mac;
  const link = makeLink(host, {
    ...{
      name: qualified(host, container, name),
      class: kind,
      over: ports.map((port) => port.name),
      mtu: over.length > 0 ? mtu : 1500,
      zone: container,
    },
    ...(mac !== undefined && { mac }),
  });
  return allowed(link, `dladm/${kind}`, `${name} joins ${over.join(", ") || "nothing yet"}.`);
}

/** `dladm create-iptun`: a tunnel within IP. */
export function createTunnel(host: Host, process: Process, name: string): Outcome<Datalink> {
  const may = privilege(host, process, "sys_iptun_config");
  if (!may.ok) return may;
  const zone = process.credential.container;
  const taken = mayCall(host, zone, name);
  if (taken) return taken;
  const link = makeLink(host, {
    name: qualified(host, zone, name),
    class: "iptun",
    over: [],
    mtu: 1480,
    zone,
    temporary: zone !== GLOBAL,
  });
  return allowed(link, "dladm/iptun", `${name} is a tunnel.`, { causes: may.decision.causes });
}

/**
 * `dladm delete-vnic` and the like.
 * @returns ENOENT for a link that is not the caller's; EBUSY while IP or another link is on it, or a zone has it; EINVAL
 * for hardware
 */
export function deleteLink(host: Host, process: Process, name: string): Outcome {
  const { container } = process.credential;
  const link = linkFor(host, container, name);
  const needed = link?.class === "iptun" ? "sys_iptun_config" : "sys_dl_config";
  const may = privilege(host, process, needed);
  if (!may.ok) return may;
  if (!link) return denied("ENOENT", "dladm/missing", `There is no link ${name}.`);
  if (link.class === "phys") return denied("EINVAL", "dladm/hardware", `${name} is hardware.`);
  const busy = whyBusy(host, link, container);
  if (busy) return busy;
  dropLink(host, link);
  return allowed(undefined, "dladm/delete", `${name} is gone.`);
}

/** What keeps a link where it is. */
export function whyBusy(host: Host, link: Datalink, container: number): Refused | undefined {
  const { name, zone, causes } = link;
  if (zone !== container)
    return denied(
      "EBUSY",
      "dladm/lent",
      `${host.kernel.containers.called(host, zone)} has the link ${name}.`,
      {
        causes: causes["zone"] ? [causes["zone"]] : [],
      },
    );
  const [above] = linksOver(host, name);
  if (above) return denied("EBUSY", "dladm/under", `${above.name} lies on ${name}.`);
  const stack = findZone(host, zone)?.stack;
  if (stack !== undefined && findInterface(vnet(host, stack), shortName(link)))
    return denied("EBUSY", "dladm/plumbed", `IP is on ${name}.`);
  return undefined;
}
