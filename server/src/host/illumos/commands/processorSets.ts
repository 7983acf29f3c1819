import type { Decision, Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, type Options, readOptions } from "../../shell/options.ts";
import {
  processorBind,
  psetAssign,
  psetBind,
  psetCreate,
  psetDestroy,
  psrinfo,
} from "../resources/processorCalls.ts";
import { DEFAULT_SET } from "../resources/processorSets.ts";
import { illumosOf } from "../state.ts";
import { inGlobalZone, visibleProcesses, zoneFor } from "./views.ts";

/** psrset(8) and pbind(8). Source: usr/src/cmd/{psrset,pbind}. */

const PSRSET_USAGE = `usage: 
	psrset -c [-F] [processor_id ...]
	psrset -d processor_set_id ...
	psrset -n processor_set_id
	psrset -f processor_set_id
	psrset -e processor_set_id command [argument(s)...]
	psrset -a [-F] processor_set_id processor_id ...
	psrset -r [-F] processor_id ...
	psrset -p [processorid ...]
	psrset -b processor_set_id pid[/lwpids] ...
	psrset -b -z zonename processor_set_id
	psrset -u pid[/lwpids] ...
	psrset -q [pid[/lwpids] ...]
	psrset -U [processor_set_id] ...
	psrset -Q [processor_set_id] ...
	psrset [-i] [processor_set_id ...]
`;

/** What a run prints and decides, line by line. */
class Report {
  private stdout = "";
  private stderr = "";
  private readonly decisions: Decision[] = [];
  private readonly context: CommandContext;
  private readonly tool: string;

  constructor(context: CommandContext, tool: string) {
    this.context = context;
    this.tool = tool;
  }

  say(line: string): void {
    this.stdout += `${line}\n`;
  }

  complain(text: string, errno?: Errno): void {
    const reason = errno === undefined ? "" : `: ${this.context.host.kernel.shell.strerror(errno)}`;
    this.stderr += `${this.tool}: ${text}${reason}\n`;
  }

  /** Whether a call went; what it could not do is said. */
  went(outcome: Outcome<unknown>, what: string): boolean {
    this.decisions.push(outcome.decision);
    if (!outcome.ok) this.complain(what, outcome.errno);
    return outcome.ok;
  }

  get result(): CommandResult {
    const { stdout, stderr, decisions } = this;
    return { ...done(stdout, decisions), stderr, status: stderr === "" ? 0 : 1 };
  }
}

/** The set of a CPU; undefined for the default one, which to psrset is none. */
function setOfCpu({ host }: CommandContext, cpu: number): number | undefined {
  const set = Object.values(illumosOf(host).processorSets).find(({ cpus }) => cpus.includes(cpu));
  return set && set.name !== DEFAULT_SET ? set.id : undefined;
}

/** `2`, `1-3`. */
function cpusOf(words: readonly string[], report: Report): number[] {
  return words.flatMap((word) => {
    const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
    if (first === "" || Number(last) < Number(first)) {
      report.complain(`invalid processor ${word.includes("-") ? "range" : "ID"} ${word}`);
      return [];
    }
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
  });
}

/** Processes by number. Threads of one, `601/2`, are refused by `ofThreads` before. */
function pidsOf(words: readonly string[], report: Report): number[] {
  return words.flatMap((word) => {
    if (/^\d+$/.test(word)) return [Number(word)];
    report.complain(`invalid process ID: ${word}`);
    return [];
  });
}

