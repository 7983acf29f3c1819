import type { Outcome } from "@zonewarden/server/host/decision";
import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { prisonOf } from "@zonewarden/server/host/freebsd/prisons";
import type { Host } from "@zonewarden/server/host/host";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { exec, fork, spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";

/** The default host with some of its description replaced. */
export function testHost(changes: Partial<HostDescription> = {}): Host {
  return buildHost({ ...defaultHost, ...changes });
}

/** The value of a call that a test relies on. */
export function ok<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.errno}: ${outcome.decision.rule}: ${outcome.decision.reason}`);
  return outcome.value;
}

/** A shell of root on the host: the same one at each call. */
export function hostRoot(host: Host): Process {
  const known = Object.values(host.state.processes.byPid).find(
    ({ command, credential, state }) =>
      command === "sh" && credential.container === 0 && credential.uid === 0 && state !== "zombie",
  );
  return known ?? spawn(host, { command: "sh", args: ["-sh"] });
}

type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * A persistent jail with a base system in its root, and a shell of root in it. By default it is called `web` and lies
 * in /jails/NAME, as the caller sees it.
 */
export function makeJail(
  host: Host,
  values: Values = {},
  caller: Process = hostRoot(host),
): { jid: number; root: Process } {
  const name = String(values["name"] ?? "web");
  const all: Values = { name, path: `/jails/${name}`, persist: true, ...values };
  const above = prisonOf(host, caller).path;
  makeRoot(host, `${above === "/" ? "" : above}${String(all["path"])}`);
  const parameters = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }]));
  const jid = ok(jailSet(host, caller, parameters, { create: true }));
  return { jid, root: enter(host, jid, caller) };
}

/** A shell of root in a jail, as jexec(8) makes it. */
export function enter(host: Host, jid: number, caller: Process = hostRoot(host)): Process {
  const shell = ok(fork(host, caller));
  ok(jailAttach(host, shell, jid));
  ok(exec(host, shell, "sh", ["-sh"]));
  return shell;
}
