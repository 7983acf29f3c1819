import type { Decision } from "../../decision.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { quoteWords } from "../../shell/quote.ts";
import { illumosOf } from "../state.ts";
import { type LoginCall, logout, zlogin } from "../zlogin.ts";
import { zoneadm } from "../zoneadm/zoneadm.ts";
import { attachConsole, detachConsole, watchConsole } from "../zoneadmd/console.ts";
import { findZone, zoneOf } from "../zones.ts";
import { zoneFor } from "./views.ts";

/** zonename(1), zoneadm(8) and zlogin(1). */

function runZonename({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("zonename", args, "t", "usage: zonename [-t] [ zoneid ]");
  if (isResult(options)) return options;
  const [word] = options.rest;
  if (options.has("t")) return done(`${zoneOf(host, process).ipType}\n`);
  if (word === undefined) return done(`${zoneOf(host, process).name}\n`);
  if (!/^\d+$/.test(word)) return failed(`zonename: ${word}: is not a valid zone id\n`);
  const seen = zoneFor(host, process, word);
  const found = seen && findZone(host, Number(word));
  return found ? done(`${found.name}\n`) : failed(`zonename: ${word}: could not find a zone with this id\n`);
}

/** The options in front of the command name the zone, by name or by UUID; `-R` is for other installations. */
function runZoneadm({ host, process, args, stdin }: CommandContext): CommandResult {
  let zone: string | undefined;
  const words = [...args];
  while (words[0]?.startsWith("-")) {
    const flag = /^-([zuR])(.*)$/.exec(words[0]);
    if (!flag) break;
    words.shift();
    const value = flag[2] || (words.shift() ?? "");
    if (flag[1] === "z") zone = value;
    if (flag[1] === "u") zone = illumosOf(host).index.find(({ uuid }) => uuid === value)?.name ?? zone;
  }
  const [command = "", ...options] = words;
  // Nobody answers questions unless something is piped in.
  const answer = stdin.trim();
  const result = zoneadm(host, process, {
    ...(zone !== undefined && { zone }),
    command: command === "" || command === "-?" ? "help" : command,
    options,
    ...(answer !== "" && { answer }),
  });
  return command === ""
    ? { ...result, status: 2, stdout: "", stderr: result.stdout + result.stderr }
    : result;
}

const ZLOGIN_USAGE = "usage: zlogin [-nQCES] [-e cmdchar] [-l user] zonename [command [args ...] ]\n";

interface Call extends LoginCall {
  readonly console: boolean;
  readonly disconnect: boolean;
}

/** Everything behind the zone's name is the command, with its own options. */
function readCall(args: readonly string[]): Call | undefined {
  const flags = new Set<string>();
  let user: string | undefined;
  const words = [...args];
  while (/^-./.test(words[0] ?? "") && words[0] !== "--") {
    const word = words.shift() as string;
    const value = /^-([A-Za-z]*)([le])(.*)$/.exec(word);
    if (value && /^[nQCESid]*$/.test(value[1] ?? "")) {
      for (const flag of value[1] ?? "") flags.add(flag);
      const text = value[3] || words.shift();
      if (text === undefined) return undefined;
      if (value[2] === "l") user = text;
      continue;
    }
    if (!/^-[nQCESid]+$/.test(word)) return undefined;
    for (const flag of word.slice(1)) flags.add(flag);
  }
  if (words[0] === "--") words.shift();
  const [zone, ...command] = words;
  if (zone === undefined) return undefined;
  if (flags.has("C") && (user !== undefined || flags.has("n") || flags.has("S") || command.length > 0))
    return undefined;
  if ((flags.has("S") && user !== undefined) || (flags.has("d") && !flags.has("C"))) return undefined;
  return {
    zone,
    ...(command.length > 0 && { command }),
    ...(user !== undefined && { user }),
    ...{ failsafe: flags.has("S"), interactive: flags.has("i"), quiet: flags.has("Q") },
    ...{ console: flags.has("C"), disconnect: flags.has("d") },
  };
}

function runZlogin(context: CommandContext): CommandResult {
  const { host, process, args, stdin, run, terminal } = context;
  const call = readCall(args);
  if (!call) return failed(ZLOGIN_USAGE, 2);
  if (call.console) return watch(context, call);
  const entered = zlogin(host, process, call);
  if (!entered.ok) return failed(`zlogin: ${sentence(entered.decision)}\n`, 1, [entered.decision]);
  const { connected, disconnected, process: inside } = entered.value;
  if (terminal && !call.command) {
    // The shell stays when zlogin has found its place, and reads what is typed from now on.
    const login = { process: inside, name: inside.args[0] ?? inside.command, closing: disconnected };
    return { ...done(connected === "" ? "" : `${connected}\n`, [entered.decision]), login };
  }
  const line = call.command ? lineOf(call.command) : stdin;
  const result = line === "" ? done() : run(line, inside);
  const status = result.status;
  logout(host, entered.value, status);
  const frame = (text: string): string => (text === "" ? "" : `${text}\n`);
  return {
    ...result,
    stdout: frame(connected) + result.stdout + frame(disconnected && `\n${disconnected}`),
    decisions: [entered.decision, ...result.decisions],
  };
}

/** Several words are joined by blanks, as su(8) gives them to a shell of the zone. */
function lineOf(command: readonly string[]): string {
  return command.length === 1 ? (command[0] as string) : quoteIfPlain(command);
}

/** What is no word for a shell by itself keeps its meaning to it: `zlogin web ls '*.c'` has the zone expand the star. */
function quoteIfPlain(command: readonly string[]): string {
  return command.some((word) => /[\s]/.test(word)) ? quoteWords(command) : command.join(" ");
}

/** What has appeared on the console since zoneadmd runs, and the client stays no longer than the command. */
function watch({ host, process }: CommandContext, { zone, disconnect }: Call): CommandResult {
  const attached = attachConsole(host, process, zone, { disconnect });
  if (!attached.ok) return failed(`zlogin: ${sentence(attached.decision)}\n`, 1, [attached.decision]);
  const session = attached.value;
  const { lines } = watchConsole(host, session);
  const text = lines.map((line) => `${line.text}\n`).join("");
  detachConsole(host, session);
  return done(`${session.connected}\n${text}\n${session.disconnected}\n`, [attached.decision]);
}

/** A reason in the form of an error message. */
function sentence({ reason }: Decision): string {
  return `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`.replace(/\.$/, "");
}

export const zoneCommands = [
  program("/usr/sbin/zoneadm", "zones (list, boot, halt, install, clone, …)", runZoneadm),
  program(
    "/usr/bin/zlogin",
    "log in to a zone (-C console, -S failsafe, -l USER), or run a command in it",
    runZlogin,
  ),
  program("/usr/bin/zonename", "the name of the own zone", runZonename),
];
