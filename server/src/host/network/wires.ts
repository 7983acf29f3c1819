import type { Cause, Outcome } from "../decision.ts";
import type { Host } from "../host.ts";
import type { Located } from "./interfaceIndex.ts";
import type { Endpoint } from "./pcb.ts";
import type { Vnet } from "./types.ts";

/** What a kernel says of frames between machines; `world.ts` asks it of both ends. */
export interface WirePolicy {
  /** Where frames of an interface leave the machine by a cable. Empty where they do not. */
  cables(host: Host, from: Located): readonly Cable[];
  /** The packets in which frames of an interface to a neighbour leave it; `undefined` where they leave by a cable, if at all. */
  tunnel(host: Host, from: Located, next: string): Outcome<Tunnel> | undefined;
  /** The interface that gets the frame of a tunnel that ends in a stack. */
  tunnelEnd(host: Host, stack: Vnet, tunnel: Tunnel, next: string): Outcome<Located>;
  /** Interfaces that answer for an address, of whichever stack. */
  holders(host: Host, address: string): readonly Located[];
}

export interface Cable {
  /** The link of hardware, as the machine calls it. */
  readonly link: string;
  /** VLAN tag of the frames; 0 for none. */
  readonly tag: number;
}

/** A frame of a virtual network in a packet of the network below. */
export interface Tunnel {
  /** The link that wraps it. */
  readonly by: string;
  /** The stack that sends the packet. */
  readonly stack: Vnet;
  readonly source: string;
  readonly target: Endpoint;
  /** Of VXLAN: the network, 24 bits. */
  readonly network: number;
  /** VLAN tag of the frame inside; 0 for none. */
  readonly tag: number;
  /** The station that the frame is for; absent where whoever has the address takes it. */
  readonly mac?: string;
  /** Bytes of the largest packet inside, and what wrapping adds. */
  readonly mtu: number;
  readonly overhead: number;
  readonly causes: readonly Cause[];
}
