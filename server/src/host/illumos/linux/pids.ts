import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { findZone, GLOBAL } from "../zones.ts";

/**
 * Pids as programs of Linux in a zone of brand lx see them: init is 1, and all others have the numbers that they have
 * for the machine. Source: lx_lpid_to_spair() in usr/src/uts/common/brand/lx/os/lx_pid.c, lxpr_read_pid_status() in
 * usr/src/uts/common/brand/lx/procfs/lx_prvnops.c.
 */

/** Whether a process is in a zone of brand lx. */
export function isLinux(host: Host, { credential }: Process): boolean {
  return credential.container !== GLOBAL && findZone(host, credential.container)?.brand === "lx";
}

/** The process that a number means to a process: 1 is init of its zone. */
export function meantPid(host: Host, subject: Process, pid: number): number {
  if (pid !== 1 || !isLinux(host, subject)) return pid;
  return findZone(host, subject.credential.container)?.init ?? pid;
}

/** The number under which a process of the same zone is seen. */
export function linuxPid(host: Host, { pid, credential }: Process): number {
  return findZone(host, credential.container)?.init === pid ? 1 : pid;
}

/** That of its parent: init and zsched have none, and what has come in from outside is a child of zsched. */
export function linuxParent(host: Host, { pid, parent, credential }: Process): number {
  const zone = findZone(host, credential.container);
  if (!zone || pid === zone.init || pid === zone.zsched) return 0;
  const above = host.state.processes.byPid[parent];
  if (above?.credential.container !== credential.container) return zone.zsched;
  return linuxPid(host, above);
}
