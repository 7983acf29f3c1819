import type { Host } from "../host/host.ts";
import type { Process } from "../host/process/types.ts";
import { findProgram } from "../host/shell/programs.ts";
import { runShell } from "../host/shell/run.ts";

/**
 * Options and subcommands of modelled programs, for Tab. Nobody lists them a second time: the program itself is asked,
 * with an option that none has, and what it prints as its usage is read.
 */

/** The letter that getopt(3) never takes. */
const WRONG = "-:";
/** Words that need no quotes. */
const PLAIN = /^[\w./@:=+-]+$/;

/**
 * What could stand behind some words of a command line.
 * @param host a copy that is thrown away: the program is really called
 * @param words the program and what follows, without the word that is asked for
 */
export function optionsBehind(host: Host, process: Process, words: readonly string[]): readonly string[] {
  const [program, ...args] = words;
  if (program === undefined || !isModelled(host, process, program)) return [];
  const verb = plainWords(args)[0];
  const ofVerb =
    verb !== undefined && PLAIN.test(verb)
      ? usageOf(verb, ask(host, process, `${program} ${verb} ${WRONG}`))
      : "";
  const found = optionsIn(ofVerb);
  return found.length > 0 ? found : optionsIn(ask(host, process, `${program} ${WRONG}`));
}

/** Of a usage that lists subcommands, one to a line, that of one of them. */
function usageOf(verb: string, text: string): string {
  const lines = text.split("\n").filter((line) => line.split(/\s+/).includes(verb));
  return lines.length > 0 ? `usage: ${lines.join("\n")}` : text;
}

/** The subcommands of a program, where none was given yet. */
export function verbsBehind(host: Host, process: Process, words: readonly string[]): readonly string[] {
  const [program, ...args] = words;
  if (program === undefined || plainWords(args).length > 0 || !isModelled(host, process, program)) return [];
  return verbsIn(ask(host, process, `${program} ${WRONG}`), program.slice(program.lastIndexOf("/") + 1));
}

/** Scripts and what is not modelled are not called only to see what they say. */
function isModelled(host: Host, process: Process, program: string): boolean {
  const path = process.environment["PATH"] ?? host.kernel.shell.path;
  return PLAIN.test(program) && findProgram(host, process, program, path).kind === "modelled";
}

/** Without options and the zone that `-z` names. */
function plainWords(args: readonly string[]): string[] {
  return args.filter((word, i) => !word.startsWith("-") && args[i - 1] !== "-z");
}

function ask(host: Host, process: Process, line: string): string {
  const { stdout, stderr } = runShell(host, process, line, { unknown: "refuse" });
  return stdout + stderr;
}

/** `-[cmr]`, `-dhNv`, `--libxo`, in the brackets of a usage or behind its spaces. */
const OPTION = /(?<=[\s[|{(])-(?:\[(\w+)\]|(-[a-z][a-z-]*)|([\w,]+))/g;

function optionsIn(text: string): string[] {
  const usage = text.slice(Math.max(0, text.search(/usage:/i)));
  if (!/usage:/i.test(usage)) return [];
  const found = [...usage.matchAll(OPTION)].flatMap(([, group, long, letters = ""]) =>
    long === undefined
      ? [...(group ?? letters.replace(/,.*/, ""))].map((letter) => `-${letter}`)
      : [`-${long}`],
  );
  return [...new Set(found)].sort(byLetter);
}

/** As ls(1) sorts letters: a, A, b, B; long options behind them. */
function byLetter(a: string, b: string): number {
  return a.length - b.length || a.toLowerCase().localeCompare(b.toLowerCase()) || (a < b ? 1 : -1);
}

/** Lines such as `svcadm enable [-rst] <service>`, or `  boot [-- …]` of a list. */
function verbsIn(usage: string, program: string): string[] {
  const line = new RegExp(`^(?:usage:)?(?:\\s*${escaped(program)} | {2})([a-z][a-z-]+)(?= |$)`, "i");
  const found = usage.split("\n").flatMap((text) => line.exec(text)?.[1] ?? []);
  return [...new Set(found)].sort();
}

function escaped(text: string): string {
  return text.replace(/[.+]/g, "\\$&");
}
