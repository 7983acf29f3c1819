import { findTunable } from "../../../catalog/illumos/tunables.ts";
import { prefixOfMask } from "../../network/addresses.ts";
import { vnetOf } from "../../network/vnets.ts";
import { type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { netmaskOf } from "../network/netmasks.ts";
import { tunableValue } from "../network/tunables.ts";
import { columnsText, type OutputField } from "./columns.ts";
import { broadcastAddress } from "./ifconfigText.ts";
import { addressObject } from "./ipadmNames.ts";
import { type Logical, logicalInterfaces } from "./networkViews.ts";
import { inGlobalZone, zoneName } from "./views.ts";

/**
 * `ipadm show-ifprop` and `show-addrprop`. Of most properties the model has nothing but the value they start with, as it
 * lets nobody change them. Sources: usr/src/lib/libipadm/common/ipadm_{prop,addr}.c, usr/src/cmd/cmd-inet/usr.sbin/ipadm.
 */

const field = (name: string, width: number): OutputField => ({ name, width });

const INTERFACE_FIELDS: readonly OutputField[] = [
  ...[field("IFNAME", 12), field("PROPERTY", 16), field("PROTO", 6), field("PERM", 5), field("CURRENT", 11)],
  ...[field("PERSISTENT", 11), field("DEFAULT", 11), field("POSSIBLE", 16)],
];
const ADDRESS_FIELDS: readonly OutputField[] = [
  ...[field("ADDROBJ", 18), field("PROPERTY", 11), field("PERM", 5), field("CURRENT", 16)],
  ...[field("PERSISTENT", 16), field("DEFAULT", 16), field("POSSIBLE", 15)],
];

type Row = Readonly<Record<string, string>>;

const SWITCH = "on,off";

/** Source: IP_MIN_MTU and IPV6_MIN_MTU. */
const LEAST_MTU = { inet: 68, inet6: 1280 } as const;

function interfaceRows({ host, process }: CommandContext, { interface: item, family }: Logical): Row[] {
  const proto = family === "inet" ? "ipv4" : "ipv6";
  const forwarding = findTunable(proto, "forwarding");
  const routed = forwarding ? tunableValue(vnetOf(host, process), forwarding) : "off";
  const mtu = String(item.kind === "loopback" && family === "inet6" ? item.mtu + 20 : item.mtu);
  const row = (PROPERTY: string, CURRENT: string, DEFAULT: string, POSSIBLE = ""): Row => ({
    ...{ IFNAME: item.name, PROPERTY, PROTO: proto, PERM: "rw" },
    ...{ CURRENT, PERSISTENT: "", DEFAULT, POSSIBLE },
  });
  return [
    ...(family === "inet" ? [row("arp", "on", "on", SWITCH)] : []),
    row("forwarding", routed, "off", SWITCH),
    row("metric", "0", "0"),
    row("mtu", mtu, mtu, `${LEAST_MTU[family]}-${mtu}`),
    ...(family === "inet6" ? [row("nud", "on", "on", SWITCH)] : []),
    row("exchange_routes", "on", "on", SWITCH),
    row("usesrc", "none", "none"),
  ];
}

export function interfaceProperties(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const usage = "Usage:\n\tshow-ifprop\t[[-c] -o <field>[,...]] [-p <prop>,...] [-m <proto>] [interface]\n";
  const options = readOptions("ipadm", args.slice(1), "cm:o:p:", usage);
  if (isResult(options)) return options;
  const [name] = options.rest;
  const seen = new Set<string>();
  // By interface, IPv4 first.
  const kinds = logicalInterfaces(host, process).filter(({ interface: item, family }) => {
    const key = `${item.name} ${family}`;
    return !seen.has(key) && seen.add(key);
  });
  const names = [...new Set(kinds.map(({ interface: item }) => item.name))];
  if (name !== undefined && !names.includes(name))
    return failed(`ipadm: cannot get information for interface(s): Interface does not exist\n`);
  const { m: proto } = options.values;
  const rows = names
    .filter((one) => name === undefined || one === name)
    .flatMap((one) => kinds.filter(({ interface: item }) => item.name === one))
    .flatMap((one) => interfaceRows(context, one))
    .filter((row) => proto === undefined || proto === "ip" || row["PROTO"] === proto);
  return printed("show-ifprop", INTERFACE_FIELDS, rows, options);
}

/** What an IPv4 address has without a mask: by netmasks(5), else by its class. */
function usualPrefix({ host }: CommandContext, { family, address = "" }: Logical): number {
  if (family === "inet6") return 64;
  const listed = netmaskOf(host, address);
  const first = Number(address.split(".")[0]);
  return (
    (listed === undefined ? undefined : prefixOfMask(listed)) ?? (first < 128 ? 8 : first < 192 ? 16 : 24)
  );
}

function addressRows(context: CommandContext, logical: Logical, kept: boolean): Row[] {
  const { host, process } = context;
  const { family, prefix, interface: item, zone } = logical;
  const usual = usualPrefix(context, logical);
  const broadcast = (length: number): string =>
    family === "inet" && item.kind !== "loopback" ? broadcastAddress(logical.address ?? "", length) : "";
  const global = inGlobalZone(process);
  const row = (
    PROPERTY: string,
    CURRENT: string,
    DEFAULT: string,
    { perm = "rw", possible = "", persistent = "" } = {},
  ): Row => ({
    ...{ ADDROBJ: addressObject(logical), PROPERTY, PERM: perm },
    ...{ CURRENT, PERSISTENT: persistent, DEFAULT, POSSIBLE: possible },
  });
  const possible = family === "inet" ? "1-30,32" : "1-126,128";
  return [
    row("broadcast", broadcast(prefix), broadcast(usual), { perm: "r-" }),
    row("deprecated", "off", "off", { possible: SWITCH }),
    row("prefixlen", String(prefix), String(usual), { possible, persistent: kept ? String(prefix) : "" }),
    // Only what came by DHCP has the next one and `reqhost`.
    row("primary", "", "", { perm: "r-" }),
    row("private", "off", "off", { possible: SWITCH }),
    row("reqhost", "", ""),
    row("transmit", "on", "on", { possible: SWITCH }),
    row("zone", global ? zoneName(host, zone) : "", global ? "global" : ""),
  ];
}

/** @param isKept whether an address comes back with the next boot */
export function addressProperties(isKept: (context: CommandContext, logical: Logical) => boolean) {
  return (context: CommandContext): CommandResult => {
    const { host, process, args } = context;
    const usage = "Usage:\n\tshow-addrprop\t[[-c] -o <field>[,...]] [-p <prop>,...] [<addrobj>]\n";
    const options = readOptions("ipadm", args.slice(1), "co:p:", usage);
    if (isResult(options)) return options;
    const [word] = options.rest;
    const shown = logicalInterfaces(host, process).filter(
      (one) => one.address !== undefined && (word === undefined || addressObject(one) === word),
    );
    if (word !== undefined && shown.length === 0) return failed("ipadm: address object not found\n");
    const rows = shown.flatMap((one) => addressRows(context, one, isKept(context, one)));
    return printed("show-addrprop", ADDRESS_FIELDS, rows, options);
  };
}

function printed(
  verb: string,
  fields: readonly OutputField[],
  rows: readonly Row[],
  options: { readonly values: Readonly<Record<string, string>>; has(letter: string): boolean },
): CommandResult {
  const { o, p } = options.values;
  const wanted = p?.split(",");
  const unknown = wanted?.find((name) => rows.every((row) => row["PROPERTY"] !== name));
  if (unknown !== undefined) return failed(`ipadm: ${verb}: ${unknown}: Unknown property\n`);
  const made = columnsText(
    fields,
    rows.filter((row) => !wanted || wanted.includes(row["PROPERTY"] ?? "")),
    { ...(o !== undefined && { fields: o }), parsable: options.has("c"), wrapped: true },
  );
  return "unknown" in made ? failed("ipadm: invalid field(s) specified\n") : done(made.text);
}
