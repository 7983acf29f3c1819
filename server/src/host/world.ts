import { allowed, denied, type Outcome } from "./decision.ts";
import { Host, type HostSnapshot } from "./host.ts";
import type { Kernel } from "./kernel.ts";
import { type Family, familyOf, parseAddress } from "./network/addresses.ts";
import { delivered } from "./network/delivery.ts";
import type { Located } from "./network/interfaceIndex.ts";
import {
  distinct,
  type Journey,
  type Luggage,
  leaves,
  longer,
  lost,
  noAnswer,
  type Position,
  type Reached,
  refusal,
  refused,
  type Target,
} from "./network/journey.ts";
import { pathTo } from "./network/paths.ts";
import { type Flow, receiverOf, textOf } from "./network/pcb.ts";
import { forwards, isLocalAddress } from "./network/routingTable.ts";
import { vnetOf } from "./network/vnets.ts";
import type { Cable, Tunnel } from "./network/wires.ts";
import type { Process } from "./process/types.ts";

/**
 * Several machines on a network below them, and who reaches whom. Each machine stays a host of its own; what is asked
 * here changes nothing but the counters of what links drop. Between the machines there are cables to switches, and
 * where a packet goes to a gateway that is none of the machines a router is assumed.
 */

export interface WorldSnapshot {
  readonly version: 1;
  readonly hosts: readonly HostSnapshot[];
  readonly cables: Readonly<Record<string, string>>;
}

/** As many machines as a packet passes at most, and as many overlays as lie on another. */
const MACHINES = 32;
const LAYERS = 4;
/** Bytes of a packet that fits everywhere. */
const SMALL = 68;

export class World {
  readonly hosts: readonly Host[];
  /**
   * The switch that a cable goes to, by machine and link: `{ "0/e1000g1": "storage" }`. Cables that are not named all go
   * to one switch, which keeps VLANs apart.
   */
  readonly cables: Readonly<Record<string, string>>;

  constructor(hosts: readonly Host[], cables: Readonly<Record<string, string>> = {}) {
    this.hosts = hosts;
    this.cables = { ...cables };
  }

  /** Lets the programs of each machine reach the others: ping(8) and nc(1) ask for that. */
  connect(): void {
    for (const [at, host] of this.hosts.entries())
      host.elsewhere = (process, to) => {
        const reached = this.reach({ host: at, process }, to);
        return reached.ok && reached.value.host === at ? undefined : reached;
      };
  }

  /**
   * Whether what a process sends arrives, and of streams and echo requests whether the answer comes back.
   * @returns the errors of connect(2): ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EACCES; ECONNREFUSED if nobody listens;
   * ETIMEDOUT for what is lost on the way; EMSGSIZE for what is larger than the link
   */
  reach(from: { readonly host: number; readonly process: Process }, to: Target): Outcome<Reached> {
    const host = this.hosts[from.host];
    const wanted = parseAddress(to.address);
    const family = familyOf(to.address);
    if (!host || wanted === undefined || !family)
      return denied("EAFNOSUPPORT", "reach/address", `${to.address} is no address.`);
    const { protocol = to.port === undefined ? "icmp" : "tcp", bytes = SMALL } = to;
    const sender = senderOf(host, from.process, family, wanted, protocol);
    if (!sender.ok) return sender;
    const { source, address } = sender.value;
    const start: Position = { at: from.host, stack: vnetOf(host, from.process) };
    const luggage: Luggage = { via: [], causes: [...sender.decision.causes], doubts: [], bytes };
    const there = this.travel(start, address, source, luggage);
    if (there.end === "lost") return refusal(there, luggage);
    if (there.end === "outside") return leaves(there, source, luggage);
    const { container } = from.process.credential;
    const flow: Flow = {
      ...{ family, protocol, local: { address, port: to.port ?? 0 }, remote: { address: source, port: 0 } },
      ...(there.position.stack === start.stack && { sender: container }),
    };
    const kept = this.between(start, there.position, container, address);
    if (kept) return kept;
    if (protocol !== "udp") {
      const back = this.travel(there.position, source, address, { ...luggage, via: [] });
      if (back.end !== "stack" || back.position.stack !== start.stack) return noAnswer(back, source, luggage);
    }
    return this.deliver(there.position, flow, source, luggage, to.port === undefined);
  }

  /** What keeps two containers of one stack apart. */
  private between(start: Position, end: Position, from: number, address: string) {
    const host = this.hosts[end.at];
    if (!host || end.stack !== start.stack) return undefined;
    const owner = host.kernel.network.owner(host, end.stack, address, from);
    return owner === undefined || owner === from
      ? undefined
      : host.kernel.network.between(host, from, owner, address);
  }

