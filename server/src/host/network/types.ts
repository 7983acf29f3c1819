import type { Vnode } from "../filesystem/types.ts";

export interface NetworkState {
  /** Network stacks by id; 0 is the host's. */
  vnets: Record<string, Vnet>;
  nextVnet: number;
  sockets: Record<string, Socket>;
  nextSocket: number;
}

/** One network stack. Source: sys/net/vnet.h. */
export interface Vnet {
  id: number;
  /** The prison that was created with it; 0 for the host. */
  container: number;
  /** In the order of creation. */
  interfaces: Interface[];
  routes: Route[];
  /** Values of per-stack sysctls that were changed. */
  sysctls: Record<string, string | number>;
  nextIndex: number;
}

export interface Interface {
  name: string;
  index: number;
  kind:
    | "physical"
    | "loopback"
    | "epair"
    | "bridge"
    | "vlan"
    | "tap"
    | "tun"
    | "lagg"
    | "wireguard"
    | "vnic"
    | "etherstub"
    | "overlay"
    | "ipmp"
    | "other";
  up: boolean;
  mtu: number;
  mac: string;
  addresses: InterfaceAddress[];
  /** Of illumos: addresses of logical interfaces that are marked down; nobody has them, so they are in no index. */
  down?: InterfaceAddress[];
  description: string;
  groups: string[];
  /** The stack that it goes back to; its own where it was created. */
  home: number;
  /** The name that it was created with, if it was renamed since. */
  created?: string;
  /** Of epair: the name that the other half was created with. Of vlan: the parent (at home) and tag. Of bridge: the members, of ipmp in the order in which they are used. */
  peer?: string;
  vlan?: { parent: string; tag: number };
  members?: string[];
  fib: number;
}

export interface InterfaceAddress {
  family: "inet" | "inet6";
  address: string;
  prefix: number;
  /** Added as an alias with a mask of all ones. */
  alias: boolean;
  /** The jail for which jail(8) added it, or the zone that has it on a shared stack; null for one of the host. */
  container: number | null;
  /** Of illumos: the number of the logical interface; 0 if absent. */
  unit?: number;
  /** Of illumos: what ipadm(8) calls it behind the interface, where somebody gave it a name. */
  object?: string;
}

export interface Route {
  family: "inet" | "inet6";
  /** `default` or address/prefix. */
  destination: string;
  gateway: string;
  interface: string;
  fib: number;
  /** Of a route that stops packets: with an error, or without a word. */
  kind?: "reject" | "blackhole";
}

export interface Socket {
  id: number;
  family: "local" | "inet" | "inet6" | "route" | "netlink" | "other";
  type: "stream" | "datagram" | "raw";
  protocol: string;
  /** The credential that opened it decides what it sees, whoever uses it later. */
  container: number;
  uid: number;
  pid: number;
  vnet: number;
  /** `*` for any address. */
  local: { address: string; port: number } | null;
  remote: { address: string; port: number } | null;
  /** Of local sockets: the path. */
  path?: string;
  /** Of local sockets that were bound: the node. */
  vnode?: Vnode;
  listening: boolean;
  v6only: boolean;
  /** A closing TCP connection keeps its prison in memory until this time. */
  lingersUntil: number | null;
  /** Of a connection inside of this machine: the socket at the other end. */
  peer?: number;
  /** The routing table that it uses; 0 if absent. */
  fib?: number;
  /** Multicast groups that were joined. */
  groups?: string[];
  options?: SocketOption[];
}

/**
 * Switches of setsockopt(2) that are on. `reuseaddr` and `reuseport` let a port be bound twice; with `lowport` the
 * kernel chooses a reserved one.
 */
export type SocketOption = "reuseaddr" | "reuseport" | "bindany" | "hdrincl" | "lowport";
