import type { Decision } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { familyOf, networkOf } from "../../network/addresses.ts";
import { bind, close, socket } from "../../network/sockets.ts";
import type { Route, Socket } from "../../network/types.ts";
import { findProcess } from "../../process/processes.ts";
import type { Command, CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, unmodelled } from "../../shell/command.ts";
import { addressOf, nc } from "../../shell/commands/nc.ts";
import { userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { tooMany } from "../../shell/reports.ts";
import { jailAttach } from "../attach.ts";
import { echo } from "../network/raw.ts";
import { visibleInterfaces, visibleRoutes, visibleSockets } from "../network/views.ts";
import { findPrison } from "../prisons.ts";
import { canSee } from "../process/visibility.ts";
import { jidOf } from "./processes.ts";

/** Views of the network, and programs that send a little. */

function routeFlags({ destination, gateway }: Route, local: boolean): string {
  const prefix = destination === "default" || destination.includes("/") ? "" : "H";
  const through = gateway.startsWith("link#") ? "" : "G";
  // What was added by hand is static; addresses of one's own are, too.
  return `U${through}${prefix}${through || local ? "S" : ""}`;
}

function routesText(
  { host, process }: CommandContext,
  families: readonly Route["family"][],
  fib: number,
): string {
  const routes = visibleRoutes(host, process, fib);
  const own = new Set(
    visibleInterfaces(host, process)
      .filter(({ kind }) => kind !== "loopback")
      .flatMap(({ addresses }) => addresses.map(({ address }) => address)),
  );
  const widths = { inet: [18, 18], inet6: [33, 29] } as const;
  const parts = families.flatMap((family) => {
    const found = routes.filter((route) => route.family === family);
    if (found.length === 0) return [];
    const [destinationWidth, gatewayWidth] = widths[family];
    const line = (destination: string, gateway: string, flags: string, link: string, expire = ""): string =>
      `${destination.padEnd(destinationWidth)} ${gateway.padEnd(gatewayWidth)} ${flags.padEnd(10)} ${link.padStart(8)} ${expire}`.trimEnd();
    const order = [...found].sort(
      (a, b) => Number(b.destination === "default") - Number(a.destination === "default"),
    );
    return [
      "",
      family === "inet" ? "Internet:" : "Internet6:",
      line("Destination", "Gateway", "Flags", "Netif", "Expire"),
      ...order.map((route) =>
        line(
          route.destination,
          route.gateway,
          routeFlags(route, own.has(route.destination)),
          route.interface,
        ),
      ),
    ];
  });
  return `Routing tables${fib > 0 ? ` (fib: ${fib})` : ""}\n${parts.map((part) => `${part}\n`).join("")}`;
}

function endpointText(end: { address: string; port: number } | null): string {
  if (!end) return "*.*";
  return `${end.address}.${end.port === 0 ? "*" : end.port}`;
}

function protocolName({ protocol, family, v6only }: Socket): string {
  if (family === "inet") return `${protocol}4`;
  return v6only ? `${protocol}6` : `${protocol}46`;
}

function stateOf({ protocol, listening, remote, lingersUntil }: Socket): string {
  if (protocol !== "tcp") return "";
  if (lingersUntil !== null) return "TIME_WAIT";
  if (listening) return "LISTEN";
  return remote ? "ESTABLISHED" : "CLOSED";
}

function socketsText(
  { host, process }: CommandContext,
  all: boolean,
  families: readonly string[],
  protocol: string | undefined,
): string {
  const seen = visibleSockets(host, process).filter(
    (one) => (all || !one.listening) && (one.local || one.remote || one.type === "raw"),
  );
  const inet = seen.filter(
    (one) =>
      (one.family === "inet" || one.family === "inet6") &&
      families.includes(one.family) &&
      (protocol ?? one.protocol) === one.protocol,
  );
  let text = "";
  if (inet.length > 0) {
    text += `Active Internet connections${all ? " (including servers)" : ""}\n`;
    text += "Proto Recv-Q Send-Q Local Address          Foreign Address        (state)\n";
    for (const one of inet) {
      const [local, remote] = [endpointText(one.local), endpointText(one.remote)];
      text +=
        `${protocolName(one).padEnd(5)}      0      0 ${local.padEnd(22)} ${remote.padEnd(22)} ${stateOf(one)}`.trimEnd();
      text += "\n";
    }
  }
  const unix =
    families.includes("unix") && protocol === undefined
      ? visibleSockets(host, process).filter(({ family, path }) => family === "local" && path !== undefined)
      : [];
  if (unix.length > 0) {
    text += "Active UNIX domain sockets\n";
    text += "Type   Recv-Q Send-Q Addr\n";
    for (const { type, path } of unix)
      text += `${(type === "datagram" ? "dgram" : "stream").padEnd(6)}      0      0 ${path}\n`;
  }
  return text;
}

function countersText({ host, process }: CommandContext): string {
  const zeros = ["0", "0", "0", "0", "0", "0"];
  const widths = [8, 5, 5, 8, 5, 5];
  const line = (
    name: string,
    mtu: string,
    network: string,
    address: string,
    counts: readonly string[],
  ): string =>
    `${name.padEnd(8)} ${mtu.padStart(5)} ${network.padEnd(13)} ${address.padEnd(17)} ${counts.map((count, i) => count.padStart(widths[i] ?? 5)).join(" ")}\n`;
  const head = line("Name", "Mtu", "Network", "Address", [
    "Ipkts",
    "Ierrs",
    "Idrop",
    "Opkts",
    "Oerrs",
    "Coll",
  ]);
  const rows = visibleInterfaces(host, process).flatMap((link) => [
    line(link.name, String(link.mtu), `<Link#${link.index}>`, link.mac || link.name, zeros),
    ...link.addresses.map(({ address, prefix }) =>
      line(link.name, "-", `${networkOf(address, prefix) ?? address}/${prefix}`, address, [
        "0",
        "-",
        "-",
        "0",
        "-",
        "-",
      ]),
    ),
  ]);
  return head + rows.join("");
}

function runNetstat(context: CommandContext): CommandResult {
  const usage = "usage: netstat [-j jail] [-46AaCLnRSTWx] [-f protocol_family | -p protocol]";
  const options = readOptions("netstat", context.args, "46AaBbCcdF:f:ghiI:j:LlM:mN:np:QqRrSsTw:Wxz", usage);
  if (isResult(options)) return options;
  if (options.has("j")) return unmodelled("netstat", "-j");
  const { f: family } = options.values;
  const asked = options.has("4")
    ? ["inet"]
    : options.has("6")
      ? ["inet6"]
      : family
        ? [family]
        : ["inet", "inet6", "unix"];
  const notAsked = options.flags.find((letter) => !"46aFfiInprlWx".includes(letter));
  if (notAsked) return unmodelled("netstat", `-${notAsked}`);
  if (options.has("r")) {
    const families = (["inet", "inet6"] as const).filter((one) => asked.includes(one));
    return done(routesText(context, families, Number(options.values["F"] ?? 0)));
  }
  if (options.has("i") || options.has("I")) return done(countersText(context));
  return done(socketsText(context, options.has("a"), asked, options.values["p"]));
}

function sockstatEnd(end: { address: string; port: number } | null): string {
  if (!end) return "*:*";
  return `${end.address}:${end.port === 0 ? "*" : end.port}`;
}

function runSockstat({ host, process, args }: CommandContext): CommandResult {
  const usage = "usage: sockstat [-46ACcIiLlnqSsUuvw] [-j jid] [-p ports] [-P protocols]";
  const options = readOptions("sockstat", args, "46ACcIij:LlnP:p:qSsUuvw", usage);
  if (isResult(options)) return options;
  const { j: jail, p: ports, P: protocols } = options.values;
  const jid = jail === undefined ? undefined : jidOf(host, process, jail);
  if (jail !== undefined && jid === undefined) return failed(`sockstat: jail ${jail} not found\n`);
  // The sockets of a stack of its own are seen only from inside: the program goes into such a jail.
  const inside = jid !== undefined && jid !== 0 && findPrison(host, jid)?.ownVnet;
  if (inside) {
    const attached = jailAttach(host, process, jid);
    if (!attached.ok) return failed(`sockstat: jail_attach()\n`, 4, [attached.decision]);
  }
  const listenOnly = options.has("l") && !options.has("c");
  const connectedOnly = options.has("c") && !options.has("l");
  const families = options.has("4") || options.has("6") || options.has("u");
  const line = (cells: readonly string[]): string => {
    const widths = [8, 10, 5, 3, 6, 21, 21];
    return `${cells.map((cell, i) => cell.slice(0, i < 2 ? widths[i] : undefined).padEnd(widths[i] ?? 0)).join(" ")}`.trimEnd();
  };
  const rows = visibleSockets(host, process).flatMap((one) => {
    if (families) {
      if (one.family === "inet" && !options.has("4")) return [];
      if (one.family === "inet6" && !options.has("6")) return [];
      if (one.family === "local" && !options.has("u")) return [];
    }
    if (one.family === "route" || one.family === "netlink" || one.family === "other") return [];
    if (jid !== undefined && !inside && one.container !== jid) return [];
    if (protocols && !protocols.split(",").includes(one.protocol)) return [];
    if (ports && !ports.split(",").some((port) => [one.local?.port, one.remote?.port].includes(Number(port))))
      return [];
    const connected = one.remote !== null;
    if ((listenOnly && connected) || (connectedOnly && !connected)) return [];
    const owner = findProcess(host, one.pid);
    const seen = owner !== undefined && canSee(host, process, owner).ok;
    const descriptor = owner?.descriptors.find(({ kind, id }) => kind === "socket" && id === one.id);
    const who =
      seen && descriptor ? [owner.command, String(owner.pid), String(descriptor.fd)] : ["?", "?", "?"];
    const user = seen ? userText(host, one.uid) : "?";
    if (one.family === "local") {
      const type = one.type === "datagram" ? "dgram" : "stream";
      return [line([user, ...who, type, one.path ?? "-", ""])];
    }
    return [line([user, ...who, protocolName(one), sockstatEnd(one.local), sockstatEnd(one.remote)])];
  });
  const head = line(["USER", "COMMAND", "PID", "FD", "PROTO", "LOCAL ADDRESS", "FOREIGN ADDRESS"]);
  const lines = options.has("q") ? rows : [head, ...rows];
  return done(lines.map((text) => `${text}\n`).join(""));
}

/** Milliseconds between the echoes of ping(8), and what it waits for the last answer. */
const INTERVAL = 1000;
const PATIENCE = 10_000;
/** Without -c ping runs on; the shell interrupts it after so many. */
const ENDLESS = 3;

function runPing({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage:\n\tping [-4AaDdfHnoQqRrv] [-C pcp] [-c count] [-G sweepmaxsize] [-g sweepminsize]\n\t    [-h sweepincrsize] [-i wait] [-l preload] [-M mask | time] [-m ttl]\n\t    [-P policy] [-p pattern] [-S src_addr] [-s packetsize] [-t timeout]\n\t    [-W waittime] [-z tos] IPv4-host";
  const options = readOptions("ping", args, "46AaDdfHnoQqRrvC:c:G:g:h:i:l:M:m:P:p:S:s:t:W:z:", usage, 64);
  if (isResult(options)) return options;
  const [word] = options.rest;
  if (word === undefined) return failed(`${usage}\n`, 64);
  const target = addressOf(word);
  if (target === undefined) return failed(`ping: cannot resolve ${word}: Host name lookup failure\n`, 68);
  const count = options.values["c"] === undefined ? ENDLESS : Number(options.values["c"]);
  if (!Number.isInteger(count) || count < 1)
    return failed(`ping: invalid count of packets to transmit: \`${options.values["c"]}'\n`, 64);
  const refused = tooMany("ping", count, "packets");
  if (refused) return refused;
  const family = familyOf(target) ?? "inet";
  const opened = socket(host, process, { family, type: "raw" });
  if (!opened.ok) return failed(`ping: ssend socket: ${strerror(opened.errno)}\n`, 71, [opened.decision]);
  const { id } = opened.value;
  if (options.values["S"] !== undefined) {
    const bound = bind(host, process, id, { address: options.values["S"], port: 0 });
    if (!bound.ok)
      return failed(`ping: bind: ${strerror(bound.errno)}\n`, 71, [opened.decision, bound.decision]);
  }
  const answer = echo(host, process, id, target);
  close(host, process, id);
  const decisions: Decision[] = [opened.decision, answer.decision];
  const shown = answer.ok ? answer.value.destination : target;
  const head =
    family === "inet"
      ? `PING ${word} (${shown}): 56 data bytes\n`
      : `PING(56=40+8+8 bytes) ${answer.ok ? answer.value.source : "::"} --> ${shown}\n`;
  const lines: string[] = [];
  const answered = answer.ok;
  for (let seq = 0; seq < count && !options.has("q"); seq++)
    if (answered)
      lines.push(
        family === "inet"
          ? `64 bytes from ${shown}: icmp_seq=${seq} ttl=64 time=0.050 ms\n`
          : `16 bytes from ${shown}, icmp_seq=${seq} hlim=64 time=0.050 ms\n`,
      );
  // Errors that the first stack tells at once are printed for each packet; silence is not.
  let stderr = "";
  if (!answer.ok && answer.errno !== "ETIMEDOUT")
    for (let seq = 0; seq < count; seq++) stderr += `ping: sendto: ${strerror(answer.errno)}\n`;
  const received = answered ? count : 0;
  const tail = [
    "",
    `--- ${word} ping statistics ---`,
    `${count} packets transmitted, ${received} packets received, ${(100 - (received / count) * 100).toFixed(1)}% packet loss`,
    ...(answered ? ["round-trip min/avg/max/stddev = 0.050/0.050/0.050/0.000 ms"] : []),
  ];
  return {
    status: answered ? 0 : 2,
    stdout: `${head}${lines.join("")}${tail.join("\n")}\n`,
    stderr,
    decisions,
    milliseconds: (count - 1) * INTERVAL + (answered ? 1 : PATIENCE),
  };
}

export const networkCommands: readonly Command[] = [
  {
    name: "netstat",
    path: "/usr/bin/netstat",
    summary: "routes (-rn), sockets (-an), interfaces (-i)",
    run: runNetstat,
  },
  {
    name: "sockstat",
    path: "/usr/bin/sockstat",
    summary: "sockets and their processes (-4 -6 -l -j)",
    run: runSockstat,
  },
  { name: "ping", path: "/sbin/ping", summary: "ask for an echo (-c)", run: runPing },
  nc,
];
