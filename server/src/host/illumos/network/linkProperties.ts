import { own } from "../../../catalog/own.ts";
import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { isLoopback, isMulticast, isUnspecified, parseNetwork } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { vnet } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import { illumosOf } from "../state.ts";
import type { Datalink } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { changeLink, findLink, linkFor, linksOver, shortName } from "./linkIndex.ts";
import { PROTECTIONS } from "./protection.ts";

/** `dladm set-linkprop` and `reset-linkprop`. Source: usr/src/lib/libdladm/common/linkprop.c. */

/** What a value must be; gives the reason why it cannot be. */
type Check = (host: Host, link: Datalink, value: string) => string | undefined;

const each = (value: string, test: (one: string) => boolean, what: string): string | undefined => {
  const wrong = value.split(",").find((one) => !test(one));
  return wrong === undefined ? undefined : `'${wrong}' is no ${what}.`;
};

/** Identifiers of DHCP clients are text, hexadecimal numbers, or have the form of an EUI. */
const CLIENT_ID = /^[\w.:-]{1,255}$/;
const BANDWIDTH = /^(\d+(?:\.\d+)?)([KMG]?)$/i;
const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, "": 1e6 };
/** Bits per second: less than that cannot be limited. Source: MRP_MAXBW_MINVAL in sys/mac_flow.h. */
const LEAST_BANDWIDTH = 1_200_000;

const CHECKS: Readonly<Record<string, Check>> = {
  protection: (_, __, value) =>
    each(value, (one) => PROTECTIONS.some((known) => known === one), "kind of protection"),
  "allowed-ips": (_, __, value) =>
    each(
      value,
      (one) => {
        const net = parseNetwork(one);
        return !!net && !isUnspecified(net.address) && !isLoopback(net.address) && !isMulticast(net.address);
      },
      "address that a link can have",
    ),
  "allowed-dhcp-cids": (_, __, value) => each(value, (one) => CLIENT_ID.test(one), "client identifier"),
  maxbw(_, __, value) {
    const [, number = "", unit = ""] = BANDWIDTH.exec(value) ?? [];
    const bits = Number(number) * (UNITS[unit.toUpperCase()] ?? 0);
    return number !== "" && bits >= LEAST_BANDWIDTH ? undefined : "A limit is at least 1.2 Mbps.";
  },
  priority: (_, __, value) => each(value, (one) => ["low", "medium", "high"].includes(one), "priority"),
  cpus: ({ state }, _, value) =>
    each(value, (one) => /^\d+$/.test(one) && Number(one) < state.machine.cpus, "CPU of this machine"),
  pool: (host, _, value) => (own(illumosOf(host).pools, value) ? undefined : `There is no pool ${value}.`),
  mtu: (host, link, value) => mtuProblem(host, link, value),
  forward: (_, __, value) => each(value, (one) => one === "0" || one === "1", "switch"),
  default_tag: (_, __, value) => each(value, (one) => /^\d+$/.test(one) && Number(one) <= 4094, "VLAN tag"),
};

/** The smallest and largest by class. Sources: overlay(7), dladm(8). */
function mtuProblem(host: Host, link: Datalink, value: string): string | undefined {
  const mtu = Number(value);
  if (!/^\d+$/.test(value)) return "An MTU is a number of bytes.";
  const [least, most] = link.class === "overlay" ? [576, 9000] : [1280, 9216];
  if (mtu < least || mtu > most) return `The MTU of ${link.name} is between ${least} and ${most}.`;
  const lower =
    link.class === "vnic" || link.class === "vlan" ? findLink(host, link.over[0] ?? "") : undefined;
  return lower && mtu > lower.mtu ? `${lower.name} below has an MTU of ${lower.mtu}.` : undefined;
}

/**
 * Sets a property; lists with commas. `zone` lends the link to a running zone with its own stack.
 * @returns EPERM without sys_dl_config; ENOENT; ENOTSUP for an unknown property; EINVAL for its value; EBUSY for an MTU
 * while IP is on the link
 */
