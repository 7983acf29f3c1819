import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { prison, prisonOf, relativeName } from "../prisons.ts";
import { canSee } from "./visibility.ts";

/** What kern.proc, ps(1) and procfs(5) show to one process. Source: sys/kern/kern_proc.c, sys/fs/procfs. */

export interface ProcessView {
  pid: number;
  parent: number;
  session: number;
  group: number;
  command: string;
  args: readonly string[];
  uid: number;
  ruid: number;
  gid: number;
  state: Process["state"];
  nice: number;
  resident: number;
  virtual: number;
  started: number;
  /** 0 for those of the viewer's own jail. */
  jid: number;
  /** Whether ps shows the flag J. */
  jailed: boolean;
  /** The jail's name as the viewer knows it; a dash for its own one. */
  jail: string;
}

/** All processes that the viewer sees, by pid. */
export function visibleProcesses(host: Host, viewer: Process): Process[] {
  return allProcesses(host).filter((process) => canSee(host, viewer, process).ok);
}

/** What kern.proc gives out. */
export function listProcesses(host: Host, viewer: Process): ProcessView[] {
  return visibleProcesses(host, viewer).map((process) => view(host, viewer, process));
}

function view(host: Host, viewer: Process, process: Process): ProcessView {
  const { credential, memory } = process;
  const foreign = credential.container !== viewer.credential.container;
  return {
    pid: process.pid,
    parent: process.parent,
    session: process.session,
    group: process.group,
    command: process.command,
    args: process.args,
    uid: credential.uid,
    ruid: credential.ruid,
    gid: credential.gid,
    state: process.state,
    nice: process.nice,
    resident: memory.resident,
    virtual: memory.virtual,
    started: process.started,
    jid: foreign ? credential.container : 0,
    jailed: credential.container !== 0,
    jail: foreign ? relativeName(prisonOf(host, viewer), prison(host, credential.container)) : "-",
  };
}

/**
 * The letters of ps(1) in STAT: the state, then `<` or `N` for another priority, `s` for a session leader, `J` for a
 * process in a jail, which is shown inside as well.
 */
export function stateLetters(process: ProcessView): string {
  const letter = { running: "R", sleeping: "S", stopped: "T", zombie: "Z" }[process.state];
  const priority = process.nice < 0 ? "<" : process.nice > 0 ? "N" : "";
  return `${letter}${priority}${process.session === process.pid ? "s" : ""}${process.jailed ? "J" : ""}`;
}

/** The line of `status` in procfs(5), for a process that the viewer sees. Source: sys/fs/procfs/procfs_status.c. */
export function procfsStatus(host: Host, viewer: Process, process: Process): string {
  const { pid, credential, parent, group, session, command, started } = process;
  const leader = session === pid ? "sldr" : "noflags";
  const seconds = Math.floor(started / 1000);
  const time = process.cpu?.time ?? 0;
  const used = `${Math.floor(time / 1000)},${(time % 1000) * 1000}`;
  const groups = [credential.gid, ...credential.groups].join(",");
  const start = `${host.state.machine.bootTime + seconds},0`;
  const jail = view(host, viewer, process).jail;
  return `${command} ${pid} ${parent} ${group} ${session} -1,-1 ${leader} ${start} ${used} 0,0 nochan ${credential.uid} ${credential.ruid} ${groups} ${jail}\n`;
}
