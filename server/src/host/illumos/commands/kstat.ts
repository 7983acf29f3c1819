import { type CommandContext, type CommandResult, done, program, unmodelled } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { linksOfZone, shortName } from "../network/linkIndex.ts";
import { DROP_COUNTERS } from "../network/protection.ts";
import { illumosOf } from "../state.ts";
import { GLOBAL } from "../zones.ts";

/**
 * kstat(8) with `-p`: of all statistics of the kernel those of links that count what protection drops. Source:
 * usr/src/uts/common/io/mac/mac_stat.c.
 */
function runKstat({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage:\nkstat [ -Cjlpq ] [ -T d|u ] [ -c class ]\n      [ -m module ] [ -i instance ] [ -n name ] [ -s statistic ]\n";
  const options = readOptions("kstat", args, "Cjlpqm:i:n:s:c:T:", usage, 2);
  if (isResult(options)) return options;
  if (!options.has("p")) return unmodelled("kstat", "its output without -p");
  const [module = "", , name = "", statistic = ""] = (options.rest[0] ?? "").split(":");
  const wanted = { link: options.values["m"] ?? module, name: options.values["n"] ?? name };
  const only = options.values["s"] ?? statistic;
  if (wanted.name !== STATISTICS) return unmodelled("kstat", `statistics other than ${STATISTICS}`);
  const { container } = process.credential;
  const links = container === GLOBAL ? Object.values(illumosOf(host).links) : linksOfZone(host, container);
  const lines = links
    .map((link) => ({ link, called: container === GLOBAL ? link.name : shortName(link) }))
    .filter(({ called }) => wanted.link === "" || called === wanted.link)
    .flatMap(({ link, called }) =>
      Object.values(DROP_COUNTERS)
        .filter((counter) => only === "" || counter === only)
        .map((counter) => `${called}:0:${STATISTICS}:${counter}\t${link.drops[counter] ?? 0}\n`),
    );
  return { ...done(lines.sort().join("")), status: lines.length > 0 ? 0 : 1 };
}

const STATISTICS = "mac_misc_stat";

export const kstat = program("/usr/bin/kstat", "what links have dropped (-p LINK:0:mac_misc_stat)", runKstat);
