import type { Host } from "../../host.ts";
import { familyOf, isLoopback } from "../../network/addresses.ts";
import { findRoute, isLocalAddress, linkOf } from "../../network/routingTable.ts";
import type { Vnet } from "../../network/types.ts";
import { vnetOf } from "../../network/vnets.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { addressOf } from "../../shell/commands/nc.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { echo } from "../network/echo.ts";

/**
 * traceroute(8). Routers of the machine are found by their routes. Of others the model knows the gateway alone: that the
 * target comes next behind it is assumed, and so are the times. Source: cmd-inet/usr.sbin/traceroute/traceroute.c.
 */

const USAGE =
  "Usage: traceroute [-adFIlnSvx] [-A address_family] [-c traffic_class] \n\t[-f first_hop] [-g gateway [-g gateway ...]| -r] [-i iface]\n\t[-L flow_label] [-m max_hop] [-P pause_sec] [-p port] [-Q max_timeout]\n\t[-q nqueries] [-s src_addr] [-t tos] [-w wait_time] host [packetlen]";

/** Without -m. */
const MOST_HOPS = 30;
const PROBES = 3;
/** Seconds for which it waits for each answer. */
const PATIENCE = 5;
/** Bytes of a probe with its headers. */
const PACKET = { inet: 40, inet6: 60 } as const;

interface Way {
  readonly hops: readonly string[];
  /** Whether the last hop is only taken to be the next. */
  readonly assumed: boolean;
}

function wayTo(host: Host, from: Vnet, source: string, target: string, most: number): Way {
  const hops: string[] = [];
  let at = from;
  while (hops.length < most && !isLocalAddress(at, target)) {
    const route =
      at === from ? host.kernel.network.route(host, at, source, target, 0) : findRoute(at, target, 0);
    if (!route || route.gateway.startsWith("link#")) break;
    hops.push(route.gateway);
    const link = linkOf(at, route);
    const next = link && host.kernel.network.neighbour(host, { stack: at, link }, route.gateway);
    if (!next) return { hops: [...hops, target], assumed: true };
    at = next.stack;
  }
  return { hops: [...hops, target], assumed: false };
}

function runTraceroute({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("traceroute", args, "adFIlnSvxA:c:f:g:ri:L:m:P:p:Q:q:s:t:w:", USAGE);
  if (isResult(options)) return options;
  const other = options.flags.find((letter) => !"nIm".includes(letter));
  if (other !== undefined) return unmodelled("traceroute", `-${other}`);
  const [word] = options.rest;
  if (word === undefined) return failed(`${USAGE}\n`);
  const most = Number(options.values["m"] ?? MOST_HOPS);
  if (!Number.isInteger(most) || most < 1 || most > 255) return failed(`${USAGE}\n`);
  const target = addressOf(word);
  if (target === undefined) return failed(`traceroute: unknown host ${word}\n`);
  const family = familyOf(target) === "inet6" ? "inet6" : "inet";
  const answer = echo(host, process, target);
  const decisions = [answer.decision];
  if (!answer.ok && answer.errno === "EACCES")
    return failed("traceroute: icmp socket: Permission denied\n", 1, decisions);
  if (!answer.ok && answer.errno !== "ETIMEDOUT" && answer.errno !== "EHOSTUNREACH")
    return { ...unmodelled("traceroute", "a target that no route leads to"), decisions };
  const named = family === "inet6" && word === target ? word : `${word} (${target})`;
  const head = `traceroute to ${named}, ${most} hops max, ${PACKET[family]} byte packets\n`;
  const lost = (from: number): string[] =>
    Array.from(
      { length: Math.max(0, most - from) },
      (_, i) => `${String(from + i + 1).padStart(2)}  * * *\n`,
    );
  if (!answer.ok)
    return {
      // What answers on the way to a target that does not is not told apart.
      ...done(lost(0).join(""), decisions, most * PROBES * PATIENCE * 1000),
      stderr: head,
    };
  const { hops, assumed } = wayTo(host, vnetOf(host, process), answer.value.source, target, most);
  const time = isLoopback(target) ? "0.030" : "0.200";
  const lines = hops.slice(0, most).map((hop, i) => {
    const name = options.has("n") ? hop : `${hop === target ? word : hop} (${hop})`;
    return `${String(i + 1).padStart(2)}  ${name}${`  ${time} ms`.repeat(PROBES)}\n`;
  });
  const note = assumed ? "(routers behind the gateway and the times are assumed)\n" : "(times are assumed)\n";
  return { ...done(lines.join(""), decisions), stderr: head + note };
}

export const traceroute = program("/usr/sbin/traceroute", "the routers on the way (-n)", runTraceroute);
