import type { Decision } from "../../host/decision.ts";
import { Host } from "../../host/host.ts";
import { familyOf, isLinkLocal, isLoopback } from "../../host/network/addresses.ts";
import { connect } from "../../host/network/connections.ts";
import { socketsOfContainer } from "../../host/network/socketIndex.ts";
import { close, socket } from "../../host/network/sockets.ts";
import { vnet } from "../../host/network/vnets.ts";
import { spawn } from "../../host/process/processes.ts";
import type { Process } from "../../host/process/types.ts";
import type { HostState } from "../../host/state.ts";
import type { Guests } from "../guests.ts";

/** Who a container can talk to: each connection is really tried, in a copy of the host. */

/** What is outside of the machine, as a target. */
export const OUTSIDE = "outside";
/** An address of nobody there, and one for those who have no IPv4. Sources: RFC 5737, RFC 9637. */
const FAR = "203.0.113.77";
const FAR_INET6 = "3fff:fff:ffff::77";
const FAR_PORT = 443;

/** A place that somebody may want to talk to. */
export interface Target {
  readonly name: string;
  readonly container: number;
}

/** More targets are not tried. */
const MOST_TARGETS = 100;

export interface Reached {
  readonly to: string;
  readonly decision: Decision;
}

/** What comes of connections to containers, the host and the outside. `copy`: a host that is thrown away. */
export function reachOf(
  copy: Host,
  container: number,
  targets: readonly Target[],
  guests: Guests,
): Reached[] {
  const process = actor(copy, container);
  const found: Reached[] = [];
  for (const { name, container: number } of targets.slice(0, MOST_TARGETS)) {
    const at = endpointOf(copy, number, guests);
    if (!at) continue;
    const decision = tryConnect(copy, process, at.address, at.port);
    found.push({ to: `${name} ${at.address}:${at.port}`, decision });
  }
  const [first] = addressesOf(copy, container, guests);
  const far = first?.includes(":") ? FAR_INET6 : FAR;
  found.push({ to: OUTSIDE, decision: tryConnect(copy, process, far, FAR_PORT) });
  return found;
}

export function copyOf(host: Host): Host {
  return new Host(JSON.parse(JSON.stringify(host.state)) as HostState, host.kernel, host.events);
}

/** Root in a container. */
export function actor(host: Host, container: number): Process {
  return spawn(host, { command: "sh", credential: { container } });
}

/** A TCP connection, taken down again at once. */
export function tryConnect(host: Host, process: Process, address: string, port: number): Decision {
  const family = familyOf(address) ?? "inet";
  const opened = socket(host, process, { family, type: "stream" });
  if (!opened.ok) return opened.decision;
  const { decision } = connect(host, process, opened.value.id, { address, port });
  close(host, process, opened.value.id);
  return decision;
}

/** Where a container is best talked to: a port that it listens on, else any on its first address. */
export function endpointOf(
  host: Host,
  container: number,
  guests: Guests,
): { address: string; port: number } | undefined {
  const addresses = addressesOf(host, container, guests);
  const listening = socketsOfContainer(host, container).find(
    ({ type, listening: listens, local, family }) =>
      type === "stream" && listens && local && family === "inet" && !isLoopback(local.address),
  )?.local;
  const [first] = addresses;
  if (listening && listening.address !== "*") return { ...listening };
  return first === undefined ? undefined : { address: first, port: listening?.port ?? 80 };
}

/** The addresses under which others know a container, IPv4 first. */
export function addressesOf(host: Host, container: number, guests: Guests): string[] {
  const stackId = host.kernel.network.stackOf(host, container);
  const listed = container === 0 ? undefined : guests.addressesOf(host, container);
  const all = vnet(host, stackId).interfaces.flatMap((link) => link.addresses);
  const own =
    listed ?? all.filter((one) => container !== 0 || one.container === null).map(({ address }) => address);
  const useful = own.filter((address) => !isLoopback(address) && !isLinkLocal(address));
  return [...useful.filter((one) => !one.includes(":")), ...useful.filter((one) => one.includes(":"))];
}
