/** What the host file says of the machine, or the embedded default. All lists in a fixed order. */
export interface Machine {
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

/** A daemon of the host and what it listens on; `*` for any address. */
export interface Service {
  name: string;
  user: string;
  listens: { family: "inet" | "inet6" | "local"; protocol: "tcp" | "udp"; address: string; port: number }[];
}

export interface Pool {
  name: string;
  /** In bytes. */
  size: number;
}
