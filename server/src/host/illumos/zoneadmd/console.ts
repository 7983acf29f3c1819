import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { illumosOf } from "../state.ts";
import type { ConsoleLine } from "../types.ts";
import { mayLogin } from "../zlogin.ts";
import { entryNamed } from "../zoneIndex.ts";
import { daemonOf, mayEnd, startDaemon, watcher } from "./daemon.ts";

/** The console of a zone and who watches it: `zlogin -C`. Source: usr/src/cmd/zoneadmd/zcons.c, usr/src/cmd/zlogin/zlogin.c. */

export interface ConsoleSession {
  readonly zone: string;
  readonly pid: number;
  /** Virtual milliseconds at which it began: what appeared before is lost for it. */
  readonly since: number;
  /** What the terminal shows at the beginning and at the end. */
  readonly connected: string;
  readonly disconnected: string;
}

/**
 * Connects a process to the console of a zone, which it keeps through halts and boots. zoneadmd is started for it.
 * @param options.disconnect `-d`: it is let go when the zone halts or a boot fails
 * @returns what zlogin refuses, also before the zone is installed; EBUSY while somebody else watches
 */
export function attachConsole(
  host: Host,
  process: Process,
  zone: string,
  { disconnect = false } = {},
): Outcome<ConsoleSession> {
  const refused = mayLogin(host, process, zone);
  if (refused) return refused;
  const entry = entryNamed(host, zone);
  if (!entry) return denied("ENOENT", "console/none", `There is no zone ${zone}.`);
  const holder = watcher(host, zone);
  if (holder !== undefined)
    return denied("EBUSY", "console/busy", `The console of zone ${zone} is in use by process ${holder}.`, {
      causes: [{ what: `process ${holder}`, from: "host" }],
    });
  const started = startDaemon(host, entry);
  if (!started.ok) return started;
  const record = daemonOf(host, zone);
  if (record) record.attached = { pid: process.pid, disconnect };
  return allowed(
    {
      zone,
      pid: process.pid,
      since: host.inMoment ?? host.now,
      connected: `[Connected to zone '${zone}' console]`,
      disconnected: `[Connection to zone '${zone}' console closed]`,
    },
    "console",
    `Process ${process.pid} watches the console of zone ${zone}.`,
  );
}

/** Whether the session goes on, and what has appeared since it began. */
export function watchConsole(
  host: Host,
  { zone, pid, since }: ConsoleSession,
): { connected: boolean; lines: ConsoleLine[] } {
  const lines = illumosOf(host).daemons[zone]?.console ?? [];
  return { connected: watcher(host, zone) === pid, lines: lines.filter(({ t }) => t >= since) };
}

/** The client goes: by its escape character, or because it ends. */
export function detachConsole(host: Host, { zone, pid }: ConsoleSession): void {
  const record = daemonOf(host, zone);
  if (record?.attached?.pid === pid) record.attached = null;
  mayEnd(host, zone);
}