  private deliver(
    { at, stack }: Position,
    flow: Flow,
    source: string,
    { via, causes, doubts }: Luggage,
    wayOnly: boolean,
  ): Outcome<Reached> {
    const host = this.hosts[at] as Host;
    const { local, protocol, sender } = flow;
    const container = host.kernel.network.owner(host, stack, local.address, sender) ?? stack.container;
    const reached: Reached = { source, host: at, container, receiver: null, via };
    const more = doubts.length > 0 ? ({ causes, unsure: true } as const) : { causes };
    const said = (sentence: string) => [sentence, ...doubts].join(" ");
    if (wayOnly) return allowed(reached, "reach", said(`${local.address} answers.`), more);
    const found = receiverOf(host, stack.id, flow);
    if (!found)
      return protocol === "udp"
        ? allowed(reached, "reach/unheard", said("It arrives, but no socket wants it."), more)
        : denied("ECONNREFUSED", "reach/refused", `Nobody listens on ${textOf(local)}.`, { causes });
    const value = { ...reached, container: found.socket.container, receiver: found.socket.id };
    const done = delivered(host, value, found, flow, []);
    const decision = { ...done.decision, ...more, reason: said(done.decision.reason) };
    return { ...done, decision: { ...decision, causes: distinct([...causes, ...done.decision.causes]) } };
  }

  /** Follows a packet from machine to machine. */
  private travel(start: Position, destination: string, source: string, luggage: Luggage, layer = 0): Journey {
    let { at, stack } = start;
    for (let passed = 0; passed < MACHINES; passed++) {
      const host = this.hosts[at] as Host;
      const family: Family = familyOf(destination) ?? "inet";
      if (passed > 0 && !isLocalAddress(stack, destination) && !forwards(host, stack, family))
        return lost(`${host.state.machine.hostname} does not forward packets.`, "reach/forward", {
          what: `${host.kernel.network.forwarding[family]}=0`,
          from: "host",
        });
      const path = pathTo(host, stack, destination, source);
      // Behind the first machine what is lost is lost without a word.
      if (path.end === "lost")
        return { ...path, errno: passed > 0 || layer > 0 ? "ETIMEDOUT" : path.errno, rule: "path" };
      const name = host.state.machine.hostname;
      if (path.via.length > 0) luggage.via.push(`${name}: ${path.via.join(", ")}`);
      if (path.end === "stack") return { end: "stack", position: { at, stack: path.stack } };
      const tooLong = longer(luggage.bytes, path.exit, layer > 0);
      if (tooLong) return tooLong;
      const tunnel = host.kernel.network.wires.tunnel(host, path.exit, path.next);
      const next = tunnel
        ? this.throughTunnel(at, tunnel, path.next, luggage, layer)
        : this.byCable(at, path, destination, luggage);
      if (!("at" in next)) return next;
      ({ at, stack } = next);
    }
    return lost(`Packets to ${destination} go in circles.`, "reach/loop", {
      what: "routing loop",
      from: "host",
    });
  }

  /** A frame in a packet: that has to travel, too, and to be unwrapped at its end. */
  private throughTunnel(
    at: number,
    wrapped: Outcome<Tunnel>,
    next: string,
    luggage: Luggage,
    layer: number,
  ): Position | Journey {
    if (!wrapped.ok) return refused(wrapped);
    const tunnel = wrapped.value;
    const { by, stack, source, target, overhead, causes } = tunnel;
    const name = this.hosts[at]?.state.machine.hostname ?? "";
    luggage.causes.push(...causes);
    luggage.via.push(`${name}: ${by}`);
    if (layer >= LAYERS)
      return lost(
        `The packets of ${by} go through ${by} itself.`,
        "overlay/loop",
        causes[0] ?? { what: by, from: "host" },
      );
    if (!isLocalAddress(stack, source))
      return lost(`${by} sends from ${source}, which ${name} does not have.`, "overlay/listen", {
        what: `vxlan/listen_ip=${source} of ${by}`,
        from: "host",
      });
    const outer: Luggage = { ...luggage, bytes: luggage.bytes + overhead };
    const journey = this.travel({ at, stack }, target.address, source, outer, layer + 1);
    if (journey.end === "lost") {
      const reason = `The packets of ${by} do not get to ${textOf(target)}: ${journey.reason}`;
      return { ...journey, reason, causes: [...causes, ...journey.causes] };
    }
    if (journey.end === "outside")
      return lost(`No machine has ${target.address}, to which ${by} sends.`, "overlay/underlay", ...causes);
    const { at: there, stack: end } = journey.position;
    const host = this.hosts[there] as Host;
    const unwrapped = host.kernel.network.wires.tunnelEnd(host, end, tunnel, next);
    if (!unwrapped.ok) return refused(unwrapped, causes);
    const { stack: inner, link } = unwrapped.value;
    luggage.via.push(`${host.state.machine.hostname}: ${link.name}`);
    return { at: there, stack: inner };
  }

