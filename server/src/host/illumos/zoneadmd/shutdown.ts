import { type CommandError, commandErrorText } from "../../../catalog/illumos/commandErrors.ts";
import type { ZoneState } from "../../../catalog/illumos/zoneStates.ts";
import { pass } from "../../clock.ts";
import { denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { exec, exit, findProcess, fork, reap } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import { zoneEnter } from "../kernelZones.ts";
import type { IndexEntry, Zone } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { stateOf } from "../zones.ts";
import { runtimeOf } from "./creation.ts";
import { type Answer, type Daemon, emit, failed, mayEnd, notStarted, say, startDaemon } from "./daemon.ts";
import { requestFromInside } from "./fromInside.ts";

/**
 * `zoneadm shutdown`: the zone stops its services and halts by itself, while zoneadmd looks each second whether it is
 * installed. Source: zone_graceful_shutdown(), zone_wait_shutdown() in usr/src/cmd/zoneadmd/zoneadmd.c.
 */

/** Seconds that the service of zones has to stop, which bound the wait as well. Source: usr/src/cmd/zoneadm/zones.xml. */
export const STOP_TIMEOUT = 100;
/** Milliseconds that services take to stop. */
const STOPPING = 4000;

const REFUSALS: { readonly [state in ZoneState]?: CommandError } = {
  configured: "E_DAEMON_UNMANAGED",
  incomplete: "E_DAEMON_INVALID",
  installed: "E_DAEMON_INVALID",
  ready: "E_DAEMON_INVALID",
  mounted: "E_DAEMON_INVALID",
  shutting_down: "E_ENTER",
  down: "E_ENTER",
};

export function shutdownZone(host: Host, entry: IndexEntry, limit = STOP_TIMEOUT): Answer {
  const started = startDaemon(host, entry);
  if (!started.ok) return notStarted(entry, started.decision);
  const daemon = started.value;
  const ok = shutDown(daemon, limit);
  mayEnd(host, entry.name);
  return { ok, messages: daemon.messages, decisions: daemon.decisions };
}

function shutDown(daemon: Daemon, limit: number): boolean {
  const { host, entry } = daemon;
  const state = stateOf(host, entry.name) ?? "configured";
  const error = REFUSALS[state];
  if (error) {
    const reason = commandErrorText(error, { zone: entry.name, command: "shutdown", state });
    daemon.messages.push(reason);
    daemon.decisions.push(denied("EINVAL", error, reason).decision);
    return false;
  }
  const zone = zoneNamed(host, entry.name);
  if (!zone) return false;
  const begun = begin(daemon, zone);
  if (!begun.ok) {
    failed(daemon, "zone.shutdown", "the shutdown cannot be begun", begun.decision);
    return false;
  }
  emit(daemon, "zone.shutdown", `Zone ${entry.name} shuts down.`);
  const started = host.now;
  // init hears of it only where it is the one of the brand.
  if (zone.initPath === runtimeOf(host, entry.definition).init) {
    pass(host, STOPPING);
    requestFromInside(host, zone, "halt");
  }
  const waited = Math.ceil((host.now - started) / 1000);
  if (stateOf(host, entry.name) === "installed") {
    pass(host, waited * 1000 - (host.now - started));
    return true;
  }
  pass(host, Math.max(0, limit * 1000 - (host.now - started)));
  say(daemon, `it has not halted within ${limit} seconds`);
  daemon.decisions.push(
    denied("ETIMEDOUT", "shutdown/limit", `Zone ${entry.name} has not halted within ${limit} seconds.`)
      .decision,
  );
  return false;
}

/** A process enters the zone and runs what the brand shuts down with. */
function begin({ host, process, entry }: Daemon, zone: Zone): Outcome {
  const child = fork(host, process);
  if (!child.ok) return child;
  const inside = zoneEnter(host, child.value, zone.id);
  if (!inside.ok) return leave(host, child.value, inside);
  const [program = "/sbin/init", ...args] = runtimeOf(host, entry.definition).shutdown.split(" ");
  // For virtual machines the command is one of the host, which asks the guest.
  const own = program.startsWith("/usr/lib/brand/");
  return leave(host, child.value, own ? inside : exec(host, child.value, program, [program, ...args]));
}

function leave(host: Host, child: Process, outcome: Outcome): Outcome {
  exit(host, child, outcome.ok ? 0 : 1);
  if (findProcess(host, child.pid) === child) reap(host, child);
  return outcome;
}
