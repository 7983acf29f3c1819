import { brandRuntime, initEnd } from "../../../catalog/illumos/brandRuntime.ts";
import type { Host } from "../../host.ts";
import { exec } from "../../process/processes.ts";
import { changeProcess } from "../../process/processIndex.ts";
import type { Process } from "../../process/types.ts";
import { platformOf } from "../platform.ts";
import { initStarted } from "../smf/start.ts";
import type { Zone } from "../types.ts";
import { consoleLine } from "../zoneadmd/daemon.ts";
import { requestFromInside } from "../zoneadmd/fromInside.ts";
import { findZone, GLOBAL } from "../zones.ts";

/**
 * init of a zone has ended: it is started again, or the zone halts or reboots, as the brand says. Nothing happens while
 * the zone goes down. Source: restart_init() and proc_exit() in usr/src/uts/common/os/exit.c.
 */
export function initEnded(host: Host, process: Process): void {
  const zone = findZone(host, process.credential.container);
  if (!zone || zone.id === GLOBAL || zone.init !== process.pid || zone.status !== "running") return;
  const runtime = brandRuntime(zone.brand, platformOf(host));
  const what = initEnd(runtime, process.exitStatus === 0);
  host.emit({
    container: zone.name,
    kind: "process.end",
    message: `init of zone ${zone.name} has ended with status ${process.exitStatus}: ${SAYS[what]}.`,
    outcome: "ok",
  });
  if (what === "restart" && restart(host, zone, process)) return;
  zone.init = null;
  requestFromInside(host, zone, what === "reboot" ? "reboot" : "halt", zone.bootArguments);
}

/**
 * Orphans become children of the init of their zone; without one of zsched. Those of init itself wait for what becomes
 * of it. Source: proc_exit().
 */
export function reaperOf(host: Host, process: Process): number {
  const { container } = process.credential;
  const zone = container === GLOBAL ? undefined : findZone(host, container);
  return zone ? (zone.init ?? zone.zsched) : 1;
}

const SAYS = {
  restart: "it is started again",
  reboot: "the zone reboots",
  halt: "the zone halts",
} as const;

/** In its place, under the same pid: without descriptors, in the root of the zone, with the usual privileges. */
function restart(host: Host, zone: Zone, process: Process): boolean {
  changeProcess(host, process, () => {
    process.descriptors = [];
    process.root = { ...zone.root };
    process.directory = { ...zone.root };
    process.credential = { ...process.credential, uid: 0, ruid: 0, svuid: 0, gid: 0 };
  });
  process.state = "running";
  process.exitStatus = null;
  delete process.handles;
  delete process.illumos;
  const words = zone.bootArguments.split(/\s+/).filter(Boolean);
  const again = exec(host, process, zone.initPath, [zone.initPath, ...words]);
  const text = again.ok
    ? `WARNING: init(8) for zone ${zone.name} (pid ${process.pid}) has ended and is started again`
    : `WARNING: init(8) for zone ${zone.name} cannot be started again: ${again.decision.reason}`;
  consoleLine(host, zone.name, text);
  host.emit({
    container: "",
    kind: "host.console",
    message: text,
    outcome: again.ok ? "ok" : "failed",
  });
  if (again.ok) initStarted(host, zone);
  else process.state = "zombie";
  return again.ok;
}
