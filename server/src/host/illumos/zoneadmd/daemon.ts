import { type ConsoleEvent, consoleNotice } from "../../../catalog/illumos/consoleNotices.ts";
import { allowed, type Cause, type Decision, type Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { Host } from "../../host.ts";
import { exit, findProcess, reap, spawn } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { IndexEntry, Zone, ZoneDaemon } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { closeRendezvous, openRendezvous } from "./rendezvous.ts";

/** zoneadmd(8): one process for each zone that is ready or whose console is watched. Source: usr/src/cmd/zoneadmd. */

/** zoneadmd at work: what a request has come to so far. */
export interface Daemon {
  readonly host: Host;
  readonly entry: IndexEntry;
  readonly process: Process;
  /** Messages for whoever asked. */
  readonly messages: string[];
  /** What decided of the steps. */
  readonly decisions: Decision[];
}

/** The record of a zone's zoneadmd if that runs. */
export function daemonOf(host: Host, name: string): ZoneDaemon | undefined {
  const record = illumosOf(host).daemons[name];
  const process = record && findProcess(host, record.pid);
  return process && process.state !== "zombie" && process.command === "zoneadmd" ? record : undefined;
}

/**
 * The zoneadmd of a zone, started where there is none.
 * @returns what fork(2) says: EAGAIN where the table of processes is full
 */
export function startDaemon(host: Host, entry: IndexEntry): Outcome<Daemon> {
  const { name } = entry;
  const running = daemonOf(host, name);
  const known = running && findProcess(host, running.pid);
  if (known) return at({ host, entry, process: known, messages: [], decisions: [] });
  const parent = findProcess(host, INIT);
  const full = parent && host.kernel.processes.mayFork(host, parent);
  if (full) return full;
  const process = spawn(host, { command: "zoneadmd", args: ["zoneadmd", "-z", name] });
  const lost = illumosOf(host).daemons[name];
  illumosOf(host).daemons[name] = {
    pid: process.pid,
    console: lost?.console ?? [],
    attached: null,
    // What the hooks made stays when a daemon is killed.
    vnics: lost?.vnics ?? [],
  };
  openRendezvous(host, process, name);
  const daemon: Daemon = { host, entry, process, messages: [], decisions: [] };
  if (zoneNamed(host, name))
    say(daemon, "WARNING: zone is active, but its zoneadmd was not running: it is started again");
  return at(daemon);
}

/** Whoever starts it does so within the limits of the global zone. */
const INIT = 1;

function at(daemon: Daemon): Outcome<Daemon> {
  return { ok: true, value: daemon, decision: RUNS };
}

const RUNS = allowed(undefined, "zoneadmd", "zoneadmd of the zone runs.").decision;

/** What zoneadm is told where zoneadmd cannot be started. Source: start_zoneadmd() in libzonecfg.c. */
export function notStarted({ name }: IndexEntry, decision: Decision): Answer {
  return {
    ok: false,
    messages: [`zone '${name}': could not fork: ${decision.reason}`],
    decisions: [decision],
  };
}

/** What zoneadmd answers to a request. */
export interface Answer {
  readonly ok: boolean;
  readonly messages: readonly string[];
  readonly decisions: readonly Decision[];
}

/** The process at the console of a zone, as long as it lives. */
export function watcher(host: Host, name: string): number | undefined {
  const attached = daemonOf(host, name)?.attached;
  const process = attached && findProcess(host, attached.pid);
  return process && process.state !== "zombie" ? process.pid : undefined;
}

/** It ends when nobody watches the console and the kernel does not know the zone. */
export function mayEnd(host: Host, name: string): void {
  const record = daemonOf(host, name);
  if (!record || watcher(host, name) !== undefined || zoneNamed(host, name)) return;
  const process = findProcess(host, record.pid);
  delete illumosOf(host).daemons[name];
  if (!process) return;
  closeRendezvous(host, process, name);
  exit(host, process, 0);
  if (findProcess(host, process.pid) === process) reap(host, process);
}

/** A message for whoever asked. */
export function say(daemon: Daemon, text: string): void {
  daemon.messages.push(`zone '${daemon.entry.name}': ${text}`);
}

/** A step has failed: a message that says why, an event, and the decision with its causes. */
export function failed(daemon: Daemon, kind: string, text: string, decision: Decision): void {
  const whole = `${text}: ${decision.reason}`;
  say(daemon, whole);
  if (!daemon.decisions.includes(decision)) daemon.decisions.push(decision);
  emit(daemon, kind, whole, "failed", decision.causes, decision.errno);
}

export function emit(
  { host, entry }: Daemon,
  kind: string,
  message: string,
  outcome: "ok" | "failed" | "assumed" = "ok",
  causes: readonly Cause[] = [],
  errno?: Errno,
): void {
  host.emit({ container: entry.name, kind, message, outcome, causes, ...(errno && { errno }) });
}

/** Lines that the record keeps; earlier ones have scrolled away. */
const KEPT = 200;

/** A line on the console of a zone; the event stays when the console is gone. */
export function consoleLine(host: Host, name: string, text: string): void {
  host.emit({ container: name, kind: "zone.console", message: text, outcome: "ok" });
  consoleOutput(host, name, text);
}

/** What a process of the zone writes on its console. */
export function consoleOutput(host: Host, name: string, text: string): void {
  const record = daemonOf(host, name);
  if (!record) return;
  record.console.push({ t: host.inMoment ?? host.now, text });
  if (record.console.length > KEPT) record.console.splice(0, record.console.length - KEPT);
}

/** A notice in brackets; a client that asked for it with -d, or any client of an uninstallation, is let go. */
export function notice(host: Host, name: string, event: ConsoleEvent, args = ""): void {
  const record = daemonOf(host, name);
  const disconnect = record?.attached?.disconnect === true;
  consoleLine(host, name, consoleNotice(event, args, disconnect));
  if (!record?.attached) return;
  const always = event === "uninstalling";
  const asked = disconnect && (event === "halted" || event === "bootFailed");
  if (always || asked) record.attached = null;
}

/** The kernel's zone of an entry. */
export function zoneFor({ host, entry }: Daemon): Zone | undefined {
  return zoneNamed(host, entry.name);
}

/** Notes what decided, and says whether it went well. */
export function went<T>(daemon: Daemon, outcome: Outcome<T>): outcome is Extract<Outcome<T>, { ok: true }> {
  if (!outcome.ok || outcome.decision.unsure) daemon.decisions.push(outcome.decision);
  return outcome.ok;
}