  /** A frame on a cable: whoever answers on the same switch with the same tag gets it. */
  private byCable(
    at: number,
    { exit, next, answers }: { readonly exit: Located; readonly next: string; readonly answers: boolean },
    destination: string,
    luggage: Luggage,
  ): Position | Journey {
    const host = this.hosts[at] as Host;
    const cables = host.kernel.network.wires.cables(host, exit);
    const seen = this.stationsWith(next);
    const near = seen.find((station) =>
      station.cables.some((one) =>
        cables.some((own) => this.joined(at, own, station.at, one) && own.tag === one.tag),
      ),
    );
    if (near) {
      luggage.via.push(`${this.hosts[near.at]?.state.machine.hostname}: ${near.place.link.name}`);
      return { at: near.at, stack: near.place.stack };
    }
    if (next !== destination) return this.routed(at, exit, next, destination, luggage);
    const [other] = seen.filter((station) => station.cables.length > 0);
    if (!other) return { end: "outside", link: exit.link.name, answers };
    return this.apart(at, cables, other);
  }

  /** Why a station that has the address does not hear the frame. */
  private apart(at: number, cables: readonly Cable[], other: Station): Journey {
    const name = this.hosts[other.at]?.state.machine.hostname;
    const there = other.cables[0] as Cable;
    const here = cables.find((own) => this.joined(at, own, other.at, there));
    const [first] = cables;
    const [rule, reason, what] = here
      ? [
          "reach/vlan",
          `${other.place.link.name} of ${name} is on VLAN ${there.tag || "none"}, and the frames carry ${here.tag || "no tag"}.`,
          `VLAN tag ${there.tag} of ${other.place.link.name}`,
        ]
      : [
          "reach/cable",
          `${first?.link} and ${there.link} of ${name} are on different switches.`,
          `cable of ${there.link}: ${this.switchOf(other.at, there)}`,
        ];
    return { end: "lost", errno: "EHOSTUNREACH", rule, reason, causes: [{ what, from: "host" }] };
  }

  /** The gateway is none of the machines: a router that knows the networks of all of them. */
  private routed(
    at: number,
    exit: Located,
    next: string,
    destination: string,
    luggage: Luggage,
  ): Position | Journey {
    const found = this.stationsWith(destination).find((station) => station.cables.length > 0);
    if (!found || (found.at === at && found.place.stack === exit.stack))
      return { end: "outside", link: exit.link.name, answers: true };
    luggage.doubts.push(`The router ${next} is no machine of the model, and is taken to know the way.`);
    luggage.via.push(
      `router ${next}`,
      `${this.hosts[found.at]?.state.machine.hostname}: ${found.place.link.name}`,
    );
    return { at: found.at, stack: found.place.stack };
  }

  private stationsWith(address: string): Station[] {
    return this.hosts.flatMap((host, at) => {
      const { wires } = host.kernel.network;
      return wires.holders(host, address).map((place) => ({ at, place, cables: wires.cables(host, place) }));
    });
  }

  private joined(a: number, one: Cable, b: number, other: Cable): boolean {
    return this.switchOf(a, one) === this.switchOf(b, other);
  }

  private switchOf(at: number, { link }: Cable): string {
    return this.cables[`${at}/${link}`] ?? "";
  }

  snapshot(): WorldSnapshot {
    return { version: 1, hosts: this.hosts.map((host) => host.snapshot()), cables: { ...this.cables } };
  }

  /** @param kernels those that the snapshots were taken under, in their order */
  static restore({ hosts, cables }: WorldSnapshot, kernels: readonly Kernel[]): World {
    const restored = hosts.map((snapshot, at) => {
      const kernel = kernels[at];
      if (!kernel) throw new Error(`the world has no kernel for host ${at}`);
      return Host.restore(snapshot, kernel);
    });
    return new World(restored, cables);
  }
}

interface Station {
  readonly at: number;
  readonly place: Located;
  readonly cables: readonly Cable[];
}

/** The right to a socket, what the destination means for the sender, and its own address. */
function senderOf(
  host: Host,
  process: Process,
  family: Family,
  wanted: string,
  protocol: string,
): Outcome<{ readonly address: string; readonly source: string }> {
  const { network } = host.kernel;
  const [type, kind] =
    protocol === "icmp"
      ? (["raw", family === "inet6" ? "icmp6" : "icmp"] as const)
      : ([protocol === "tcp" ? "stream" : "datagram", protocol] as const);
  const may = network.mayOpen(host, process, { family, type, protocol: kind });
  if (!may.ok) return may;
  const target = network.remoteAddress(host, process, family, wanted);
  if (!target.ok) return target;
  const address = target.value;
  const own = network.source(host, vnetOf(host, process), process.credential.container, address, 0);
  return own.ok ? { ...own, value: { address, source: own.value } } : own;
}
