import type { HostEvent } from "../../events.ts";
import type { Host } from "../../host.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { enableProbes } from "../administration.ts";
import { findZone, GLOBAL, zoneOf } from "../zones.ts";

/**
 * dtrace(8), as far as it can be had without a kernel: the probes are the events of the simulation, which it filters by
 * the zone that they are about. `-c COMMAND` shows what a command leads to; without it the end of the log is shown.
 */

/** What a script asks of each event. */
interface Filter {
  readonly zone?: string;
  readonly not?: string;
  readonly word?: string;
  /** What `@[…] = count()` counts by: none of them for `@ = count()`. Absent: each event has a line. */
  readonly keys?: readonly string[];
}

/** `syscall:::entry /zonename == "web"/ { @[zonename] = count(); }` */
function readScript(host: Host, script: string): Filter {
  const same = /zonename\s*==\s*"([^"]*)"/.exec(script)?.[1];
  const other = /zonename\s*!=\s*"([^"]*)"/.exec(script)?.[1];
  const id = /pr_zoneid\s*==\s*(\d+)/.exec(script)?.[1];
  const byId = id === undefined ? undefined : (findZone(host, Number(id))?.name ?? `zone ${id}`);
  const word = /^\s*\w+:\w*:([\w*]+):/.exec(script)?.[1];
  const zone = same ?? byId;
  // Source: the probes of usr/src/uts/common/fs/zfs/zfs_zone.c.
  const throttle = /^\s*(?:sdt:\w*:\w*:)?zfs-zone-(?:throttle|wait)\b/.test(script);
  const count = /@\w*(?:\[([^\]]*)\])?\s*=\s*count\(\)/.exec(script);
  return {
    ...(zone !== undefined && { zone }),
    ...(other !== undefined && { not: other }),
    ...(throttle && { word: "zone.io" }),
    ...(word !== undefined && word !== "*" && { word: word.replaceAll("*", "") }),
    ...(count && {
      keys: (count[1] ?? "")
        .split(",")
        .map((key) => key.trim())
        .filter((key) => key !== ""),
    }),
  };
}

const zoneOfEvent = ({ container }: HostEvent): string => container || "global";

/** What an event has of the variables of D: its kind stands where a function would. */
const VARIABLES: Readonly<Record<string, (event: HostEvent) => string>> = {
  zonename: zoneOfEvent,
  probefunc: ({ kind }) => kind,
  probename: () => "entry",
};

function matches({ zone, not, word }: Filter, event: HostEvent): boolean {
  const name = zoneOfEvent(event);
  if (zone !== undefined && name !== zone) return false;
  if (not !== undefined && name === not) return false;
  return word === undefined || `${event.kind} ${event.message}`.includes(word);
}

/** Events that are shown of the past. */
const SHOWN = 20;

function runDtrace({ host, process, args, run }: CommandContext): CommandResult {
  const usage =
    "Usage: dtrace [-32|-64] [-aACeFGhHlqSvVwZ] [-b bufsz] [-c cmd] [-D name[=def]] [-I path] [-L path] [-o output] [-p pid] [-s script] [-U name] [-x opt[=val]] [-X a|c|s|t] [-n name [[ predicate ] action ]]";
  const options = readOptions("dtrace", args, "n:c:p:s:x:qlwFi:m:P:f:o:", usage, 2);
  if (isResult(options)) return options;
  const { n: script, c: command } = options.values;
  const other = options.flags.find((letter) => !"ncqwx".includes(letter));
  if (other !== undefined) return unmodelled("dtrace", `-${other}`);
  if (script === undefined) return failed(`${usage}\n`, 2);
  const provider = /^\s*(\w*)/.exec(script)?.[1]?.replace(/\d+$/, "") ?? "";
  const may = enableProbes(host, process, provider);
  if (!may.ok)
    return failed("dtrace: failed to initialize dtrace: DTrace requires additional privileges\n", 1, [
      may.decision,
    ]);
  const filter = readScript(host, script);
  const strange = filter.keys?.find((key) => !Object.hasOwn(VARIABLES, key));
  if (strange !== undefined) return unmodelled("dtrace", `counting by ${strange}`);
  const from = host.events.length;
  const result = command === undefined ? undefined : run(command);
  const own = zoneOf(host, process);
  const seen = host.events
    .slice(result ? from : 0)
    .filter((event) => (own.id === GLOBAL || zoneOfEvent(event) === own.name) && matches(filter, event));
  const shown = result ? seen : seen.slice(-SHOWN);
  const name = /^\s*([^\s/{]+)/.exec(script)?.[1] ?? "";
  const head = options.has("q")
    ? ""
    : `dtrace: description '${name}' matched ${shown.length} probe${shown.length === 1 ? "" : "s"}\n`;
  const decisions = [may.decision, ...(result?.decisions ?? [])];
  const { keys } = filter;
  if (keys) {
    const counts = new Map<string, number>();
    for (const event of shown) {
      const key = keys.map((name) => `  ${(VARIABLES[name]?.(event) ?? "").padEnd(50)}`);
      counts.set(key.join(""), (counts.get(key.join("")) ?? 0) + 1);
    }
    const lines = [...counts]
      .sort((a, b) => a[1] - b[1])
      .map(([key, count]) => `${key} ${String(count).padStart(16)}\n`);
    return { ...done(`${result?.stdout ?? ""}\n${lines.join("")}`, decisions), stderr: head };
  }
  const lines = shown.map(
    ({ seq, kind, message, ...event }) =>
      `  0 ${String(seq).padStart(6)} ${kind.padStart(20)}:${zoneOfEvent({ seq, kind, message, ...event })} ${message}\n`,
  );
  const columns = options.has("q") ? "" : "CPU     ID                    FUNCTION:NAME\n";
  return { ...done(`${result?.stdout ?? ""}${columns}${lines.join("")}`, decisions), stderr: head };
}

export const dtrace = program(
  "/usr/sbin/dtrace",
  "filter the events of the simulation by zonename (-n SCRIPT, -c COMMAND)",
  runDtrace,
);
