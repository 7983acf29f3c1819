import type { Decision } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import { kill } from "../../process/signals.ts";
import { signalName } from "../../process/signalTable.ts";
import type { Process } from "../../process/types.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { userId } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { compileRegex } from "../../shell/regex.ts";
import { commandLine } from "./psFields.ts";
import { parentSeen, visibleProcesses, zoneFor } from "./views.ts";

/** Signals to processes. */

/** Numbers of illumos, which are not those of others behind 15. Source: usr/src/uts/common/sys/iso/signal_iso.h. */
const NUMBERS: readonly string[] = [
  ...["0", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "EMT", "FPE", "KILL", "BUS", "SEGV", "SYS", "PIPE"],
  ...["ALRM", "TERM", "USR1", "USR2", "CHLD", "PWR", "WINCH", "URG", "POLL", "STOP", "TSTP", "CONT"],
  ...["TTIN", "TTOU", "VTALRM", "PROF", "XCPU", "XFSZ"],
];

/** The name of a signal that is given by name or number. */
function signalOf(word: string): string | undefined {
  const name = /^\d+$/.test(word) ? NUMBERS[Number(word)] : word.toUpperCase().replace(/^SIG/, "");
  const known = name === "POLL" ? "IO" : name;
  return known !== undefined && signalName(known) ? known : undefined;
}

/** What kill(1) says, which is a builtin. Source: bash(1); bltins/trap.c and sh/jobs.c of ksh93 in usr/src/contrib/ast. */
interface KillTexts {
  readonly usage: string;
  signal(word: string): string;
  target(word: string): string;
  refused(word: string, errno: Errno, error: string): string;
}

const BASH: KillTexts = {
  usage: "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
  signal: (word) => `kill: ${word}: invalid signal specification`,
  target: (word) => `kill: ${word}: arguments must be process or job IDs`,
  refused: (word, _, error) => `kill: (${word}) - ${error}`,
};

const KSH93: KillTexts = {
  usage: "Usage: kill [-n signum] [-s signame] job ...\n   Or: kill [ options ] -l [arg ...]",
  signal: (word) => `kill: ${word}: unknown signal name`,
  target: (word) => `kill: ${word}: Arguments must be %job or process ids`,
  refused: (word, errno) => `kill: ${word}: ${errno === "EPERM" ? "permission denied" : "no such process"}`,
};

