import { type Family, networkOf } from "../../network/addresses.ts";
import type { Route, Socket } from "../../network/types.ts";
import { type CommandContext, type CommandResult, done, program, unmodelled } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { type Logical, logicalInterfaces, logicalName, ownSockets, visibleRoutes } from "./networkViews.ts";

/** netstat(8). Source: usr/src/cmd/cmd-inet/usr.bin/netstat/netstat.c. */

/** `*` stands seven characters in, as pr_ap() has it. */
function endpoint(end: Socket["local"], family: Family): string {
  const any = family === "inet" ? "0.0.0.0" : "::";
  const address = !end || end.address === "*" || end.address === any ? "      *" : end.address;
  return `${address}.${!end || end.port === 0 ? "*" : end.port}`;
}

function tcpState({ listening, remote, lingersUntil, local }: Socket): string {
  if (lingersUntil !== null) return "TIME_WAIT";
  if (listening) return "LISTEN";
  if (remote) return "ESTABLISHED";
  return local ? "BOUND" : "IDLE";
}

/** Bytes of the receive window. Source: tcp_recv_hiwat. */
const WINDOW = 128_000;

interface Layout {
  readonly head: readonly [titles: string, dashes: string];
  readonly width: number;
}

const TCP: Readonly<Record<Family, Layout>> = {
  inet: {
    width: 20,
    head: [
      "   Local Address        Remote Address    Swind Send-Q Rwind Recv-Q    State",
      "-------------------- -------------------- ----- ------ ----- ------ -----------",
    ],
  },
  inet6: {
    width: 33,
    head: [
      "   Local Address                     Remote Address                 Swind Send-Q Rwind Recv-Q    State      If",
      "--------------------------------- --------------------------------- ----- ------ ----- ------ ----------- -----",
    ],
  },
};
const UDP: Readonly<Record<Family, Layout>> = {
  inet: {
    width: 20,
    head: [
      "   Local Address        Remote Address      State",
      "-------------------- -------------------- ----------",
    ],
  },
  inet6: {
    width: 33,
    head: [
      "   Local Address                     Remote Address                   State      If",
      "--------------------------------- --------------------------------- ---------- -----",
    ],
  },
};

function tcpLine(socket: Socket, family: Family, width: number): string {
  const window = socket.remote ? WINDOW : 0;
  const numbers = `${String(window).padStart(5)} ${"0".padStart(6)} ${String(WINDOW).padStart(5)} ${"0".padStart(6)}`;
  const ends = [socket.local, socket.remote].map((end) => endpoint(end, family).padEnd(width));
  return `${ends.join(" ")} ${numbers} ${tcpState(socket)}`;
}

function udpLine({ local, remote }: Socket, family: Family, width: number): string {
  const state = remote ? "Connected" : local ? "Idle" : "Unbound";
  const to = remote ? endpoint(remote, family) : "";
  return `${endpoint(local, family).padEnd(width)} ${to.padEnd(width)} ${state}`.trimEnd();
}

function sockets({ host, process }: CommandContext, all: boolean, families: string[], only?: string): string {
  const own = ownSockets(host, process);
  let text = "";
  for (const [title, protocol, layouts, line] of [
    ["UDP", "udp", UDP, udpLine],
    ["TCP", "tcp", TCP, tcpLine],
  ] as const)
    for (const family of ["inet", "inet6"] as const) {
      if (!families.includes(family) || (only !== undefined && only !== protocol)) continue;
      const shown = own.filter(
        (socket) =>
          socket.protocol === protocol &&
          socket.family === family &&
          (all || (socket.remote !== null && !socket.listening)),
      );
      if (shown.length === 0) continue;
      const { head, width } = layouts[family];
      text += `\n${title}: ${family === "inet" ? "IPv4" : "IPv6"}\n${head.join("\n")}\n`;
      for (const socket of shown) text += `${line(socket, family, width)}\n`;
    }
  const local = own.filter(({ family, path }) => family === "local" && path !== undefined);
  if (!families.includes("unix") || only !== undefined || local.length === 0) return text;
  text += "\nActive UNIX domain sockets\n";
  text += `${"Address".padEnd(16)} Type       Vnode            Conn             Local Addr                              Remote Addr\n`;
  for (const { id, type, path = "", vnode, peer } of local) {
    const kind = type === "stream" ? "stream-ord" : "dgram";
    const number = (value: number | undefined): string =>
      value === undefined ? "0" : `fffffe${value.toString(16).padStart(10, "0")}`;
    text += `${number(id).padEnd(16)} ${kind.padEnd(10)} ${number(vnode?.node).padEnd(16)} ${number(peer).padEnd(16)} ${path}\n`;
  }
  return text;
}

const ROUTE_HEAD: Readonly<Record<Family, readonly [string, string]>> = {
  inet: [
    "  Destination           Gateway           Flags  Ref     Use     Interface ",
    "-------------------- -------------------- ----- ----- ---------- --------- ",
  ],
  inet6: [
    "  Destination/Mask            Gateway                   Flags Ref   Use    If   ",
    "--------------------------- --------------------------- ----- --- ------- ----- ",
  ],
};

