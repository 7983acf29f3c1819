import type { Cause } from "../decision.ts";
import type { Errno } from "../errno.ts";
import type { Host } from "../host.ts";
import { type Family, familyOf } from "./addresses.ts";
import { allInterfaces } from "./links.ts";
import { findRoute, forwards, isAround, isLocalAddress, linkOf } from "./routingTable.ts";
import { segmentOf } from "./segments.ts";
import type { Interface, Vnet } from "./types.ts";

/** The way of a packet from one stack to another, or out of the machine. Source: ip_output(), ip_forward(), arp(4). */

export type Path =
  | { readonly end: "stack"; readonly stack: Vnet; readonly via: readonly string[] }
  /** It leaves the machine. `answers`: the other side can send back, as far as addresses tell. */
  | { readonly end: "outside"; readonly via: readonly string[]; readonly answers: boolean }
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
    if (hop > 0 && !forwards(at, family))
      return lost("ETIMEDOUT", `The stack of ${ownerText(host, at)} does not forward packets.`, {
        what: `net.${family === "inet" ? "inet.ip" : "inet6.ip6"}.forwarding=0`,
        from: "host",
      });
    const table = hop === 0 ? fib : 0;
    const route = findRoute(at, destination, table);
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
    const segment = segmentOf(host, { stack: at, link });
    const neighbour = segment.members.find(
      ({ stack, link: other }) => stack !== at && other.addresses.some(({ address }) => address === next),
    );
    // On the segment the whole stack answers for its addresses, whichever interface has them.
    const answering =
      neighbour ?? segment.members.find(({ stack }) => stack !== at && isLocalAddress(stack, next));
    if (answering) {
      via.push(answering.link.name);
      at = answering.stack;
      continue;
    }
    const exit = segment.outward[0];
    if (!exit || isLocalAddress(at, next))
      return lost("EHOSTUNREACH", `Nobody on the network of ${link.name} has ${next}.`, {
        what: `no answer for ${next} on ${link.name}`,
        from: "host",
      });
    return { end: "outside", via, answers: answers(link, source) };
  }
  return lost("ETIMEDOUT", `Packets to ${destination} go in circles.`, {
    what: "routing loop",
    from: "host",
  });
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
  const entrances = allInterfaces(host).filter(({ link }) => link.kind === "physical" && link.up);
  const there = entrances.flatMap((entrance) => segmentOf(host, entrance).members.map(({ stack }) => stack));
  const direct = there.find((stack) => isLocalAddress(stack, address));
  if (direct) return direct;
  for (const router of there) {
    const path = forwards(router, family) ? pathTo(host, router, address, "") : undefined;
    if (path?.end === "stack") return path.stack;
  }
  return undefined;
}
