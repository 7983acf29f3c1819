import type { Decision, Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { openIpnet, openLink } from "../network/frames.ts";
import { linksOfZone, shortName } from "../network/linkIndex.ts";
import { illumosOf } from "../state.ts";
import { GLOBAL } from "../zones.ts";

/** snoop(8): whether somebody could listen, and where. The model has no packets that pass by while nothing is done. */

function firstLink(host: Host, { credential: { container } }: Process): string | undefined {
  if (container !== GLOBAL) return linksOfZone(host, container).map(shortName)[0];
  return Object.values(illumosOf(host).links).find(
    ({ class: kind, zone }) => kind === "phys" && zone === GLOBAL,
  )?.name;
}

function runSnoop({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage:  snoop [ -ant ] [ -r ] [ -P ] [ -D ] [ -S ] [ -i file ] [ -o file ] [ -n file ] [ -d device ] [ -I interface ] [ -c count ] [ expression ]";
  const options = readOptions("snoop", args, "aCDd:fi:I:Nn:o:p:Pqrs:St:vVx:c:", usage);
  if (isResult(options)) return options;
  const { d: device, I: ip } = options.values;
  const name = ip ?? device ?? firstLink(host, process);
  if (name === undefined) return failed("snoop: No network interface devices found\n");
  const opened: Outcome<unknown> =
    ip === undefined ? openLink(host, process, name) : openIpnet(host, process, name);
  const decisions: Decision[] = [opened.decision];
  if (!opened.ok) {
    const text =
      opened.errno === "ENOENT" ? "DLPI link does not exist" : host.kernel.shell.strerror(opened.errno);
    return failed(`snoop: cannot open "${name}": ${text}\n`, 1, decisions);
  }
  const how = options.has("P") ? "non promiscuous" : "promiscuous mode";
  const text = ip === undefined ? `Using device ${name} (${how})\n` : `Using device ipnet/${name} (${how})\n`;
  return { ...done("", decisions), stderr: text, stays: true };
}

export const snoop = program("/usr/sbin/snoop", "watch a link (-d LINK) or an interface (-I NAME)", runSnoop);
