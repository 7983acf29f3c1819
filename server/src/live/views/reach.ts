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

/** No more are tried at once: an attempt takes the longer, the more addresses the host has. */
const MOST_ATTEMPTS = 100;

export interface Reached {
  readonly reach: readonly { readonly to: string; readonly decision: Decision }[];
  /** How many more there are. */
  readonly untried: number;
}

/**
 * What comes of connections to containers, the host and the outside.
 * @param copy a host that is thrown away
 * @param wanted what the name or address of a target has in it; the outside is tried in any case
 */
export function reachOf(
  copy: Host,
  container: number,
  targets: readonly Target[],
  wanted: string,
  guests: Guests,
): Reached {
  const process = actor(copy, container);
  const part = wanted.trim().toLowerCase();
  const endpoints = targets.flatMap(({ name, container: number }) => {
    const at = endpointOf(copy, number, guests);
    if (!at) return [];
    const to = `${name} ${at.address}:${at.port}`;
    return to.toLowerCase().includes(part) ? [{ to, ...at }] : [];
  });
  const reach = endpoints
    .slice(0, MOST_ATTEMPTS)
    .map(({ to, address, port }) => ({ to, decision: tryConnect(copy, process, address, port) }));
  const [first] = addressesOf(copy, container, guests);
  const far = first?.includes(":") ? FAR_INET6 : FAR;
  return {
    reach: [...reach, { to: OUTSIDE, decision: tryConnect(copy, process, far, FAR_PORT) }],
    untried: endpoints.length - reach.length,
  };
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
  const listed = container === 0 ? undefined : guests.addressesOf(host, container);
  const own = listed ?? addressesOfStack(host, container);
  const useful = own.filter((address) => !isLoopback(address) && !isLinkLocal(address));
  return [...useful.filter((one) => !one.includes(":")), ...useful.filter((one) => one.includes(":"))];
}

/** Those of a network stack of its own; of the host's without the ones that are lent to containers. */
function addressesOfStack(host: Host, container: number): string[] {
  return vnet(host, host.kernel.network.stackOf(host, container))
    .interfaces.flatMap((link) => link.addresses)
    .filter((one) => container !== 0 || one.container === null)
    .map(({ address }) => address);
}