/** kill(1) as the shell that is asked has it built in. */
function runKill({ host, process, args, shell }: CommandContext): CommandResult {
  const ksh = shell.kind === "ksh93";
  const texts = ksh ? KSH93 : BASH;
  const complain = (text: string): string => `${shell.complaint(text)}\n`;
  // Here ksh93 does not say who complains.
  const bare = (text: string): string => (ksh ? `${text}\n` : complain(text));
  let signal = "TERM";
  let targets = [...args];
  const [first, second] = targets;
  if (first === "-l") return done(`${NUMBERS.slice(1).join(" ")}\n`);
  if (first === "-s" || first === "-n") {
    if (second === undefined) return failed(bare(texts.usage), 2);
    signal = second;
    targets = targets.slice(2);
  } else if (first !== undefined && /^-./.test(first) && first !== "--") {
    signal = first.slice(1);
    targets = targets.slice(1);
  }
  if (targets[0] === "--") targets = targets.slice(1);
  const name = signalOf(signal);
  if (name === undefined) return failed(complain(texts.signal(signal)));
  if (targets.length === 0) return failed(bare(texts.usage), 2);
  const decisions: Decision[] = [];
  let stderr = "";
  for (const target of targets) {
    if (!/^-?\d+$/.test(target)) {
      stderr += complain(texts.target(target));
      // An error of that kind ends the builtin of ksh93.
      if (ksh) break;
      continue;
    }
    const sent = kill(host, process, Number(target), name);
    decisions.push(sent.decision);
    if (!sent.ok) stderr += bare(texts.refused(target, sent.errno, host.kernel.shell.strerror(sent.errno)));
  }
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

const list = (text: string): string[] => text.split(",").filter(Boolean);

/** pgrep(1) and pkill(1): without -z they reach the processes of all zones that the caller sees. */
function search(name: "pgrep" | "pkill") {
  return ({ host, process: viewer, args }: CommandContext): CommandResult => {
    const usage = `Usage: ${name} [-flnovx] [-d delim] [-P ppidlist] [-g pgrplist] [-s sidlist] [-u euidlist] [-U uidlist] [-G gidlist] [-J projidlist] [-T taskidlist] [-c ctidlist] [-z zoneidlist] [-t termlist] [pattern]`;
    let signal = "TERM";
    const words = [...args];
    const first = words[0] ?? "";
    if (name === "pkill" && first.startsWith("-") && signalOf(first.slice(1)) && !/^-[a-zA-Z]$/.test(first)) {
      signal = signalOf(first.slice(1)) as string;
      words.shift();
    }
    const options = readOptions(name, words, "flnovxd:P:g:s:u:U:G:J:T:c:z:t:", usage, 2);
    if (isResult(options)) return options;
    const { z, u, U, P, g, s, d = "\n" } = options.values;
    const [pattern] = options.rest;
    if (pattern === undefined && Object.keys(options.values).length === 0)
      return failed(`${name}: No matching criteria specified\n${usage}\n`, 2);
    const regex = pattern === undefined ? undefined : compileRegex(pattern, { extended: true });
    if (typeof regex === "string") return failed(`${name}: ${regex}\n`, 2);
    const zones =
      z === undefined ? undefined : list(z).map((word) => ({ word, zone: zoneFor(host, viewer, word) }));
    const unknown = zones?.find(({ zone }) => !zone);
    if (unknown) return failed(`${name}: invalid zone name -- ${unknown.word}\n`, 2);
    const users = [...(u === undefined ? [] : list(u)), ...(U === undefined ? [] : list(U))];
    const matches = (process: Process): boolean => {
      const { credential, command, group, session, state } = process;
      if (process.pid === viewer.pid || state === "zombie") return false;
      const text = options.has("f") ? commandLine(process) : command;
      const at = regex?.match(text);
      const named =
        regex === undefined ||
        (at !== undefined && (!options.has("x") || (at[0] === 0 && at[1] === text.length)));
      const all =
        named &&
        (zones === undefined || zones.some(({ zone }) => zone?.id === credential.container)) &&
        (users.length === 0 || users.some((user) => userId(host, user) === credential.uid)) &&
        (P === undefined || list(P).includes(String(parentSeen(host, viewer, process)))) &&
        (g === undefined || list(g).includes(String(group))) &&
        (s === undefined || list(s).includes(String(session)));
      return all !== options.has("v");
    };
    const found = visibleProcesses(host, viewer).filter(matches);
    const chosen = options.has("n") ? found.slice(-1) : options.has("o") ? found.slice(0, 1) : found;
    if (name === "pgrep") {
      const shown = chosen.map((process) =>
        options.has("l")
          ? `${String(process.pid).padStart(5)} ${options.has("f") ? commandLine(process) : process.command}`
          : String(process.pid),
      );
      return { ...done(shown.length > 0 ? `${shown.join(d)}\n` : ""), status: chosen.length > 0 ? 0 : 1 };
    }
    const decisions: Decision[] = [];
    let stderr = "";
    for (const { pid } of chosen) {
      const sent = kill(host, viewer, pid, signal);
      decisions.push(sent.decision);
      if (!sent.ok)
        stderr += `pkill: Failed to signal pid ${pid}: ${host.kernel.shell.strerror(sent.errno)}\n`;
    }
    return { ...done("", decisions), stderr, status: chosen.length === 0 ? 1 : stderr === "" ? 0 : 1 };
  };
}

export const signalCommands: readonly Command[] = [
  { name: "kill", path: "/usr/bin/kill", summary: "send a signal", run: runKill },
  { name: "pgrep", path: "/usr/bin/pgrep", summary: "find processes (-f -l -z ZONE)", run: search("pgrep") },
  {
    name: "pkill",
    path: "/usr/bin/pkill",
    summary: "signal processes by name (-z ZONE)",
    run: search("pkill"),
  },
];
