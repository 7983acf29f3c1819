import type { Cause } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { Host } from "../host.ts";
import { type Family, familyOf } from "./addresses.ts";
import type { Located } from "./interfaceIndex.ts";
import { findRoute, forwards, isAround, isLocalAddress, linkOf } from "./routingTable.ts";
import type { Interface, Vnet } from "./types.ts";

/** The way of a packet from one stack to another, or out of the machine. Source: ip_output(), ip_forward(), arp(4). */

export type Path =
  | { readonly end: "stack"; readonly stack: Vnet; readonly via: readonly string[] }
  /**
   * It leaves the machine through `exit`, for the next hop `next`. `answers`: the other side can send back, as far as
   * addresses tell.
   */
  | {
      readonly end: "outside";
      readonly via: readonly string[];
      readonly answers: boolean;
      readonly exit: Located;
      readonly next: string;
    }
  | {
      readonly end: "lost";
      readonly errno: Errno;
      readonly reason: string;
      readonly causes: readonly Cause[];
    };

/** As many routers as a packet passes at most. */
const HOPS = 64;

/**
 * Follows a packet to an address. `source` is what it carries as sender. The first stack answers with an errno; what
 * is lost further on makes the sender wait in vain, ETIMEDOUT.
 */
export function pathTo(host: Host, from: Vnet, destination: string, source: string, fib = 0): Path {
  const family: Family = familyOf(destination) ?? "inet";
  const via: string[] = [];
  let at = from;
  for (let hop = 0; hop < HOPS; hop++) {
    if (isLocalAddress(at, destination)) return { end: "stack", stack: at, via };
    if (hop > 0 && !forwards(host, at, family))
      return lost("ETIMEDOUT", `The stack of ${ownerText(host, at)} does not forward packets.`, {
        what: `${host.kernel.network.forwarding[family]}=0`,
        from: "host",
      });
    const route =
      hop === 0
        ? host.kernel.network.route(host, at, source, destination, fib)
        : findRoute(at, destination, 0);
    if (!route) {
      const name = destination;
      return hop === 0
        ? lost("ENETUNREACH", `No route of ${ownerText(host, at)} leads to ${name}.`, {
            what: "no route",
            from: "host",
          })
        : lost("ETIMEDOUT", `${ownerText(host, at)}, on the way, has no route to ${name}.`, {
            what: "no route",
            from: "host",
          });
    }
    const link = linkOf(at, route);
    if (route.kind !== undefined) return barred(route.kind, hop, destination, route.destination);
    if (!link?.up)
      return lost(hop === 0 ? "ENETDOWN" : "ETIMEDOUT", `The interface ${route.interface} is down.`, {
        what: `${route.interface} is down`,
        from: "host",
      });
    // Routes to what a loopback interface has no address for end there.
    if (link.kind === "loopback")
      return lost("ENETUNREACH", `${destination} is behind ${link.name}, and nobody has it there.`, {
        what: `route to ${route.destination} through ${link.name}`,
        from: "host",
      });
    const kept = host.kernel.network.outbound(host, at, link, source);
    if (kept) return lost("ETIMEDOUT", `${link.name} does not let packets from ${source} out.`, kept);
    via.push(link.name);
    const next = route.gateway.startsWith("link#") ? destination : route.gateway;
    const exit = { stack: at, link };
    const answering = host.kernel.network.neighbour(host, exit, next);
    if (answering) {
      via.push(answering.link.name);
      at = answering.stack;
      continue;
    }
    if (!host.kernel.network.leadsOut(host, exit) || isLocalAddress(at, next))
      return lost("EHOSTUNREACH", `Nobody on the network of ${link.name} has ${next}.`, {
        what: `no answer for ${next} on ${link.name}`,
        from: "host",
      });
    const apart = host.kernel.network.apart(host, exit, next);
    if (apart) return lost("EHOSTUNREACH", `Nobody on the network of ${link.name} has ${next}.`, apart);
    return { end: "outside", via, answers: answers(link, source), exit, next };
  }
  return lost("ETIMEDOUT", `Packets to ${destination} go in circles.`, {
    what: "routing loop",
    from: "host",
  });
}

/** Routes that are there to stop packets. Source: RTF_REJECT and RTF_BLACKHOLE. */
function barred(kind: "reject" | "blackhole", hop: number, destination: string, route: string): Path {
  const cause: Cause = { what: `${kind} route to ${route}`, from: "host" };
  return kind === "reject"
    ? lost(hop === 0 ? "ENETUNREACH" : "ETIMEDOUT", `A route refuses what goes to ${destination}.`, cause)
    : lost("ETIMEDOUT", `A route lets what goes to ${destination} vanish.`, cause);
}

/** Whether hosts beyond an interface can know the way back: the sender has an address of its network. */
function answers({ addresses }: Interface, source: string): boolean {
  return addresses.some((own) => own.address === source || isAround(own, source));
}

/** There and back: an answer has to find the sender's stack, too. */
export function roundTrip(host: Host, from: Vnet, destination: string, source: string, fib = 0): Path {
  const path = pathTo(host, from, destination, source, fib);
  if (path.end === "outside" && !isLocalAddress(from, source))
    return lost("ETIMEDOUT", `No interface has ${source}, so nobody can answer it.`, {
      what: `${source} is on no interface`,
      from: "host",
    });
  if (path.end !== "stack") return path;
  const back = pathTo(host, path.stack, source, destination);
  if (back.end === "stack" && back.stack === from) return path;
  const reason = `The packet arrives, but no answer finds the way back to ${source}.`;
  return lost("ETIMEDOUT", reason, ...(back.end === "lost" ? back.causes : []));
}

function lost(errno: Errno, reason: string, ...causes: Cause[]): Path {
  return { end: "lost", errno, reason, causes };
}

function ownerText(host: Host, { container }: Vnet): string {
  return host.kernel.containers.called(host, container);
}

/**
 * The stack that takes a packet which comes in through a physical interface: one on that network that has the
 * address, or one behind a stack there that forwards.
 */
export function arrival(host: Host, address: string): Vnet | undefined {
  const family: Family = familyOf(address) ?? "inet";
  const there = host.kernel.network.outer(host, address);
  const direct = there.find((stack) => isLocalAddress(stack, address));
  if (direct) return direct;
  for (const router of there) {
    const path = forwards(host, router, family) ? pathTo(host, router, address, "") : undefined;
    if (path?.end === "stack") return path.stack;
  }
  return undefined;
}
