import { basicPrivileges, privilegeOrder } from "../../../catalog/illumos/privilegeSets.ts";
import { findPrivilege } from "../../../catalog/zonecfg/lookup.ts";
import type { Decision } from "../../decision.ts";
import { setCredential } from "../../process/credentials.ts";
import { findProcess } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { quoteWords } from "../../shell/quote.ts";
import { everyPrivilege, privilegeSet, type SetName, setNumber } from "../privileges.ts";
import { processFor } from "../process/permissions.ts";
import { illumosOf } from "../state.ts";
import { zoneOf } from "../zones.ts";
import { applySpec, executePrivileges, type PrivilegeSpec, privilegeSpec } from "./privilegeSpec.ts";
import { commandLine } from "./psFields.ts";

/** ppriv(1), and programs that give privileges to others. */

const SETS: readonly (readonly [letter: string, name: SetName])[] = [
  ["E", "effective"],
  ["I", "inheritable"],
  ["P", "permitted"],
  ["L", "limit"],
];

/** The short form of priv_set_to_str(3C): `all`, `zone`, `basic` and what is more or less. */
function shortText(context: CommandContext, subject: Process, which: SetName): string {
  const { host } = context;
  const number = setNumber(host, subject, which);
  const names = privilegeSet(host, subject, which);
  if (names.length === privilegeOrder.length) return "all";
  if (number === zoneOf(host, context.process).privileges) return "zone";
  if (names.length === 0) return "none";
  const missing = [...basicPrivileges].filter((name) => !names.includes(name));
  const more = names.filter((name) => !basicPrivileges.has(name));
  const whole = missing.length + more.length + 1;
  return whole < names.length
    ? ["basic", ...missing.map((name) => `!${name}`), ...more].join(",")
    : names.join(",");
}

const USAGE =
  "usage:\tppriv [-v] [-S] [-D|-N] [-M] [-s spec] [-e cmd [arg...]|pid ...]\n\tppriv -l [-v] [zone|global|all|basic|privname ...]";

function runPpriv(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const options = readOptions("ppriv", args, "lvSDNMes:x", USAGE, 2);
  if (isResult(options)) return options;
  if (options.has("l")) return listing(context, options.rest, options.has("v"));
  const other = ["N", "M", "x"].find(options.has);
  if (other) return unmodelled("ppriv", `-${other}`);
  if (options.rest.length === 0) return failed(`${USAGE}\n`, 2);
  const { s: text } = options.values;
  const spec = text === undefined ? undefined : privilegeSpec(host, process, text);
  if (typeof spec === "string") return failed(`ppriv: bad privilege specification: ${spec}\n`, 2);
  if (options.has("e")) return executed(context, options.rest, spec, options.has("D"));
  if (spec) return changed(context, options.rest, spec);
  if (options.has("D")) return unmodelled("ppriv", "-D of a process that runs");
  let stdout = "";
  let stderr = "";
  for (const word of options.rest) {
    // `$$` is the shell itself; a path below /proc names a process as well.
    const pid = Number(/(\d+)\/?$/.exec(word)?.[1] ?? Number.NaN);
    const target = findProcess(host, pid);
    const seen = target && host.kernel.processes.canSee(host, process, target).ok;
    if (!target || !seen) {
      stderr += `ppriv: cannot examine ${word}: no such process\n`;
      continue;
    }
    stdout += `${target.pid}:\t${commandLine(target)}\nflags = <none>\n`;
    for (const [letter, which] of SETS) {
      const names = privilegeSet(host, target, which);
      const text = options.has("v") ? names.join(",") || "none" : shortText(context, target, which);
      stdout += `\t${letter}: ${text}\n`;
    }
  }
  return { ...done(stdout), stderr, status: stderr === "" ? 0 : 1 };
}

