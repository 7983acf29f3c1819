import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type KeptAddress, keepsAddress } from "../network/ipadmConf.ts";
import { GLOBAL, zoneOf } from "../zones.ts";
import type { Logical } from "./networkViews.ts";

/** The name of an address: of those that other zones were given ipadm(8) does not know one. */
export function addressObject({ interface: item, family, unit, zone, object }: Logical): string {
  if (object !== undefined) return `${item.name}/${object}`;
  const version = family === "inet" ? "v4" : "v6";
  if (zone !== 0) return `${item.name}/?`;
  return `${item.name}/${version}${unit > 0 ? String.fromCharCode(97 + ((unit - 1) % 26)) : ""}`;
}

/** The name of one that is in the file of ipadm(8). */
export function keptObject({ interface: name, object, address }: KeptAddress): string {
  return `${name}/${object ?? (address.includes(":") ? "v6" : "v4")}`;
}

/** Whether it comes back with the next boot: those in the file of ipadm(8), and those of the machine itself. */
export function isKept(
  host: Host,
  process: Process,
  { interface: item, address, zone, object }: Logical,
): boolean {
  if (item.kind === "loopback" || address === undefined) return false;
  const described = zoneOf(host, process).id === GLOBAL && zone === GLOBAL && object === undefined;
  return described || keepsAddress(host, process, address);
}
