import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { broadcastAddress } from "../commands/ifconfigText.ts";
import { type Logical, logicalInterfaces, visibleRoutes } from "../commands/networkViews.ts";

/** ip(8) of Linux: what it shows. Source: usr/src/uts/common/brand/lx/io/lx_netlink.c, lx_ifname_convert(). */

const USAGE =
  "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route }\n       OPTIONS := { -4 | -6 }\n";

/** Loopback has its name of Linux, links have the name that the host gave them. */
function nameOf(native: string): string {
  return native === "lo0" ? "lo" : native;
}

function linkLines(number: number, { interface: item, link }: Logical): string {
  const loopback = item.kind === "loopback";
  const running = item.up && (loopback || link?.up !== false);
  const flags = [
    loopback ? "LOOPBACK" : "BROADCAST",
    ...(loopback ? [] : ["MULTICAST"]),
    ...(item.up ? ["UP"] : []),
    ...(running ? ["LOWER_UP"] : []),
  ];
  const mac = loopback
    ? "00:00:00:00:00:00"
    : item.mac
        .split(":")
        .map((part) => part.padStart(2, "0"))
        .join(":");
  const state = loopback ? "UNKNOWN" : running ? "UP" : "DOWN";
  return [
    `${number}: ${nameOf(item.name)}: <${flags.join(",")}> mtu ${item.mtu} state ${state} group default \n`,
    `    link/${loopback ? "loopback" : "ether"} ${mac} brd ${loopback ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff"}\n`,
  ].join("");
}

function addressLine({ family, address = "", prefix, interface: { name, kind } }: Logical): string {
  const loopback = kind === "loopback";
  const scope = loopback ? "host" : address.startsWith("fe80:") ? "link" : "global";
  const rest = family === "inet" ? ` scope ${scope} ${nameOf(name)}` : ` scope ${scope} `;
  const broadcast = family === "inet" && !loopback ? ` brd ${broadcastAddress(address, prefix)}` : "";
  return `    ${family} ${address}/${prefix}${broadcast}${rest}\n       valid_lft forever preferred_lft forever\n`;
}

/** Interfaces in their order, each with its addresses. */
function interfaces(context: CommandContext): Logical[][] {
  const found = new Map<string, Logical[]>();
  for (const one of logicalInterfaces(context.host, context.process))
    found.set(one.interface.name, [...(found.get(one.interface.name) ?? []), one]);
  return [...found.values()];
}

function show(
  context: CommandContext,
  device: string | undefined,
  families: readonly string[],
): CommandResult {
  const all = interfaces(context);
  const shown = all
    .map((own, i) => ({ own, number: i + 1 }))
    .filter(({ own: [first] }) => device === undefined || nameOf(first?.interface.name ?? "") === device);
  if (device !== undefined && shown.length === 0) return failed(`Device "${device}" does not exist.\n`);
  const text = shown.map(({ own, number }) => {
    const [first] = own;
    const addresses = own.filter(({ address, family }) => address !== undefined && families.includes(family));
    return first ? linkLines(number, first) + addresses.map(addressLine).join("") : "";
  });
  return done(text.join(""));
}

function routes(context: CommandContext, family: string): CommandResult {
  const named = logicalInterfaces(context.host, context.process);
  const rows = visibleRoutes(context.host, context.process)
    .filter(
      (route) =>
        route.family === family && (route.destination === "default" || route.destination.includes("/")),
    )
    .map(({ destination, gateway, interface: link }) => {
      const direct = gateway.startsWith("link#");
      const source = named.find((one) => one.interface.name === link && one.family === family)?.address;
      const device = nameOf(link);
      return direct
        ? `${destination} dev ${device} scope link${source ? ` src ${source}` : ""} \n`
        : `${destination} via ${gateway} dev ${device} \n`;
    });
  return done(
    rows.sort((a, b) => Number(b.startsWith("default")) - Number(a.startsWith("default"))).join(""),
  );
}

function runIp(context: CommandContext): CommandResult {
  const families = context.args.includes("-6")
    ? ["inet6"]
    : context.args.includes("-4")
      ? ["inet"]
      : ["inet", "inet6"];
  const [object = "", verb = "show", ...rest] = context.args.filter((word) => !/^-[46]$/.test(word));
  if (object === "") return failed(USAGE, 255);
  if (!["show", "list", "ls", "s", "sh"].includes(verb)) return unmodelled("ip", `${object} ${verb}`);
  const device = rest[0] === "dev" ? rest[1] : rest[0];
  if ("address".startsWith(object)) return show(context, device, families);
  if ("link".startsWith(object)) return show(context, device, []);
  if ("route".startsWith(object)) return routes(context, families[0] ?? "inet");
  return failed(`Object "${object}" is unknown, try "ip help".\n`);
}

export const linuxIp = program("/usr/bin/ip", "addresses, links and routes (addr, link, route)", runIp);
