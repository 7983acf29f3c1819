import type { Host } from "../../host.ts";
import { allProcesses } from "../../process/processes.ts";
import { processesOfContainer } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { type CommandResult, failed } from "../../shell/command.ts";
import type { Zone } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { findZone, GLOBAL, zone } from "../zones.ts";

/** What programs see of processes and zones. Source: proc(5), usr/src/uts/common/fs/proc/prvnops.c. */

/** By pid: in the global zone all, elsewhere those of the zone. */
export function visibleProcesses(host: Host, viewer: Process): Process[] {
  const { container } = viewer.credential;
  const own = container === GLOBAL ? allProcesses(host) : processesOfContainer(host, container);
  return [...own].sort((a, b) => a.pid - b.pid);
}

/**
 * The parent as a viewer sees it: what has come into a zone from outside is a child of zsched for those inside.
 * Source: usr/src/uts/common/fs/proc/prsubr.c (prgetpsinfo).
 */
export function parentSeen(host: Host, viewer: Process, { parent, pid, credential }: Process): number {
  if (viewer.credential.container === GLOBAL) return parent;
  const { zsched } = zone(host, credential.container);
  const above = host.state.processes.byPid[parent];
  if (pid === zsched || above?.credential.container !== credential.container) return zsched;
  return parent;
}

export function zoneName(host: Host, id: number): string {
  return findZone(host, id)?.name ?? String(id);
}

/** A kernel zone by name or id, as far as the viewer sees it. */
export function zoneFor(host: Host, viewer: Process, word: string): Zone | undefined {
  const found = zoneNamed(host, word) ?? (/^\d+$/.test(word) ? findZone(host, Number(word)) : undefined);
  if (!found) return undefined;
  const { container } = viewer.credential;
  return container === GLOBAL || container === found.id ? found : undefined;
}

export function inGlobalZone({ credential }: Process): boolean {
  return credential.container === GLOBAL;
}

/** The refusal of tools that check the zone themselves, before any system call. */
export function onlyGlobal(text: string, status = 1): CommandResult {
  return failed(text, status, [
    {
      verdict: "deny",
      rule: "tool/global",
      reason: "The program itself works only in the global zone.",
      causes: [{ what: "run in a zone that is not the global one", from: "kernel" }],
    },
  ]);
}
