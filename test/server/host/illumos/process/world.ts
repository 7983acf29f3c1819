import type { Host } from "@zonewarden/server/host/host";
import { setPrivileges } from "@zonewarden/server/host/illumos/process/ownPrivileges";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";

/** Two running zones; `b` has whatever limitpriv is given to it. */
export function twoZones(limitpriv?: string) {
  const host = zoneHost();
  const a = running(host, define("a"));
  const b = running(host, define("b", { properties: limitpriv === undefined ? {} : { limitpriv } }));
  return { host, global: globalRoot(host), a, b };
}

/** A process of a user in a zone, in a session of its own. */
export function userIn(host: Host, container: number, uid: number): Process {
  return spawn(host, {
    command: "sh",
    credential: { container, uid, gid: uid, groups: [uid], loginClass: "default" },
  });
}

/** A process of root without some of its privileges. */
export function without(host: Host, process: Process, ...names: string[]): Process {
  ok(setPrivileges(host, process, "effective", "off", names));
  return process;
}

/** The errno, or `ok`. */
export function result(outcome: { ok: boolean; errno?: string }): string {
  return outcome.ok ? "ok" : (outcome.errno ?? "");
}