/** `-s SPEC PID…`: changes sets of processes that run. */
function changed(
  { host, process }: CommandContext,
  words: readonly string[],
  spec: PrivilegeSpec,
): CommandResult {
  let stderr = "";
  const decisions: Decision[] = [];
  for (const word of words) {
    const target = processFor(host, process, Number(/(\d+)\/?$/.exec(word)?.[1] ?? Number.NaN));
    const refusal = target.ok ? applySpec(host, process, spec, target.value) : target;
    if (!refusal || refusal.ok) continue;
    decisions.push(refusal.decision);
    stderr += target.ok
      ? `ppriv: cannot change privileges of ${word}: ${host.kernel.shell.strerror(refusal.errno)}\n`
      : `ppriv: cannot examine ${word}: no such process\n`;
  }
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

/** `-e [-D] [-s SPEC] COMMAND`: with `-D` each check that fails for a privilege is told. */
function executed(
  { host, process, exec }: CommandContext,
  words: readonly string[],
  spec: PrivilegeSpec | undefined,
  debug: boolean,
): CommandResult {
  const refusal = spec && applySpec(host, process, spec, process);
  if (refusal && !refusal.ok)
    return failed(`ppriv: ${host.kernel.shell.strerror(refusal.errno)}\n`, 1, [refusal.decision]);
  if (spec) executePrivileges(host, process);
  const { pid, credential } = process;
  const result = exec(words, { prefix: "ppriv: ", status: 1 });
  if (!debug) return result;
  // The number of the system call and the place in the kernel are not part of the model.
  const missing = result.decisions.flatMap(({ verdict, rule }) => {
    const name = verdict === "deny" ? /^priv\/(\w+)$/.exec(rule)?.[1] : undefined;
    return name === undefined
      ? []
      : [`${words[0]}[${pid}]: missing privilege "${name}" (euid = ${credential.uid}) needed\n`];
  });
  return { ...result, stderr: missing.join("") + result.stderr };
}

/** `-l`: the names, with `-v` what they allow. */
function listing(
  { host, process }: CommandContext,
  words: readonly string[],
  verbose: boolean,
): CommandResult {
  const ownZone = new Set(illumosOf(host).privilegeSets[zoneOf(host, process).privileges]);
  const names = new Set<string>();
  for (const word of words.length > 0 ? words : ["all"]) {
    const name = word.toLowerCase();
    if (name === "all" || name === "global") for (const each of privilegeOrder) names.add(each);
    else if (name === "zone") for (const each of privilegeOrder) ownZone.has(each) && names.add(each);
    else if (name === "basic") for (const each of basicPrivileges) names.add(each);
    else if (privilegeOrder.includes(name)) names.add(name);
    else return failed(`ppriv: invalid privilege name ${word}\n`);
  }
  const lines = privilegeOrder
    .filter((name) => names.has(name))
    .map((name) => (verbose ? `${name}\n\t${findPrivilege(name)?.description ?? ""}\n` : `${name}\n`));
  return done(lines.join(""));
}

/** pfexec(1): with the rights profiles that root has, a program runs as it would without it. */
function runPfexec({ host, process, args, exec }: CommandContext): CommandResult {
  const words = args[0] === "-P" ? args.slice(2) : args;
  if (words.length === 0) return failed("pfexec [-P privset] command [args]\npfexec command [args]\n", 1);
  const may = everyPrivilege(host, process);
  const result = exec(words, { prefix: "pfexec: ", status: 1 });
  return may.ok ? result : { ...result, decisions: [...result.decisions, may.decision] };
}

/** su(8), as root: nobody asks for a password. */
function runSu({ host, process, args, run, exec }: CommandContext): CommandResult {
  const words = args[0] === "-" ? args.slice(1) : [...args];
  const name = words[0] !== undefined && !words[0].startsWith("-") ? (words[0] as string) : "root";
  const rest = words[0] === name ? words.slice(1) : words;
  const account = host.state.machine.users.find((user) => user.name === name);
  if (!account) return failed(`su: Unknown id: ${name}\n`);
  if (process.credential.uid !== 0 && process.credential.uid !== account.uid)
    return failed("su: Sorry\n", 1, [
      {
        verdict: "deny",
        errno: "EPERM",
        rule: "su/password",
        reason: "It asks for a password, and nobody is there to give it.",
        causes: [],
      },
    ]);
  const line = rest[0] === "-c" ? (rest[1] ?? "") : quoteWords(rest);
  const groups = host.state.machine.groups.filter(({ members }) => members.includes(name));
  const before = { ...process.credential };
  const credential = {
    ...before,
    uid: account.uid,
    ruid: account.uid,
    svuid: account.uid,
    gid: account.gid,
    groups: [...new Set([account.gid, ...groups.map(({ gid }) => gid)])],
  };
  process.environment = { ...process.environment, USER: name, LOGNAME: name, HOME: account.home };
  setCredential(host, process, credential);
  return line === "" ? exec(["sh"], { prefix: "su: ", status: 1 }) : run(line);
}

export const privilegeCommands: readonly Command[] = [
  program(
    "/usr/bin/ppriv",
    "privileges of processes (-v PID, -s SPEC PID, -e -s SPEC COMMAND, -eD COMMAND) and of the zone (-l zone)",
    runPpriv,
  ),
  program("/usr/bin/pfexec", "run a program with the rights of a profile", runPfexec),
  program("/usr/bin/su", "become another user (-c LINE)", runSu),
];
