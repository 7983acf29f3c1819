import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { resolveAll } from "@zonewarden/server/configuration/jail-conf/resolve";
import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import type { JailDefinition } from "@zonewarden/server/host/freebsd/jail8/definition";
import {
  createJails,
  type JailOptions,
  type JailReport,
  removeJails,
} from "@zonewarden/server/host/freebsd/jail8/operations";
import { jails, processesIn } from "@zonewarden/server/host/freebsd/prisons";
import type { Host } from "@zonewarden/server/host/host";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import type { Process } from "@zonewarden/server/host/process/types";
import { runShell } from "@zonewarden/server/host/shell/run";
import { definitionsOf } from "@zonewarden/server/simulation/definitions";
import { hostRoot, testHost } from "../harness.ts";

/** The jails of a text, as jail(8) reads them from `jail.conf`. */
export function define(text: string): JailDefinition[] {
  const { sections } = JailDocument.parse(text);
  const none = { open: () => undefined, glob: () => [] };
  return definitionsOf(resolveAll({ path: "jail.conf", text, sections }, none, 15));
}

/** A machine that somebody described: what it lacks is missing. The roots have a base system. */
export function describedHost(roots: readonly string[], changes: Partial<HostDescription> = {}): Host {
  const host = testHost({ described: true, ...changes });
  for (const root of roots) makeRoot(host, root);
  return host;
}

export interface Booted {
  readonly host: Host;
  readonly definitions: readonly JailDefinition[];
  readonly report: JailReport;
}

/** Starts the jails of a text. */
export function boot(text: string, host = testHost(), options: JailOptions = {}): Booted {
  const definitions = define(text);
  return { host, definitions, report: createJails(host, definitions, options) };
}

export function stop({ host, definitions }: Booted, options: JailOptions = {}): JailReport {
  return removeJails(host, definitions, options);
}

/** Runs a line as root on the host; an unknown command fails. */
export function shell(host: Host, line: string): string {
  const { stdout, stderr, status } = runShell(host, hostRoot(host), line, { unknown: "refuse" });
  return status === 0 ? stdout : `${status}: ${stderr}`;
}

/** `name: state` of each jail of a report. */
export function states({ jails }: JailReport): string[] {
  return jails.map(({ name, state }) => `${name}: ${state}`);
}

/** Full names of what lives. */
export function living(host: Host): string[] {
  return jails(host)
    .filter(({ state }) => state === "alive")
    .map(({ name }) => name);
}

/** Names of programs that run in a jail. */
export function programs(host: Host, name: string): string[] {
  const jail = jails(host).find((one) => one.name === name);
  return jail ? processesIn(host, jail.jid).map(({ command }: Process) => command) : [];
}

/** Where something is mounted below a path, in the order of mounting. */
export function mountsBelow(host: Host, path: string): string[] {
  return Object.values(host.state.files.mounts)
    .filter((mount) => mount.path.startsWith(`${path}/`))
    .map((mount) => mount.path);
}

/** The addresses of an interface of the host. */
export function addressesOn(host: Host, name: string): string[] {
  const link = host.state.network.vnets[0]?.interfaces.find((one) => one.name === name);
  return (link?.addresses ?? []).map(({ address, prefix }) => `${address}/${prefix}`);
}

/** Kinds of the events of a container, repeated ones once. */
export function steps({ host }: Booted, name: string): string[] {
  const kinds = host.events.filter(({ container }) => container === name).map(({ kind }) => kind);
  return kinds.filter((kind, i) => kind !== kinds[i - 1]);
}
