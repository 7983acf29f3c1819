import type { Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import type { Zone } from "@zonewarden/server/host/illumos/types";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { connect, type Sent } from "@zonewarden/server/host/network/connections";
import { bind, listen, type SocketRequest, socket } from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { define, ok, running, zoneHost } from "../harness.ts";

const LOOPBACK: HostDescription["links"][number] = {
  name: "lo0",
  kind: "loopback",
  mtu: 8232,
  addresses: ["127.0.0.1/8", "::1/128"],
};

/** A machine with IP on its first link, and two links that nobody uses. */
export function machine(changes: Partial<HostDescription> = {}): Host {
  return zoneHost({
    links: [
      { name: "e1000g0", kind: "physical", addresses: ["192.0.2.2/24", "2001:db8::2/64"] },
      { name: "e1000g1", kind: "physical" },
      { name: "e1000g2", kind: "physical" },
      LOOPBACK,
    ],
    ...changes,
  });
}

type Net = Readonly<Record<string, string | readonly string[]>>;
const nets = (all: readonly Net[]) => all.map((net) => ({ ...net, type: "net" }));

/** A booted zone on the shared stack. */
export function sharedZone(host: Host, name: string, ...all: readonly Net[]): { zone: Zone; root: Process } {
  return running(host, define(name, { properties: { "ip-type": "shared" }, resources: nets(all) }));
}

/** A booted zone with its own stack. */
export function exclusiveZone(
  host: Host,
  name: string,
  ...all: readonly Net[]
): { zone: Zone; root: Process } {
  return running(host, define(name, { resources: nets(all) }));
}

/** On e1000g0, with an address. */
export const on = (address: string, more: Net = {}): Net => ({ physical: "e1000g0", address, ...more });

/** The id of a new socket of the process. */
export function open(host: Host, process: Process, request: Partial<SocketRequest> = {}): number {
  return ok(socket(host, process, { family: "inet", type: "stream", ...request })).id;
}

/** A daemon in the zone of the process that listens on a port. */
export function serve(host: Host, parent: Process, port: number, address = "*"): Process {
  const daemon = spawn(host, { parent, command: `daemon${port}` });
  const family = address.includes(":") ? "inet6" : "inet";
  const id = open(host, daemon, { family });
  ok(bind(host, daemon, id, { address, port }));
  ok(listen(host, daemon, id));
  return daemon;
}

/** What connect(2) of a new stream says. */
export function dial(host: Host, process: Process, address: string, port: number): Outcome<Sent> {
  const family = address.includes(":") ? "inet6" : "inet";
  return connect(host, process, open(host, process, { family }), { address, port });
}

export const errno = (outcome: Outcome<unknown>): string | undefined =>
  outcome.ok ? undefined : outcome.errno;
