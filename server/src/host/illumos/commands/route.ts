import type { Outcome } from "../../decision.ts";
import { routeAdd, routeDelete } from "../../network/routes.ts";
import { findRoute } from "../../network/routingTable.ts";
import { vnetOf } from "../../network/vnets.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { dropRoute, keepRoute, persistentRoutes } from "../network/persistentRoutes.ts";

/** route(8). Source: usr/src/cmd/cmd-inet/usr.sbin/route.c. */

const USAGE = "usage: route [-fnpqv] cmd [[-<qualifers>] args]\n";

interface Words {
  readonly verb: string;
  readonly family: "inet" | "inet6" | undefined;
  readonly destination: string | undefined;
  readonly gateway: string | undefined;
  readonly kind: "reject" | "blackhole" | undefined;
  readonly link: string | undefined;
  /** -p: in the file as well. */
  readonly persistent: boolean;
}

/** `add [-inet6] [-net|-host] DESTINATION[/LENGTH] [-netmask MASK] GATEWAY [-interface|-ifp NAME] [-reject|-blackhole]`. */
function read(args: readonly string[]): Words | string {
  let verb: string | undefined;
  let family: Words["family"];
  let kind: Words["kind"];
  let link: string | undefined;
  let mask: string | undefined;
  let persistent = false;
  const plain: string[] = [];
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-inet6" || word === "-inet") family = word === "-inet" ? "inet" : "inet6";
    else if (word === "-reject" || word === "-blackhole") kind = word === "-reject" ? "reject" : "blackhole";
    else if (word === "-ifp" || word === "-ifa") link = words.shift();
    else if (word === "-netmask") mask = words.shift();
    else if (["-net", "-host", "-interface", "-iface", "-static"].includes(word)) continue;
    else if (/^-[fnpqv]+$/.test(word) && verb === undefined) persistent ||= word.includes("p");
    else if (word.startsWith("-")) return word;
    else if (verb === undefined) verb = word;
    else plain.push(word);
  }
  const [destination, gateway] = plain;
  const length = mask === undefined ? "" : `/${maskLength(mask)}`;
  return {
    ...{ verb: verb ?? "", family, gateway, kind, link, persistent },
    destination: destination === undefined ? undefined : destination + length,
  };
}

function maskLength(mask: string): number {
  return mask
    .split(".")
    .reduce((sum, byte) => sum + [...Number(byte).toString(2)].filter((bit) => bit === "1").length, 0);
}

function runRoute({ host, process, args }: CommandContext): CommandResult {
  const words = read(args);
  if (typeof words === "string") return unmodelled("route", words);
  const { verb, family, destination, gateway, kind, link, persistent } = words;
  if (verb === "") return failed(USAGE);
  if (verb === "get") return get({ host, process }, destination ?? "");
  if (verb === "show" && persistent) return showKept({ host, process });
  if (verb !== "add" && verb !== "delete") return unmodelled("route", verb);
  if (destination === undefined || (verb === "add" && gateway === undefined)) return failed(USAGE);
  // A route that stops packets has an address of loopback as gateway; only its flag counts.
  const through = link ?? gateway;
  const request = {
    destination,
    ...(through !== undefined && { gateway: through }),
    ...(family && { family }),
    ...(kind && { kind }),
  };
  const change = verb === "add" ? routeAdd : routeDelete;
  const outcome = change(host, process, request);
  const what = destination.includes("/") || destination === "default" ? "net" : "host";
  const shown = gateway === undefined ? "" : `: gateway ${gateway}`;
  const said = result({ host }, `${verb} ${what} ${destination}${shown}`, outcome, "not in table");
  if (!persistent) return said;
  // The file is changed whatever the table says.
  const line = [family === "inet6" ? "-inet6" : "", destination, gateway ?? "", kind ? `-${kind}` : ""];
  const kept = (verb === "add" ? keepRoute : dropRoute)(host, process, line.filter(Boolean).join(" "));
  const also = result({ host }, `${verb} persistent ${what} ${destination}${shown}`, kept, "not in file");
  return {
    ...also,
    stdout: said.stdout + also.stdout,
    stderr: said.stderr + also.stderr,
    decisions: [...said.decisions, ...also.decisions],
  };
}

function result(
  { host }: Pick<CommandContext, "host">,
  what: string,
  outcome: Outcome<unknown>,
  missing: string,
): CommandResult {
  if (outcome.ok) return done(`${what}\n`, [outcome.decision]);
  const text = { EEXIST: "entry exists", ESRCH: missing, EPERM: "insufficient privileges" }[
    outcome.errno as string
  ];
  return failed(`${what}: ${text ?? host.kernel.shell.strerror(outcome.errno)}\n`, 1, [outcome.decision]);
}

/** `route -p show`: the commands that would make what is kept. */
function showKept({ host, process }: Pick<CommandContext, "host" | "process">): CommandResult {
  const lines = persistentRoutes(host, process);
  if (lines.length === 0) return done("No persistent routes are defined\n");
  return done(lines.map((line) => `persistent: route add ${line}\n`).join(""));
}

/** `route get`: of the stack, with the interface that packets leave through. */
function get(
  { host, process }: Pick<CommandContext, "host" | "process">,
  destination: string,
): CommandResult {
  const found = findRoute(vnetOf(host, process), destination, 0);
  if (!found) return failed(`route: writing to routing socket: ${host.kernel.shell.strerror("ESRCH")}\n`);
  const direct = found.gateway.startsWith("link#");
  const lines = [
    `   route to: ${destination}`,
    `destination: ${found.destination.split("/")[0]}`,
    ...(direct ? [] : [`    gateway: ${found.gateway}`]),
    `  interface: ${found.interface}`,
    `      flags: <UP,${direct ? "" : "GATEWAY,"}DONE${found.kind ? `,${found.kind.toUpperCase()}` : ""}>`,
  ];
  return done(`${lines.join("\n")}\n`);
}

export const route = program(
  "/usr/sbin/route",
  "routes (add, delete, get; -p keeps them for the next boot)",
  runRoute,
);
