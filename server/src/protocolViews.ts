/** What is shown of hosts and their containers: shapes of the answers to editors, see `protocol.ts`. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A place in a document. */
export interface Location {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** Why something is as it is, in a few words, with the line where there is one. */
export interface OriginView {
  readonly what: string;
  readonly from: "configuration" | "host" | "default" | "inherited" | "kernel";
  readonly location?: Location;
}

export interface DecisionView {
  readonly verdict: "allow" | "contained" | "deny" | "assumed";
  readonly errno?: string;
  readonly rule: string;
  readonly reason: string;
  readonly origins: readonly OriginView[];
  readonly unsure?: true;
}

export type ContainerType = "jail" | "zone";

/** What can be done to a container. Which of them are possible now says the container itself. */
export const CONTAINER_COMMANDS = [
  "boot",
  "shutdown",
  "halt",
  "reboot",
  "install",
  "uninstall",
  "clone",
  "remove",
  "apply",
] as const;
export type ContainerCommand = (typeof CONTAINER_COMMANDS)[number];

export interface HostView {
  /** Stable over restarts: the address of the host file, or `default:freebsd:` and a directory. */
  readonly id: string;
  readonly name: string;
  readonly system: "freebsd" | "illumos" | "omnios" | "smartos" | "solaris";
  readonly release: string;
  /** Whether somebody described the machine; `uri` is that of the host file. */
  readonly described: boolean;
  readonly uri?: string;
  /** Virtual milliseconds since it booted. */
  readonly clock: number;
  /** Events so far. */
  readonly events: number;
  /** Parents before their children; the order of the configuration, then what nobody configured. */
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  /** Unique and stable on its host: the name. */
  readonly id: string;
  readonly name: string;
  readonly type: ContainerType;
  /** Jails: `stopped`, `starting`, `running`, `stopping`, `dying`, `failed`. Zones: as `zoneadm list` shows them, and `failed`. */
  readonly state: string;
  /** The state for those who read it: `running for 3 s`, `failed: exec.start exited with 1`. */
  readonly stateText: string;
  readonly health: "stopped" | "running" | "transition" | "failed";
  /** jid or zone id. */
  readonly number: number | null;
  readonly parent?: string;
  /** Where it is configured; absent for what only the host knows. */
  readonly location?: Location;
  /** A few words for a tree: address, brand, path. */
  readonly description: string;
  readonly processes: number;
  readonly problems: { readonly errors: number; readonly warnings: number };
  /** Of a running one whose configuration was changed since it booted. */
  readonly plan?: Plan;
  readonly commands: readonly ContainerCommand[];
}

/** What it takes to bring a running container to its configuration. */
export interface Plan {
  readonly kind: "modify" | "restart" | "removed";
  /** The parameters that differ, in the order of the file; `restart`: those that cannot be changed in place. */
  readonly parameters: readonly {
    readonly name: string;
    readonly before: string;
    readonly after: string;
    readonly needsRestart: boolean;
    readonly location?: Location;
  }[];
}

export interface EventView {
  readonly seq: number;
  /** Virtual milliseconds. */
  readonly t: number;
  readonly container: string;
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
  readonly message: string;
  readonly outcome: "ok" | "failed" | "assumed";
  readonly errno?: string;
  readonly origins: readonly OriginView[];
}

export interface Inspection {
  readonly host: string;
  readonly hostName: string;
  readonly system: HostView["system"];
  readonly container?: ContainerView;
  /** The moment that is shown, and how many events there are in all. */
  readonly at: number;
  readonly events: number;
  /** The first moment that can still be shown: the memory for the past is bounded. */
  readonly earliest: number;
  /** Virtual milliseconds. */
  readonly clock: number;
  /** Of the host: all containers as they were then. */
  readonly containers: readonly ContainerView[];
  /** Of the host: who runs on which CPUs. Empty where the system has no resource pools. */
  readonly processors: ProcessorsView;
  readonly machine: StateMachine;
  readonly processes: readonly ProcessView[];
  readonly mounts: readonly MountView[];
  readonly network: NetworkView;
  readonly devices: readonly DeviceView[];
  readonly privileges: readonly PrivilegeView[];
  readonly limits: readonly LimitView[];
  /** The last ones before `at`, newest last. */
  readonly recent: readonly EventView[];
  /** How many events there are before `recent`. */
  readonly earlier: number;
  /** What the event that led to `at` has changed, in sentences. */
  readonly changes: readonly string[];
}

export interface StateMachine {
  readonly states: readonly string[];
  readonly present: string;
  readonly transitions: readonly {
    readonly from: string;
    readonly to: string;
    readonly command: ContainerCommand;
  }[];
}

export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  readonly command: string;
  readonly state: string;
  /** Bytes. */
  readonly resident: number;
  readonly container: string;
  readonly listens: readonly string[];
}

export interface MountView {
  readonly from: string;
  readonly on: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly origin?: OriginView;
}

export interface ProcessorsView {
  readonly sets: readonly {
    readonly name: string;
    /** Numbers of its CPUs. */
    readonly cpus: readonly number[];
  }[];
  readonly pools: readonly {
    readonly name: string;
    readonly set: string;
    /** Scheduling class; empty for that of the system. */
    readonly scheduler: string;
    /** Made for one zone, and gone with it: `dedicated-cpu`. */
    readonly temporary: boolean;
    /** Names of those that run and are bound to it. */
    readonly containers: readonly string[];
  }[];
}

export interface LinkView {
  readonly name: string;
  readonly kind: string;
  readonly up: boolean;
  readonly over?: string;
  readonly addresses: readonly { readonly address: string; readonly origin?: OriginView }[];
  /** Of the host's links: the container that has it now. */
  readonly holder?: string;
}

/** A station on the way of packets from a container to the outside. */
export interface PathView {
  readonly id: string;
  readonly kind: "container" | "interface" | "link" | "gateway" | "outside";
  readonly name: string;
  /** A few words: kind of the link, addresses. */
  readonly detail: string;
  /** Ids of the stations that packets get to from here. */
  readonly to: readonly string[];
  /** What stops packets here, or all but some of them; `all`: none gets through. */
  readonly obstacle?: { readonly text: string; readonly all: boolean };
}

export interface NetworkView {
  readonly stack: "shared" | "own";
  readonly links: readonly LinkView[];
  /** From the container outwards; empty for the host. */
  readonly path: readonly PathView[];
  readonly routes: readonly {
    readonly destination: string;
    readonly gateway: string;
    readonly link: string;
  }[];
  readonly listening: readonly {
    readonly address: string;
    readonly port: number;
    readonly protocol: string;
    readonly command: string;
    /** Who gets what arrives there instead, if it is not this one. */
    readonly shadowedBy?: string;
  }[];
  /** Other containers and the outside, and whether a packet gets there. */
  readonly reach: readonly { readonly to: string; readonly decision: DecisionView }[];
  /** How many others there are that were not tried, because that takes long. */
  readonly untried: number;
  /** What the names or addresses of those that were tried have in them; empty for all. */
  readonly targets: string;
}

export interface DeviceView {
  readonly path: string;
  readonly mode: string;
  readonly origin?: OriginView;
}

/** A privilege of zones, a permission of jails. */
export interface PrivilegeView {
  readonly name: string;
  readonly held: boolean;
  /** `default`, `added`, `removed`, `never`. */
  readonly status: string;
  readonly description: string;
  readonly origin?: OriginView;
}

export interface LimitView {
  readonly name: string;
  readonly unit: string;
  readonly used: number;
  /** Null for none. */
  readonly limit: number | null;
  readonly text: string;
  readonly origin?: OriginView;
}