export function setLinkProperty(
  host: Host,
  process: Process,
  name: string,
  property: string,
  value: string,
  cause: Cause = { what: `${property}=${value} of ${name}`, from: "host" },
): Outcome {
  const found = target(host, process, name);
  if (!found.ok) return found;
  const link = found.value;
  if (property === "zone") return lendTo(host, link, value, cause);
  const check = CHECKS[property];
  if (!check) return denied("ENOTSUP", "linkprop/unknown", `${name} has no property ${property}.`);
  if (
    link.controlled &&
    (property === "protection" || property === "allowed-ips") &&
    process.credential.container !== GLOBAL
  )
    return denied("EPERM", "linkprop/controlled", `The global zone has set ${property} of ${name}.`, {
      causes: link.causes[property] ? [link.causes[property]] : [],
    });
  const wrong = check(host, link, value);
  if (wrong !== undefined) return denied("EINVAL", `linkprop/${property}`, wrong);
  if (property === "mtu") return setMtu(host, link, Number(value));
  link.properties[property] = value;
  link.causes[property] = cause;
  return allowed(undefined, "linkprop/set", `${property} of ${name} is ${value}.`);
}

export function resetLinkProperty(host: Host, process: Process, name: string, property: string): Outcome {
  const found = target(host, process, name);
  if (!found.ok) return found;
  const link = found.value;
  if (property === "zone") return lendTo(host, link, "global", { what: "reset-linkprop", from: "host" });
  if (!CHECKS[property]) return denied("ENOTSUP", "linkprop/unknown", `${name} has no property ${property}.`);
  delete link.properties[property];
  delete link.causes[property];
  if (property === "protection") delete link.learned;
  return allowed(undefined, "linkprop/reset", `${property} of ${name} is as it was at first.`);
}

function target(host: Host, process: Process, name: string): Outcome<Datalink> {
  const { container } = process.credential;
  const may = privilege(host, process, "sys_dl_config");
  if (!may.ok) return may;
  const link = linkFor(host, container, name);
  return link
    ? allowed(link, "linkprop/link", `${name} is there.`)
    : denied("ENOENT", "linkprop/link", `There is no link ${name}.`);
}

function setMtu(host: Host, link: Datalink, mtu: number): Outcome {
  const stack = findZone(host, link.zone)?.stack;
  if (stack !== undefined && findInterface(vnet(host, stack), shortName(link)))
    return denied("EBUSY", "linkprop/mtu", `IP is on ${link.name}, so its MTU stays.`);
  const tall = linksOver(host, link.name).find((above) => above.class !== "bridge" && above.mtu > mtu);
  if (tall) return denied("EBUSY", "linkprop/mtu", `${tall.name} above has an MTU of ${tall.mtu}.`);
  link.mtu = mtu;
  return allowed(undefined, "linkprop/set", `The MTU of ${link.name} is ${mtu}.`);
}

/** Lends a link, or brings it back: it leaves one stack bare, and comes bare into the other. */
function lendTo(host: Host, link: Datalink, name: string, cause: Cause): Outcome {
  const to = name === "global" ? findZone(host, GLOBAL) : zoneNamed(host, name);
  if (!to) return denied("EINVAL", "linkprop/zone", `No zone ${name} runs.`);
  if (to.id !== GLOBAL && to.ipType !== "exclusive")
    return denied("EINVAL", "linkprop/zone-shared", `Zone ${name} has no stack of its own.`, {
      causes: to.causes["ip-type"] ? [to.causes["ip-type"]] : [],
    });
  const from = findZone(host, link.zone);
  if (from && findInterface(vnet(host, from.stack), shortName(link)))
    return denied(
      "EBUSY",
      "linkprop/zone-plumbed",
      `IP is on ${link.name} in ${host.kernel.containers.called(host, from.id)}.`,
    );
  if (to.id === GLOBAL) delete link.causes["zone"];
  else link.causes["zone"] = cause;
  changeLink(host, link, { zone: to.id });
  return allowed(
    undefined,
    "linkprop/zone",
    `${link.name} belongs to ${host.kernel.containers.called(host, to.id)}.`,
  );
}
