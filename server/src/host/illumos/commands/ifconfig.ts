import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, program, unmodelled } from "../../shell/command.ts";
import { holds } from "../privileges.ts";
import { ifconfigText } from "./ifconfigText.ts";
import { type Logical, logicalInterfaces, logicalName } from "./networkViews.ts";

/** ifconfig(8). Source: usr/src/cmd/cmd-inet/usr.sbin/ifconfig/ifconfig.c. */

const USAGE =
  "usage: ifconfig <interface> | -a[ 4 | 6 | D ] [ addif [ <addr> ] ] [ up ] [ down ] [ plumb ] [ unplumb ] [ zone <zonename> ]\n";

/** `-a`, `-a4`, `-au`, `-adD` … */
function ofLetters(all: readonly Logical[], letters: string): Logical[] {
  return all.filter(
    ({ family, interface: { up } }) =>
      (!letters.includes("4") || family === "inet") &&
      (!letters.includes("6") || family === "inet6") &&
      (!letters.includes("u") || up) &&
      (!letters.includes("d") || !up),
  );
}

function runIfconfig(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const [first, ...rest] = args;
  if (first === undefined) return failed(USAGE);
  const all = logicalInterfaces(host, process);
  const text = (shown: readonly Logical[]): string =>
    shown
      .map((one) =>
        ifconfigText(host, one, process.credential.container, holds(host, process, "net_rawaccess")),
      )
      .join("");
  if (/^-a[46udDZ]*$/.test(first))
    return rest.length === 0
      ? done(text(ofLetters(all, first.slice(2))))
      : unmodelled("ifconfig", rest.join(" "));
  const family = rest[0] === "inet" || rest[0] === "inet6" ? rest[0] : undefined;
  if (rest.length > (family ? 1 : 0)) return unmodelled("ifconfig", rest.join(" "));
  const shown = all.filter((one) => logicalName(one) === first && one.family === (family ?? one.family));
  if (shown.length === 0) return failed(`ifconfig: status: SIOCGLIFFLAGS: ${first}: no such interface\n`);
  return done(text(shown));
}

export const ifconfig = program("/usr/sbin/ifconfig", "IP interfaces (-a, NAME)", runIfconfig);
