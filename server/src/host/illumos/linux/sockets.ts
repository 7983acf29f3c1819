import type { Host } from "../../host.ts";
import type { Socket } from "../../network/types.ts";
import { holdersOf } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { type CommandContext, type CommandResult, done, program, unmodelled } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { ownSockets } from "../commands/networkViews.ts";
import { linuxPid } from "./pids.ts";

/**
 * netstat(8) of net-tools and ss(8) of iproute2: sockets of TCP and UDP. Both read /proc/net in a zone, where queues are
 * always empty. Source: lxpr_read_net_tcp() in usr/src/uts/common/brand/lx/procfs/lx_prvnops.c.
 */

interface Wanted {
  readonly protocols: readonly string[];
  readonly families: readonly string[];
  /** Which ones: those that wait for somebody, the others, or all. */
  readonly which: "listening" | "connected" | "all";
}

/** UDP has no connections to wait for: a socket without another end is what listens there. */
function listens({ protocol, listening, remote }: Socket): boolean {
  return protocol === "udp" ? remote === null : listening;
}

function chosen({ host, process }: CommandContext, { protocols, families, which }: Wanted): Socket[] {
  const order = (socket: Socket): number =>
    protocols.indexOf(socket.protocol) * 2 + Number(socket.family === "inet6");
  return ownSockets(host, process)
    .filter((socket) => protocols.includes(socket.protocol) && families.includes(socket.family))
    .filter(
      (socket) => socket.local !== null && (which === "all" || listens(socket) === (which === "listening")),
    )
    .sort((a, b) => order(a) - order(b));
}

function stateOf({ protocol, listening, remote, lingersUntil }: Socket): string {
  if (lingersUntil !== null) return "TIME_WAIT";
  if (protocol === "udp") return remote ? "ESTABLISHED" : "";
  return listening ? "LISTEN" : remote ? "ESTABLISHED" : "CLOSE";
}

/** Who has a socket open, as far as the viewer may see: root sees all of its zone. */
function holders(host: Host, viewer: Process, { id }: Socket): { pid: number; name: string; fd: number }[] {
  const { uid, container } = viewer.credential;
  return holdersOf(host, "socket", id)
    .filter(({ credential }) => credential.container === container && (uid === 0 || credential.uid === uid))
    .map((holder) => ({
      pid: linuxPid(host, holder),
      name: holder.command,
      fd: holder.descriptors.find((one) => one.kind === "socket" && one.id === id)?.fd ?? 0,
    }));
}

const FAMILIES = ["inet", "inet6"] as const;

function wantedOf(has: (letter: string) => boolean): Wanted {
  const protocols = [...(has("t") ? ["tcp"] : []), ...(has("u") ? ["udp"] : [])];
  const families = FAMILIES.filter((family) => !(has("4") || has("6")) || has(family === "inet" ? "4" : "6"));
  return {
    protocols: protocols.length > 0 ? protocols : ["tcp", "udp"],
    families,
    which: has("a") ? "all" : has("l") ? "listening" : "connected",
  };
}

const TITLES = {
  listening: "(only servers)",
  connected: "(w/o servers)",
  all: "(servers and established)",
} as const;

/** Source: net-tools netstat.c. What is wider than its column pushes the rest aside. */
function runNetstat(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions("netstat", args, "46aeilnprstuwx", "usage: netstat [-46alnptu]");
  if (isResult(options)) return options;
  const other = options.flags.find((letter) => !"46alnptu".includes(letter));
  if (other !== undefined) return unmodelled("netstat", `-${other}`);
  if (!options.has("t") && !options.has("u")) return unmodelled("netstat", "local sockets: say -t or -u");
  if (!options.has("n")) return unmodelled("netstat", "names of hosts and ports: say -n");
  const wanted = wantedOf(options.has);
  const text = TITLES[wanted.which];
  const owner = options.has("p") ? " PID/Program name    " : "";
  const line = (cells: readonly string[], last: string): string =>
    `${[cells[0]?.padEnd(5), cells[1]?.padStart(6), cells[2]?.padStart(6), cells[3]?.padEnd(23), cells[4]?.padEnd(23), cells[5]?.padEnd(11)].join(" ")}${last}\n`;
  const end = ({ family }: Socket, side: Socket["local"]): string => {
    const any = family === "inet" ? "0.0.0.0" : "::";
    return `${!side || side.address === "*" ? any : side.address}:${side?.port || "*"}`;
  };
  const head = `Proto Recv-Q Send-Q ${"Local Address".padEnd(23)} ${"Foreign Address".padEnd(23)} ${"State".padEnd(11)}${owner}\n`;
  const rows = chosen(context, wanted).map((socket) => {
    const [holder] = holders(host, process, socket);
    const last = options.has("p") ? ` ${(holder ? `${holder.pid}/${holder.name}` : "-").padEnd(20)}` : "";
    const name = `${socket.protocol}${socket.family === "inet6" ? "6" : ""}`;
    return line(
      [name, "0", "0", end(socket, socket.local), end(socket, socket.remote), stateOf(socket)],
      last,
    );
  });
  return done(`Active Internet connections ${text}\n${head}${rows.join("")}`);
}

