import { strerror } from "../../errno.ts";
import { type RouteRequest, routeAdd, routeDelete } from "../../network/routes.ts";
import { type Command, done, failed } from "../../shell/command.ts";
import { routeGet } from "../network/routeGet.ts";

/** route(8): add, delete, change, get, flush. */
export const route: Command = {
  name: "route",
  path: "/sbin/route",
  summary: "change and ask the routing table",
  run({ host, process, args }) {
    const parsed = parse(args);
    if ("error" in parsed) return failed(parsed.error, 64);
    const { verb, request, quiet } = parsed;
    const { destination, gateway = "" } = request;
    if (verb === "get" || verb === "show") {
      const any = request.family === "inet6" ? "::" : "0.0.0.0";
      const found = routeGet(host, process, destination === "default" ? any : destination, request.fib);
      if (!found.ok) return failed(`route: route has not been found\n`, 1, [found.decision]);
      const { gateway: hop, interface: link, fib } = found.value;
      return done(
        `   route to: ${destination}\ndestination: ${found.value.destination}\n` +
          `${hop.startsWith("link#") ? "" : `    gateway: ${hop}\n`}        fib: ${fib}\n  interface: ${link}\n`,
        [found.decision],
      );
    }
    if (verb === "change") routeDelete(host, process, request);
    const outcome =
      verb === "delete" ? routeDelete(host, process, request) : routeAdd(host, process, request);
    const what = `${verb} ${destination.includes("/") || destination === "default" ? "net" : "host"} ${destination}`;
    const where = gateway ? `: gateway ${gateway}` : "";
    if (!outcome.ok) {
      const reason = REASONS[outcome.errno] ?? strerror(outcome.errno);
      return failed(`${what}${where} fib ${request.fib ?? 0}: ${reason}\n`, 1, [outcome.decision]);
    }
    return done(quiet ? "" : `${what}${where}\n`, [outcome.decision]);
  },
};

/** Source: rtmsg() in sbin/route/route.c. */
const REASONS: Readonly<Record<string, string>> = {
  ESRCH: "not in table",
  EBUSY: "entry in use",
  ENOBUFS: "not enough memory",
  EEXIST: "route already in table",
};

type Verb = "add" | "delete" | "change" | "get" | "show";
const VERBS: readonly string[] = ["add", "delete", "del", "change", "get", "show"];

function parse(
  args: readonly string[],
): { verb: Verb; request: RouteRequest; quiet: boolean } | { error: string } {
  const words = [...args];
  let quiet = false;
  let family: RouteRequest["family"];
  let fib = 0;
  let prefix: string | undefined;
  const plain: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-q") quiet = true;
    else if (word === "-6" || word === "-inet6") family = "inet6";
    else if (word === "-4" || word === "-inet") family = "inet";
    else if (word === "-fib") fib = Number(words.shift());
    else if (word === "-netmask" || word === "-prefixlen") prefix = words.shift();
    else if (word === "-interface" || word === "-iface") plain.push(words.shift() ?? "");
    else if (!word.startsWith("-")) plain.push(word);
  }
  const [verb = "", destination, gateway] = plain;
  if (!VERBS.includes(verb))
    return { error: `route: ${verb ? `${verb}: bad keyword` : "usage: route [-dnqtv] command"}\n` };
  if (destination === undefined) return { error: "usage: route [-dnqtv] command [[modifiers] args]\n" };
  const length = prefix === undefined || destination.includes("/") ? "" : `/${lengthOf(prefix)}`;
  return {
    verb: (verb === "del" ? "delete" : verb) as Verb,
    quiet,
    request: {
      destination: (destination === "0.0.0.0/0" || destination === "::/0" ? "default" : destination) + length,
      fib,
      ...(gateway !== undefined && { gateway }),
      ...(family !== undefined && { family }),
    },
  };
}

function lengthOf(mask: string): string {
  if (!mask.includes(".")) return mask;
  const bits = mask.split(".").map((byte) => Number(byte).toString(2).replace(/0+$/, "").length);
  return String(bits.reduce((sum, count) => sum + count, 0));
}
