import { findTunable } from "../../../catalog/illumos/tunables.ts";
import { vnetOf } from "../../network/vnets.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { setTunable, tunableValue } from "../network/tunables.ts";

/** routeadm(8): whether a stack forwards. Routing daemons are not part of the model. Source: usr/src/cmd/cmd-inet/usr.sbin/routeadm. */

const OPTIONS: Readonly<Record<string, readonly [title: string, protocol: string]>> = {
  "ipv4-forwarding": ["IPv4 forwarding", "ipv4"],
  "ipv6-forwarding": ["IPv6 forwarding", "ipv6"],
};

const ROUTING: ReadonlySet<string> = new Set(["ipv4-routing", "ipv6-routing"]);

function runRouteadm(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const usage =
    "usage: routeadm [-p [<option>]]\n       routeadm [-R <root-dir>]\n       routeadm [-e <option>] [-d <option>] [-r <option>] [-u]";
  const options = readOptions("routeadm", args, "pe:d:r:s:l:m:uR:", usage);
  if (isResult(options)) return options;
  const other = ["p", "r", "s", "l", "m", "R"].find(options.has);
  if (other !== undefined) return unmodelled("routeadm", `-${other}`);
  const { e = [], d = [] } = options.lists;
  for (const [names, value] of [[e, "on"] as const, [d, "off"] as const])
    for (const name of names) {
      if (ROUTING.has(name)) return unmodelled("routeadm", name);
      const [, protocol] = (Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined) ?? [];
      if (protocol === undefined) return failed(`routeadm: unknown option "${name}"\n${usage}\n`);
      // What is set holds with the next boot, and with -u at once; the model knows the second alone.
      if (!options.has("u")) return unmodelled("routeadm", "a change without -u");
      const set = setTunable(host, process, protocol, "forwarding", value);
      if (!set.ok)
        return failed(`routeadm: ${name}: ${host.kernel.shell.strerror(set.errno)}\n`, 1, [set.decision]);
    }
  if (e.length + d.length > 0 || options.has("u")) return done();
  const stack = vnetOf(host, process);
  const line = (title: string, value: string): string =>
    `${title.padStart(27)}   ${value.padEnd(20)} ${value}\n`;
  const forwarding = Object.values(OPTIONS).map(([title, protocol]) => {
    const tunable = findTunable(protocol, "forwarding");
    return line(title, tunable && tunableValue(stack, tunable) === "on" ? "enabled" : "disabled");
  });
  return done(
    `${"Configuration".padStart(27)}   Current              Current\n${"Option".padStart(27)}   Configuration        System State\n${"-".repeat(63)}\n` +
      line("IPv4 routing", "disabled") +
      line("IPv6 routing", "disabled") +
      forwarding.join(""),
  );
}

export const routeadm = program(
  "/usr/sbin/routeadm",
  "whether packets are forwarded (-u -e ipv4-forwarding)",
  runRouteadm,
);