function ofThreads(tool: string, words: readonly string[]): CommandResult | undefined {
  return words.some((word) => /^\d+\//.test(word)) ? unmodelled(tool, "threads of a process") : undefined;
}

const told = (set: number | undefined, none: string): string => (set === undefined ? none : String(set));

function assign(context: CommandContext, report: Report, set: number, words: readonly string[]): void {
  for (const cpu of cpusOf(words, report)) {
    const before = setOfCpu(context, cpu);
    const what = set < 0 ? `cannot remove processor ${cpu}` : `cannot assign processor ${cpu}`;
    if (report.went(psetAssign(context.host, context.process, set, cpu), what))
      report.say(
        `processor ${cpu}: was ${told(before, "not assigned")}, now ${told(setOfCpu(context, cpu), "not assigned")}`,
      );
  }
}

/** Lines on what binds processes: a set, or a CPU. */
function bind(
  report: Report,
  target: Process | undefined,
  pid: number,
  to: number | undefined,
  of: (process: Process) => number | undefined,
  call: () => Outcome<unknown>,
): void {
  const before = target && of(target);
  if (report.went(call(), `cannot ${to === undefined ? "unbind" : "bind"} pid ${pid}`))
    report.say(`process id ${pid}: was ${told(before, "not bound")}, now ${told(to, "not bound")}`);
}

const boundSet = ({ illumos }: Process): number | undefined => illumos?.processorSet;
const boundCpu = ({ affinity }: Process): number | undefined => affinity?.[0];

/** `-q`, for processes that are named or for all that are bound. */
function query(
  { host, process }: CommandContext,
  report: Report,
  words: readonly string[],
  of: (process: Process) => number | undefined,
): void {
  const all = visibleProcesses(host, process);
  if (words.length === 0) {
    for (const one of all) if (of(one) !== undefined) report.say(`process id ${one.pid}: ${of(one)}`);
    return;
  }
  for (const number of pidsOf(words, report)) {
    const target = all.find(({ pid }) => pid === number);
    if (!target) report.complain(`cannot query pid ${number}`, "ESRCH");
    else report.say(`process id ${target.pid}: ${told(of(target), "not bound")}`);
  }
}

function targetOf({ host, process }: CommandContext, pid: number): Process | undefined {
  return visibleProcesses(host, process).find((one) => one.pid === pid);
}

function runPsrset(context: CommandContext): CommandResult {
  const { host, process, args, exec } = context;
  const options = readOptions("psrset", args, "cdFarpibqQuUnfez:", PSRSET_USAGE.trimEnd(), 2);
  if (isResult(options)) return options;
  const actions = options.flags.filter((letter) => letter !== "F" && letter !== "z");
  if (actions.length > 1) return failed(`psrset: options are mutually exclusive\n${PSRSET_USAGE}`, 2);
  const [action = "i"] = actions;
  const report = new Report(context, "psrset");
  let words = options.rest;
  let set = -1;
  if ("abfne".includes(action)) {
    const [first] = words;
    if (first === undefined) return failed(`psrset: must specify processor set\n${PSRSET_USAGE}`, 2);
    if (!/^\d+$/.test(first)) return failed(`psrset: invalid processor set ID ${first}\n`, 1);
    set = Number(first);
    words = words.slice(1);
  }
  const refused = "buq".includes(action) ? ofThreads("psrset", words) : undefined;
  if (refused) return refused;
  switch (action) {
    case "c": {
      const made = psetCreate(host, process);
      if (!report.went(made, "could not create processor set") || !made.ok) break;
      report.say(`created processor set ${made.value}`);
      assign(context, report, made.value, words);
      break;
    }
    case "d":
      for (const word of words)
        if (report.went(psetDestroy(host, process, Number(word)), `could not remove processor set ${word}`))
          report.say(`removed processor set ${word}`);
      break;
    case "a":
    case "r":
      if (words.length === 0)
        return failed(`psrset: must specify at least one processor\n${PSRSET_USAGE}`, 2);
      assign(context, report, set, words);
      break;
    case "b":
      bindSet(context, report, options, set, words);
      break;
    case "u":
      for (const pid of pidsOf(words, report))
        bind(report, targetOf(context, pid), pid, undefined, boundSet, () =>
          psetBind(host, process, "pid", pid, undefined),
        );
      break;
    case "U":
      if (words.length === 0)
        report.went(psetBind(host, process, "all", 0, undefined), "failed to unbind all LWPs");
      else
        for (const one of visibleProcesses(host, process))
          if (words.includes(String(boundSet(one))))
            report.went(psetBind(host, process, "pid", one.pid, undefined), `cannot unbind pid ${one.pid}`);
      break;
    case "q":
    case "Q":
      query(context, report, action === "Q" ? [] : words, boundSet);
      break;
    case "e": {
      const bound = psetBind(host, process, "pid", process.pid, set);
      if (!report.went(bound, `cannot exec in processor set ${set}`)) break;
      if (words.length === 0) return failed(`psrset: must specify command\n${PSRSET_USAGE}`, 2);
      return exec(words, { prefix: "psrset: cannot exec command ", status: 1 });
    }
    case "p":
      for (const { id } of psrinfo(host, process)) {
        const of = setOfCpu(context, id);
        if (words.length > 0 ? words.includes(String(id)) : of !== undefined)
          report.say(`processor ${id}: ${told(of, "not assigned")}`);
      }
      break;
    case "i":
      showSets(context, report, words);
      break;
    default:
      return unmodelled("psrset", "-f and -n");
  }
  return report.result;
}

function bindSet(
  context: CommandContext,
  report: Report,
  options: Options,
  set: number,
  words: readonly string[],
): void {
  const { host, process } = context;
  const { z: name } = options.values;
  if (name !== undefined) {
    const zone = inGlobalZone(process) ? zoneFor(host, process, name) : undefined;
    if (!zone) report.complain(`invalid zone name: ${name}`);
    else if (report.went(psetBind(host, process, "zoneid", zone.id, set), `cannot bind zone ${name}`))
      report.say(`zone ${name}: bound to ${set}`);
    return;
  }
  for (const pid of pidsOf(words, report))
    bind(report, targetOf(context, pid), pid, set, boundSet, () => psetBind(host, process, "pid", pid, set));
}

/** The sets beside the default one, each with its CPUs. In a zone no set is there but its own. */
function showSets(context: CommandContext, report: Report, words: readonly string[]): void {
  const { host, process } = context;
  const seen = new Set(psrinfo(host, process).map(({ id }) => id));
  const sets = Object.values(illumosOf(host).processorSets).filter(
    ({ name, cpus }) => name !== DEFAULT_SET && (inGlobalZone(process) || cpus.some((cpu) => seen.has(cpu))),
  );
  for (const word of words)
    if (sets.every(({ id }) => id !== Number(word)))
      report.complain(`cannot get info for processor set ${word}`, "EINVAL");
  for (const { id, cpus } of sets) {
    if (words.length > 0 && !words.includes(String(id))) continue;
    const list = cpus.length === 0 ? " empty" : ` processor${cpus.length > 1 ? "s" : ""} ${cpus.join(" ")}`;
    report.say(`user processor set ${id}:${list}`);
  }
}

const PBIND_USAGE = `usage:
	pbind -b processor_id pid[/lwpids] ...
	pbind -e processor_id command [argument(s)...]
	pbind -u pid[/lwpids] ...
	pbind -U [processor_id] ...
	pbind -q [pid[/lwpids] ...]
	pbind -Q [processor_id] ...
`;

function runPbind(context: CommandContext): CommandResult {
  const { host, process, args, exec } = context;
  const options = readOptions("pbind", args, "b:e:uUqQ", PBIND_USAGE.trimEnd(), 2);
  if (isResult(options)) return options;
  const [action, second] = options.flags;
  if (action === undefined || second !== undefined) return failed(PBIND_USAGE, 2);
  const report = new Report(context, "pbind");
  const cpu = options.values["b"] ?? options.values["e"];
  if (cpu !== undefined && !/^\d+$/.test(cpu)) return failed(`pbind: invalid processor ID ${cpu}\n`);
  const words = options.rest;
  const refused = "buq".includes(action) ? ofThreads("pbind", words) : undefined;
  if (refused) return refused;
  if (action === "e") {
    const bound = processorBind(host, process, process.pid, Number(cpu));
    if (!report.went(bound, `cannot bind pid ${process.pid}`)) return report.result;
    return exec(words, { prefix: "pbind: cannot exec ", status: 1 });
  }
  if (action === "q" || action === "Q") query(context, report, action === "Q" ? [] : words, boundCpu);
  else if (action === "U") {
    for (const one of visibleProcesses(host, process))
      if (boundCpu(one) !== undefined && (words.length === 0 || words.includes(String(boundCpu(one)))))
        report.went(processorBind(host, process, one.pid, undefined), `cannot unbind pid ${one.pid}`);
  } else {
    if (words.length === 0) return failed(PBIND_USAGE, 2);
    const to = action === "b" ? Number(cpu) : undefined;
    for (const pid of pidsOf(words, report))
      bind(report, targetOf(context, pid), pid, to, boundCpu, () => processorBind(host, process, pid, to));
  }
  return report.result;
}

export const bindingCommands = [
  program("/usr/sbin/psrset", "processor sets (-c, -d, -a, -r, -b, -u, -q, -i)", runPsrset),
  program("/usr/sbin/pbind", "bind processes to a processor (-b, -u, -q)", runPbind),
];
