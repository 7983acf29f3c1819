import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { groupText, momentOf, twoDigits, userText } from "../../shell/format.ts";
import { projectNameOf } from "../resources/controls.ts";
import { defaultSet, setOfProcess } from "../resources/processorSets.ts";
import { lwpsOf } from "../resources/rctls.ts";
import { wallClock } from "../system.ts";
import { classOf, priorityOf } from "./scheduling.ts";
import { parentSeen, zoneName } from "./views.ts";

/** What ps(1) shows of processes. Source: usr/src/cmd/ps/ps.c. */

/** What a process shows of itself. `viewer` is who runs ps. */
export interface View {
  readonly host: Host;
  readonly viewer: Process;
  readonly process: Process;
}

export interface Keyword {
  readonly title: string;
  readonly width: number;
  /** The least width with a title of one's own. */
  readonly least: number;
  readonly left?: true;
  /** At the end of a line it has no blanks behind it. */
  readonly open?: true;
  text(view: View): string;
}

const right = (title: string, width: number, text: Keyword["text"], least = width): Keyword => ({
  ...{ title, width, least, text },
});
const open = (title: string, width: number, text: Keyword["text"], least = width): Keyword => ({
  ...right(title, width, text, least),
  ...{ left: true, open: true },
});

/** A process without memory is one of the kernel, or a zombie. */
export function commandLine({ state, args, command }: Process): string {
  if (state === "zombie") return "<defunct>";
  return args.join(" ") || command;
}

/** `0:01`, or `1:02:03`. */
export function cpuTime({ cpu }: Process, hours = false): string {
  const seconds = Math.floor((cpu?.time ?? 0) / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), twoDigits(seconds % 60)];
  if (hours && minutes >= 60)
    return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${rest}`;
  return hours ? `${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** The time of today, or the day. */
export function startTime({ host, process }: View): string {
  const { bootTime } = host.state.machine;
  const at = bootTime + Math.floor(process.started / 1000);
  const { hours, minutes, seconds, month, day } = momentOf(at);
  return wallClock(host) - at < 86_400
    ? [hours, minutes, seconds].map(twoDigits).join(":")
    : `${month} ${twoDigits(day)}`;
}

function elapsed({ host, process }: View): string {
  const seconds = Math.floor((host.now - process.started) / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const rest = `${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  if (days > 0) return `${days}-${twoDigits(hours)}:${rest}`;
  return hours > 0 ? `${twoDigits(hours)}:${rest}` : rest;
}

/** Nobody but whoever asks, and what uses CPU time, is on a processor at that moment. */
export function stateLetter({ viewer, process: { state, cpu, pid } }: View): string {
  if (state === "running" && pid !== viewer.pid && !cpu?.percent) return "S";
  if (state === "sleeping" && cpu?.percent) return "O";
  return { running: "O", sleeping: "S", stopped: "T", zombie: "Z" }[state];
}

export function kilobytes(bytes: number): string {
  return String(Math.ceil(bytes / 1024));
}

/** Those of other zones have names of their own there. */
export function terminal({ viewer, process }: View): string {
  return hasTerminal(process) && process.credential.container === viewer.credential.container ? "pts/1" : "?";
}

/** Whoever has been logged in by the simulation, and its children, sit at a terminal. */
export function hasTerminal({ environment }: Process): boolean {
  return environment["TERM"] !== undefined;
}

export function percent(part: number, whole: number): string {
  return (whole > 0 ? (part / whole) * 100 : 0).toFixed(1);
}

/** Source: ps(1) -o, usr/src/cmd/ps/ps.c (fname[], titles and widths). */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  user: right("USER", 8, ({ host, process }) => userText(host, process.credential.uid)),
  ruser: right("RUSER", 8, ({ host, process }) => userText(host, process.credential.ruid)),
  group: right("GROUP", 8, ({ host, process }) => groupText(host, process.credential.gid)),
  rgroup: right("RGROUP", 8, ({ host, process }) => groupText(host, process.credential.gid)),
  uid: right("UID", 5, ({ process }) => String(process.credential.uid)),
  ruid: right("RUID", 5, ({ process }) => String(process.credential.ruid)),
  gid: right("GID", 5, ({ process }) => String(process.credential.gid)),
  rgid: right("RGID", 5, ({ process }) => String(process.credential.gid)),
  pid: right("PID", 6, ({ process }) => String(process.pid)),
  ppid: right("PPID", 6, ({ host, viewer, process }) => String(parentSeen(host, viewer, process))),
  pgid: right("PGID", 6, ({ process }) => String(process.group)),
  sid: right("SID", 6, ({ process }) => String(process.session)),
  taskid: right("TASKID", 5, ({ process }) => String(process.illumos?.task ?? 0)),
  ctid: right("CTID", 5, () => "-"),
  projid: right("PROJID", 5, ({ process }) => String(process.illumos?.project ?? 0)),
  project: right("PROJECT", 8, ({ host, process }) => projectNameOf(host, process)),
  pset: right("PSET", 3, boundSet),
  pri: right("PRI", 3, ({ host, process }) => String(priorityOf(host, process)), 2),
  opri: right("PRI", 3, ({ host, process }) => String(priorityOf(host, process)), 2),
  pcpu: right("%CPU", 4, ({ host, process }) =>
    percent((process.cpu?.percent ?? 0) / 100, host.state.machine.cpus),
  ),
  pmem: right("%MEM", 4, ({ host, process }) => percent(process.memory.resident, host.state.machine.memory)),
  vsz: right("VSZ", 4, ({ process }) => kilobytes(process.memory.virtual)),
  rss: right("RSS", 4, ({ process }) => kilobytes(process.memory.resident)),
  osz: right("SZ", 4, ({ process }) => String(Math.ceil(process.memory.virtual / 4096))),
  nice: right("NI", 2, ({ process }) => String(process.nice + 20)),
  class: right("CLS", 4, ({ host, process }) => classOf(host, process), 2),
  time: right("TIME", 11, ({ process }) => cpuTime(process, true), 5),
  etime: right("ELAPSED", 11, elapsed, 7),
  stime: right("STIME", 8, startTime),
  zone: right("ZONE", 8, ({ host, process }) => zoneName(host, process.credential.container)),
  zoneid: right("ZONEID", 5, ({ process }) => String(process.credential.container)),
  f: right("F", 2, () => "0"),
  s: right("S", 1, stateLetter),
  c: right("C", 2, () => "0"),
  lwp: right("LWP", 6, () => "1", 2),
  nlwp: right("NLWP", 4, ({ process }) => String(lwpsOf(process)), 2),
  psr: right("PSR", 3, () => "-", 2),
  tty: { ...right("TT", 7, terminal), left: true },
  addr: right("ADDR", 8, () => "-"),
  wchan: right("WCHAN", 8, () => "-"),
  fname: open("COMMAND", 8, ({ process }) => process.command.slice(0, 8)),
  comm: open("COMMAND", 80, ({ process }) => commandLine(process).split(/\s/)[0] ?? "", 8),
  args: open("COMMAND", 80, ({ process }) => commandLine(process)),
  lgrp: right("LGRP", 4, () => "1", 2),
};

/** The processor set that a process is bound to, by itself or with its pool; the usual one is none. */
function boundSet({ host, process }: View): string {
  const { id } = setOfProcess(host, process);
  return id === defaultSet(host).id ? "-" : String(id);
}
