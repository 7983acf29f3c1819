import { type CommandError, commandErrorText } from "../../../catalog/illumos/commandErrors.ts";
import type { ZoneState } from "../../../catalog/illumos/zoneStates.ts";
import { denied } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { IndexEntry } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { stateOf } from "../zones.ts";
import { bootZone } from "./boot.ts";
import { type Answer, type Daemon, mayEnd, notice, notStarted, say, startDaemon, zoneFor } from "./daemon.ts";
import { haltZone } from "./halt.ts";
import { readyZone, tellReady } from "./ready.ts";

/** What zoneadmd does for each request in each state. Source: server() in usr/src/cmd/zoneadmd/zoneadmd.c. */

export type RequestCommand =
  | "ready"
  | "boot"
  | "forceboot"
  | "reboot"
  | "halt"
  | "mount"
  | "forcemount"
  | "unmount";

export interface Request {
  readonly command: RequestCommand;
  readonly bootArguments?: string;
  /** Of the kernel: the zone that it means, so that a late request does nothing to the next one of that name. */
  readonly generation?: number;
}

/** Asks the zoneadmd of a zone, which is started where it does not run. One request is done after the other. */
export function callZoneadmd(host: Host, entry: IndexEntry, request: Request): Answer {
  const started = startDaemon(host, entry);
  if (!started.ok) return notStarted(entry, started.decision);
  const daemon = started.value;
  const { generation } = request;
  const stale = generation !== undefined && zoneNamed(host, entry.name)?.generation !== generation;
  const ok = stale || serve(daemon, request);
  mayEnd(host, entry.name);
  return { ok, messages: daemon.messages, decisions: daemon.decisions };
}

function serve(daemon: Daemon, request: Request): boolean {
  const state = stateOf(daemon.host, daemon.entry.name) ?? "configured";
  switch (state) {
    case "configured":
      return refuse(daemon, "E_DAEMON_UNMANAGED", request, state);
    case "incomplete":
    case "installed":
      return inactive(daemon, request, state);
    case "ready":
      return ready(daemon, request, state);
    case "mounted":
      return mounted(daemon, request, state);
    default:
      return active(daemon, request, state);
  }
}

function inactive(daemon: Daemon, request: Request, state: ZoneState): boolean {
  const { command, bootArguments = "" } = request;
  const forced = command === "forceboot" || command === "forcemount";
  if (state === "incomplete" && !forced) return refuse(daemon, "E_DAEMON_INVALID", request, state);
  switch (command) {
    case "ready":
      return makeReady(daemon);
    case "boot":
    case "forceboot":
      return fullBoot(daemon, bootArguments);
    case "mount":
    case "forcemount":
      return makeReady(daemon, true);
    case "halt":
      say(daemon, "the zone is halted already");
      return true;
    default:
      return refuse(daemon, "E_DAEMON_INVALID", request, state);
  }
}

function ready(daemon: Daemon, request: Request, state: ZoneState): boolean {
  const { host, entry } = daemon;
  const { command, bootArguments = "" } = request;
  switch (command) {
    case "ready":
      say(daemon, "the zone is ready already");
      return true;
    case "boot":
      notice(host, entry.name, "booting", bootArguments);
      return secondHalf(daemon, bootArguments);
    case "halt":
      return halt(daemon);
    default:
      return refuse(daemon, silentOr("E_DAEMON_INVALID", command), request, state);
  }
}

function active(daemon: Daemon, request: Request, state: ZoneState): boolean {
  const { host, entry } = daemon;
  const { command, bootArguments = "" } = request;
  switch (command) {
    case "ready":
      return halt(daemon) && makeReady(daemon);
    case "boot":
      say(daemon, "the zone is booted already");
      return true;
    case "reboot":
      notice(host, entry.name, "rebooting", bootArguments);
      return reboot(daemon, bootArguments);
    case "halt":
      return halt(daemon);
    default:
      return refuse(daemon, silentOr("E_DAEMON_INVALID", command), request, state);
  }
}

function mounted(daemon: Daemon, request: Request, state: ZoneState): boolean {
  if (request.command === "unmount") return halt(daemon);
  return refuse(daemon, "E_DAEMON_INVALID", request, state);
}

/** The forced boot has no case of its own in these states, and fails without a word. */
function silentOr(error: CommandError, command: RequestCommand): CommandError {
  return command === "forceboot" || command === "forcemount" ? "E_DAEMON_SILENT" : error;
}

function refuse(daemon: Daemon, error: CommandError, { command }: Request, state: ZoneState): boolean {
  const reason = commandErrorText(error, { zone: daemon.entry.name, command, state });
  if (error !== "E_DAEMON_SILENT") daemon.messages.push(reason);
  daemon.decisions.push(denied("EINVAL", error, reason).decision);
  return false;
}

function makeReady(daemon: Daemon, scratch = false): boolean {
  if (!readyZone(daemon, scratch).ok) return false;
  tellReady(daemon);
  return true;
}

function fullBoot(daemon: Daemon, args: string): boolean {
  const { host, entry } = daemon;
  notice(host, entry.name, "booting");
  if (!readyZone(daemon).ok) {
    // A platform that stands, though its last step failed, is taken away again.
    const zone = zoneFor(daemon);
    if (zone) haltZone(daemon, zone);
    notice(host, entry.name, "bootFailed");
    return false;
  }
  return secondHalf(daemon, args);
}

function secondHalf(daemon: Daemon, args: string): boolean {
  const zone = zoneFor(daemon);
  if (zone && bootZone(daemon, zone, args).ok) {
    if (zone.writable !== "assembly") return true;
    // It has assembled itself, and boots anew with its root read-only.
    notice(daemon.host, daemon.entry.name, "rebooting", "");
    return reboot(daemon, "");
  }
  if (zone && zoneFor(daemon)) haltZone(daemon, zone, true);
  notice(daemon.host, daemon.entry.name, "bootFailed");
  return false;
}

function halt(daemon: Daemon): boolean {
  const zone = zoneFor(daemon);
  if (!zone || !haltZone(daemon, zone).ok) return false;
  notice(daemon.host, daemon.entry.name, "halted");
  return true;
}

/** The second half of a reboot begins only when the first one is done: a failure leaves the zone installed. */
function reboot(daemon: Daemon, args: string): boolean {
  const zone = zoneFor(daemon);
  if (!zone || !haltZone(daemon, zone, true).ok) {
    notice(daemon.host, daemon.entry.name, "bootFailed");
    return false;
  }
  if (!readyZone(daemon).ok) {
    notice(daemon.host, daemon.entry.name, "halted");
    return false;
  }
  return secondHalf(daemon, args);
}