const SS_STATES: Readonly<Record<string, string>> = {
  ...{ LISTEN: "LISTEN", ESTABLISHED: "ESTAB", TIME_WAIT: "TIME-WAIT", CLOSE: "UNCONN", "": "UNCONN" },
};

/** A zone has no NETLINK_SOCK_DIAG, so that ss complains and reads /proc. Source: lx_netlink_create() in lx_netlink.c. */
const NO_DIAGNOSIS = "Cannot open netlink socket: Protocol not supported\n";

/** As into a pipe: at a terminal the columns are spread over its width. Source: iproute2 misc/ss.c. */
function runSs(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions("ss", args, "46aHilmnoprstuwx", "Usage: ss [ OPTIONS ]");
  if (isResult(options)) return options;
  const other = options.flags.find((letter) => !"46aHlnptu".includes(letter));
  if (other !== undefined) return unmodelled("ss", `-${other}`);
  if (!options.has("t") && !options.has("u")) return unmodelled("ss", "local sockets: say -t or -u");
  if (!options.has("n")) return unmodelled("ss", "names of ports: say -n");
  const wanted = wantedOf(options.has);
  const both = wanted.protocols.length > 1;
  const address = ({ family }: Socket, side: Socket["local"]): string => {
    const any = !side || side.address === "*" || side.address === "::" || side.address === "0.0.0.0";
    if (family === "inet6") return `[${any ? "::" : side.address}]:`;
    return `${any ? "0.0.0.0" : side.address}:`;
  };
  const port = (side: Socket["local"]): string => (side?.port ? String(side.port) : "*");
  const users = (socket: Socket): string => {
    const found = holders(host, process, socket).map(
      ({ name, pid, fd }) => `("${name}",pid=${pid},fd=${fd})`,
    );
    return options.has("p") && found.length > 0 ? `users:(${found.join(",")})` : "";
  };
  const head = [
    "Netid",
    "State",
    "Recv-Q",
    "Send-Q",
    "Local Address:",
    "Port",
    "Peer Address:",
    "Port",
    "Process",
  ];
  const rows = chosen(context, wanted).map((socket) => [
    socket.protocol,
    SS_STATES[stateOf(socket)] ?? "UNCONN",
    ...["0", "0"],
    ...[address(socket, socket.local), port(socket.local)],
    ...[address(socket, socket.remote), port(socket.remote)],
    users(socket),
  ]);
  const table = options.has("H") ? rows : [head, ...rows];
  const widths = head.map((_, i) => Math.max(...table.map((cells) => cells[i]?.length ?? 0)));
  // Addresses end where their ports begin, and the last column follows without a blank.
  const text = table.map((cells) => {
    const wide = cells.map((cell, i) =>
      i === 4 || i === 6 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
    );
    const [netid, state, received, sent, local, localPort, peer, peerPort, who] = wide;
    const first = both ? [netid, state] : [state];
    return `${[...first, received, sent, `${local}${localPort}`, `${peer}${peerPort}`].join(" ")}${who}`.trimEnd();
  });
  const stdout = text.map((one) => `${one}\n`).join("");
  return { ...done(stdout), stderr: NO_DIAGNOSIS.repeat(wanted.protocols.length) };
}

export const linuxSocketCommands = [
  program("/usr/bin/netstat", "sockets of TCP and UDP (-tlnp, -uan)", runNetstat),
  program("/usr/bin/ss", "sockets of TCP and UDP (-tlnp, -uan)", runSs),
];
