import { type JailParameters, jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import type { Host } from "@zonewarden/server/host/host";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { hostRoot, testHost } from "../harness.ts";

/** A host of some release, with values of sysctls that differ from those of a fresh one. */
export function hostOf(
  release = "15.0",
  sysctls: Record<string, string | number> = {},
  changes: Partial<HostDescription> = {},
): Host {
  const host = testHost({ release, ...changes });
  Object.assign(host.state.machine.sysctls, sysctls);
  return host;
}

type Values = Readonly<Record<string, string | number | boolean | string[]>>;

/** Makes a jail below the caller's own, persistent and with these parameters; gives its jid. */
export function jailOf(host: Host, name: string, values: Values = {}, caller = hostRoot(host)): number {
  const all = { name, persist: true, ...values };
  const parameters: JailParameters = Object.fromEntries(
    Object.entries(all).map(([parameter, value]) => [parameter, { value }]),
  );
  const outcome = jailSet(host, caller, parameters, { create: true });
  if (!outcome.ok) throw new Error(`${name}: ${outcome.errno}, ${outcome.decision.reason}`);
  return outcome.value;
}

/** A process in a prison, 0 for the host, that belongs to a user, with groups of that number. */
export function userIn(host: Host, jid: number, uid = 0): Process {
  return spawn(host, {
    command: "sh",
    credential: { container: jid, uid, gid: uid, groups: [uid], loginClass: "default" },
  });
}

/** The errno, or `ok`. */
export function result(outcome: { ok: boolean; errno?: string }): string {
  return outcome.ok ? "ok" : (outcome.errno ?? "");
}
