/** What the host file says of the machine, or the embedded default. All lists in a fixed order. */
export interface Machine {
  /** What it is called in messages. */
  name: string;
  system: "freebsd" | "illumos" | "omnios" | "smartos" | "solaris";
  /** `15.0` for FreeBSD. */
  release: string;
  hostname: string;
  cpus: number;
  /** In bytes. */
  memory: number;
  swap: number;
  /** Whether somebody described this machine. If not, what is missing on it is no fault of a configuration. */
  described: boolean;
  /** Seconds since 1970 at which it booted: a constant, so that every run prints the same dates. */
  bootTime: number;
  /** Kernel options such as VIMAGE and RACCT. */
  options: string[];
  /** Loaded kernel modules, and those that could be loaded. */
  modules: string[];
  loadable: string[];
  /** Host-wide values by name. Per-jail and per-vnet ones live with their owner. */
  sysctls: Record<string, string | number>;
  users: User[];
  groups: Group[];
  services: Service[];
  pools: Pool[];
  /** Installed brands of zones, images that zones are made from, resource pools and processor sets (illumos). */
  brands: string[];
  images: Image[];
  resourcePools: ResourcePool[];
  processorSets: ProcessorSet[];
  /** The scheduling class of what has no other one (illumos). */
  schedulingClass: "TS" | "FSS" | "IA" | "FX";
  /** Configuration files that belong to this machine, as patterns relative to the host file. */
  configurations: string[];
}

export interface Image {
  uuid: string;
  name: string;
  version: string;
  brand: string;
}

export interface ResourcePool {
  name: string;
  processorSet: string;
  /** Scheduling class; empty for that of the system. */
  scheduler: "" | "TS" | "FSS" | "IA" | "FX";
  importance: number;
}

export interface ProcessorSet {
  name: string;
  cpus: number[];
}

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

export interface Group {
  name: string;
  gid: number;
  members: string[];
}

/** A daemon of the host and what it listens on; `*` for any address, of local sockets the path and no port. */
export interface Service {
  name: string;
  user: string;
  listens: Listener[];
}

export interface Listener {
  family: "inet" | "inet6" | "local";
  protocol: "tcp" | "udp" | "stream";
  address: string;
  port: number;
}

export interface Pool {
  name: string;
  /** In bytes. */
  size: number;
}
