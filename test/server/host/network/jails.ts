import type { Outcome } from "@zonewarden/server/host/decision";
import { jailSet, type ParamValue } from "@zonewarden/server/host/freebsd/jailSet";
import { ifAddAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import type { Host } from "@zonewarden/server/host/host";
import { bind, listen, type SocketRequest, socket } from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { hostRoot } from "../harness.ts";

export interface Jail {
  jid: number;
  root: Process;
}

/** A jail by its kernel parameters, and a shell of root in it. `caller` is a root on the host, or in a parent. */
export function networkJail(
  host: Host,
  name: string,
  parameters: Record<string, ParamValue["value"]> = {},
  caller: Process = hostRoot(host),
): Jail {
  const all = { name, path: "/", persist: true, ...parameters };
  const given = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }]));
  const jid = value(jailSet(host, caller, given, { create: true }));
  return { jid, root: spawn(host, { command: "sh", credential: { container: jid } }) };
}

/** The value of a call that is expected to work. */
export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.errno}: ${outcome.decision.reason}`);
  return outcome.value;
}

/** The errno of a call, or `undefined`. */
export function errno(outcome: Outcome<unknown>): string | undefined {
  return outcome.ok ? undefined : outcome.errno;
}

export const TCP4: SocketRequest = { family: "inet", type: "stream" };
export const TCP6: SocketRequest = { family: "inet6", type: "stream" };
export const UDP4: SocketRequest = { family: "inet", type: "datagram" };
export const RAW4: SocketRequest = { family: "inet", type: "raw" };

/** The id of a new socket of the process. */
export function open(host: Host, process: Process, request: SocketRequest = TCP4): number {
  return value(socket(host, process, request)).id;
}

/** A daemon of the process's jail that listens; gives the id of its socket. */
export function serve(host: Host, process: Process, command: string, address: string, port: number): number {
  const daemon = spawn(host, { parent: process, command });
  const id = open(host, daemon, address.includes(":") ? TCP6 : TCP4);
  value(bind(host, daemon, id, { address, port }));
  value(listen(host, daemon, id));
  return id;
}

/** Aliases with all bits set, as jail(8) adds them before it makes the jail. */
export function alias(host: Host, jid: number, ...addresses: string[]): void {
  for (const address of addresses) value(ifAddAddress(host, hostRoot(host), "em0", { address, jid }));
}