function routeLine(
  family: Family,
  destination: string,
  gateway: string,
  flags: string,
  link: string,
): string {
  return family === "inet"
    ? `${destination.padEnd(20)} ${gateway.padEnd(20)} ${flags.padEnd(5)} ${"1".padStart(5)} ${"0".padStart(10)} ${link.padEnd(9)} `
    : `${destination.padEnd(27)} ${gateway.padEnd(27)} ${flags.padEnd(5)} ${"1".padStart(3)} ${"0".padStart(7)} ${link.padEnd(5)} `;
}

/** A route that somebody made, or that a network of an address makes. */
function routeLines(routes: readonly Route[], own: readonly Logical[], family: Family): string[] {
  const made = routes
    .filter(
      (route) => route.family === family && !(route.gateway.startsWith("link#") && route.kind === undefined),
    )
    .map(({ destination, gateway, interface: link, kind }) => {
      const host = destination !== "default" && !destination.includes("/");
      const stops = kind === "reject" ? "R" : kind === "blackhole" ? "B" : "";
      const name = family === "inet" ? (destination.split("/")[0] ?? destination) : destination;
      // The interface of a default route is found anew at each use.
      const out = destination === "default" ? "" : link;
      return routeLine(
        family,
        name,
        gateway.startsWith("link#") ? link : gateway,
        `UG${host ? "H" : ""}${stops}`,
        out,
      );
    });
  const connected = own
    .filter((one) => one.family === family && one.address !== undefined && one.up)
    .map((one) => {
      const { address = "", prefix } = one;
      const single = one.interface.kind === "loopback" || prefix === (family === "inet" ? 32 : 128);
      const network = networkOf(address, prefix) ?? address;
      const destination = single ? address : family === "inet" ? network : `${network}/${prefix}`;
      return routeLine(family, destination, address, single ? "UH" : "U", logicalName(one));
    });
  const order = (line: string): number => (line.startsWith("default") ? 0 : 1);
  return [...made, ...connected].sort((a, b) => order(a) - order(b));
}

function routeTables({ host, process }: CommandContext, families: readonly string[]): string {
  const routes = visibleRoutes(host, process);
  const own = logicalInterfaces(host, process);
  return (["inet", "inet6"] as const)
    .filter((family) => families.includes(family))
    .map((family) => {
      const lines = routeLines(routes, own, family);
      if (lines.length === 0) return "";
      return `\nRouting Table: ${family === "inet" ? "IPv4" : "IPv6"}\n${[...ROUTE_HEAD[family], ...lines].join("\n")}\n`;
    })
    .join("");
}

/** Counters are not modelled: nothing but names and addresses is worth reading here. */
function interfaces({ host, process }: CommandContext): string {
  const own = logicalInterfaces(host, process);
  const zeros = ["0", "0", "0", "0", "0", "0"];
  const widths = [6, 5, 6, 5, 6, 6];
  const line = (
    cells: readonly string[],
    name: string,
    mtu: string,
    net: string,
    address: string,
    wide: number,
  ) =>
    `${name.padEnd(5)} ${mtu.padEnd(4)} ${net.padEnd(wide)} ${address.padEnd(wide + 1)} ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 5)).join(" ")}\n`;
  const titles = ["Ipkts", "Ierrs", "Opkts", "Oerrs", "Collis", "Queue"];
  return (["inet", "inet6"] as const)
    .map((family) => {
      const shown = own.filter((one) => one.family === family && one.unit === 0);
      if (shown.length === 0) return "";
      const wide = family === "inet" ? 13 : 27;
      const head = line(titles, "Name", "Mtu", "Net/Dest", "Address", wide);
      const rows = shown.map(({ interface: { name, mtu }, address = "0.0.0.0", prefix }) =>
        line(zeros, name, String(mtu), networkOf(address, prefix) ?? address, address, wide),
      );
      return `${head}${rows.join("")}\n`;
    })
    .join("");
}

function runNetstat(context: CommandContext): CommandResult {
  const usage =
    "usage:  netstat [-anuv] [-f address_family] [-T d|u]\n\tnetstat [-n] [-f address_family] [-P protocol] [-T d|u] [-g | -p | -s [interval [count]]]\n\tnetstat -m [-v] [-T d|u] [interval [count]]\n\tnetstat -i [-I interface] [-an] [-f address_family] [-T d|u] [interval [count]]\n\tnetstat -r [-anv] [-f address_family|filter] [-T d|u]";
  const options = readOptions("netstat", context.args, "aDf:giI:mMnP:prsT:uv", usage);
  if (isResult(options)) return options;
  const { f: family, P: protocol } = options.values;
  const other = options.flags.find((letter) => !"afiInPrv".includes(letter));
  if (other !== undefined) return unmodelled("netstat", `-${other}`);
  const families = family === undefined ? ["inet", "inet6", "unix"] : [family];
  if (options.has("r")) return done(routeTables(context, families));
  if (options.has("i") || options.has("I")) return done(interfaces(context));
  return done(sockets(context, options.has("a"), families, protocol));
}

export const netstat = program(
  "/usr/bin/netstat",
  "sockets (-an), routes (-rn), interfaces (-i) of the own zone",
  runNetstat,
);
