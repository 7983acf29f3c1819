import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { type CommandResult, done, failed } from "../../shell/command.ts";
import { userText } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { commandLine, cpuTime, kilobytes, percent, startTime, stateLetter, terminal } from "./psFields.ts";
import { priorityOf } from "./scheduling.ts";
import { parentSeen, visibleProcesses } from "./views.ts";

/** ps(1) in the form of BSD: `ps aux`. Source: usr/src/cmd/ps/ucbps.c. */

/** The same program has both forms: words without a hyphen are of this one. */
export function isBsdForm([first = "-"]: readonly string[]): boolean {
  return !first.startsWith("-");
}

interface Call {
  readonly host: Host;
  readonly viewer: Process;
  readonly args: readonly string[];
}

export function runBsdPs({ host, viewer, args: [first = "", ...others] }: Call): CommandResult {
  const words = /^\d/.test(first) ? [first, ...others] : [`-${first}`, ...others];
  const options = readOptions(
    "ps",
    words,
    "lcaengrSt:xuvwU",
    "usage: ps [ -aceglnrSuUvwx ] [ -t term ] [ num ]",
  );
  if (isResult(options)) return options;
  if (options.rest.length > 1) return failed("ps: too many arguments\n");
  const [pid] = options.rest;
  const all = options.has("a") || pid !== undefined;
  const shown = visibleProcesses(host, viewer)
    .map((process) => ({ host, viewer, process }))
    .filter((view) => {
      const { process } = view;
      if (pid !== undefined) return String(process.pid) === pid;
      if (!all && !options.has("g") && parentSeen(host, viewer, process) === 1) return false;
      if (options.has("r") && stateLetter(view) !== "O") return false;
      if (!all && process.credential.uid !== viewer.credential.uid) return false;
      return options.has("x") || terminal(view) !== "?";
    });
  // The last of these letters counts.
  const form = [...options.flags].reverse().find((letter) => "luv".includes(letter)) ?? "";
  const { cpus, memory } = host.state.machine;
  const load = ({ cpu }: Process): number => (cpu?.percent ?? 0) / 100;
  if (form === "u") shown.sort((a, b) => load(b.process) - load(a.process));
  if (form === "v") shown.sort((a, b) => b.process.memory.resident - a.process.memory.resident);
  const lines = shown.map((view) => {
    const { process } = view;
    const number = (value: number): string => String(value).padStart(7);
    const part = (value: number, whole: number): string => percent(value, whole).padStart(5);
    const size = [process.memory.virtual, process.memory.resident]
      .map((bytes) => ` ${(process.illumos?.kernel ? "0" : kilobytes(bytes)).padStart(4)}`)
      .join("");
    const name = options.has("c") ? process.command : commandLine(process);
    const shares = part(load(process), cpus) + part(process.memory.resident, memory);
    const time = cpuTime(process).padStart(5);
    const [state, tty] = [stateLetter(view), terminal(view).padEnd(8)];
    const { uid } = process.credential;
    switch (form) {
      case "l":
        return ` 0 ${String(uid).padStart(5)}${number(process.pid)}${number(parentSeen(host, viewer, process))}  0${String(priorityOf(host, process)).padStart(4)}${String(process.nice + 20).padStart(3)}${size}        ? ${state} ${tty} ${time} ${name}`;
      case "u": {
        const user = options.has("n")
          ? ` ${String(uid).padStart(5)}`
          : userText(host, uid).slice(0, 8).padEnd(8);
        return `${user}${number(process.pid)}${shares}${size} ${tty} ${state} ${startTime(view).padStart(8)} ${time} ${name}`;
      }
      case "v":
        return `${number(process.pid)} ${tty} ${state} ${time}${size}${shares} ${name}`;
      default:
        return `${number(process.pid)} ${tty} ${state} ${time} ${name}`;
    }
  });
  const head = {
    l: " F   UID    PID   PPID %C PRI NI   SZ  RSS    WCHAN S TT        TIME COMMAND",
    u: `${options.has("n") ? "   UID" : "USER    "}    PID %CPU %MEM   SZ  RSS TT       S    START  TIME COMMAND`,
    v: "    PID TT       S  TIME SIZE  RSS %CPU %MEM COMMAND",
    "": "    PID TT       S  TIME COMMAND",
  }[form];
  return { ...done([head, ...lines].map((line) => `${line}\n`).join("")), status: lines.length > 0 ? 0 : 1 };
}
