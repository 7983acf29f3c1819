import type { Host } from "../../host.ts";
import type { Datalink } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { zoneName } from "./views.ts";

/** What `dladm show-linkprop` shows of a link. Source: prop_table in usr/src/lib/libdladm/common/linkprop.c. */

interface Property {
  readonly name: string;
  readonly permission: "r-" | "rw";
  readonly initial: string;
  readonly possible: string;
  /** Where it is not what somebody has set. */
  value?(host: Host, link: Datalink): string;
}

const property = (
  name: string,
  permission: Property["permission"],
  initial: string,
  possible: string,
  value?: Property["value"],
): Property => ({ name, permission, initial, possible, ...(value && { value }) });

const PROPERTIES: readonly Property[] = [
  property("autopush", "rw", "--", "--"),
  property("zone", "rw", "--", "--", (host, { zone }) => (zone === GLOBAL ? "" : zoneName(host, zone))),
  property("state", "r-", "up", "up,down", (_, { up }) => (up ? "up" : "down")),
  property("mtu", "rw", "1500", "1280-9216", (_, { mtu }) => String(mtu)),
  property("maxbw", "rw", "--", "--"),
  property("cpus", "rw", "--", "--"),
  property("pool", "rw", "--", "--"),
  property("priority", "rw", "high", "low,medium,high"),
  property("tagmode", "rw", "vlanonly", "normal,vlanonly"),
  property("protection", "rw", "--", "mac-nospoof,restricted,ip-nospoof,dhcp-nospoof"),
  property("allowed-ips", "rw", "--", "--"),
  property("allowed-dhcp-cids", "rw", "--", "--"),
  property("forward", "rw", "1", "1,0"),
  property("default_tag", "rw", "1", "0-4094"),
];

export function linkPropertyRows(host: Host, link: Datalink, name: string) {
  return PROPERTIES.map((one) => ({
    LINK: name,
    PROPERTY: one.name,
    PERM: one.permission,
    VALUE: one.value?.(host, link) ?? link.properties[one.name] ?? (one.initial === "--" ? "" : one.initial),
    DEFAULT: one.initial,
    POSSIBLE: one.possible,
  }));
}
