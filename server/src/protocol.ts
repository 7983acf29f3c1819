/**
 * What editors can ask beside the language server protocol: about the simulated hosts, their jails and zones. Shapes
 * only; `server/src/live` answers, the client shows. Positions are those of LSP: zero-based lines, UTF-16 characters.
 */

export const METHODS = {
  /** `() => HostsView`: all hosts with their containers. */
  get: "zonewarden/host/get",
  /** Notification to the client, with a `HostsChanged`: something is not as it was shown. */
  changed: "zonewarden/host/changed",
  /** `HostCommand => CommandOutcome`: boot, halt and so on. */
  command: "zonewarden/host/command",
  /** Notification to the client, with a `HostEvents`: what happens while a command runs. */
  events: "zonewarden/host/events",
  /** `SnapshotRequest => string | null`: a host as text, to be kept by the client. */
  snapshot: "zonewarden/host/snapshot",
  /** `RestoreRequest => RestoreOutcome`. */
  restore: "zonewarden/host/restore",
  /** `DescribeRequest => DescribeOutcome`: makes a host file from what somebody pasted. */
  describe: "zonewarden/host/describe",
  /** Notification to the server, with a `WorkspaceFiles`: the configurations that the workspace has. */
  files: "zonewarden/host/files",
  /** `InspectRequest => Inspection | null`. */
  inspect: "zonewarden/container/inspect",
  /** `ExecRequest => ExecOutcome`: a console. */
  exec: "zonewarden/container/exec",
  /** Notification to the client, with a `ConsoleOutput`: something appears at a terminal where nobody typed. */
  output: "zonewarden/console/output",
  /** `TextRequest => string | null`: a text about a container, for a virtual document. */
  text: "zonewarden/container/text",
  /** `ExplainRequest => DecisionView | null`. */
  explain: "zonewarden/explain",
  /** `ProbeRequest => ProbeView`: the confinement matrix. */
  probe: "zonewarden/probe",
  /** `ExpectRequest => ExpectationView[]`: the expectations in comments of a document, and whether they hold. */
  expect: "zonewarden/expect",
  /** `ReadRequest => EditorFile`, asked of the client: a file or directory that only the editor can reach. */
  read: "zonewarden/editor/read",
} as const;

export interface ReadRequest {
  readonly uri: string;
}

/** A text, the names in a directory, or nothing where there is neither. */
export interface EditorFile {
  readonly text?: string;
  readonly entries?: readonly { readonly name: string; readonly directory: boolean }[];
}

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

// --- Hosts and their containers

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

export interface HostsView {
  /** Grows with every change. */
  readonly revision: number;
  readonly hosts: readonly HostView[];
}

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

export interface HostsChanged {
  readonly revision: number;
  /** Ids of hosts that changed; absent if there are others than before. */
  readonly hosts?: readonly string[];
}

export interface HostCommand {
  readonly host: string;
  /** `bootAll` and `haltAll` are about all configured containers, `reset` forgets everything that happened. */
  readonly command: ContainerCommand | "bootAll" | "haltAll" | "reset";
  readonly container?: string;
  /** Of `clone`: the name of the new zone. Of `boot`: boot arguments. */
  readonly argument?: string;
}

export interface CommandOutcome {
  readonly ok: boolean;
  /** What the tool prints where it fails. */
  readonly message: string;
  /** The step that failed and the line that caused it. */
  readonly failure?: EventView;
  readonly events: readonly EventView[];
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

export interface HostEvents {
  readonly host: string;
  readonly events: readonly EventView[];
}

export interface SnapshotRequest {
  readonly host: string;
}

export interface RestoreRequest {
  readonly host: string;
  readonly snapshot: string;
}

export type RestoreOutcome =
  | { readonly kind: "restored" }
  /** The host is another one than when the snapshot was taken: it starts afresh. */
  | { readonly kind: "outdated" }
  | { readonly kind: "damaged"; readonly reason: string };

export interface DescribeRequest {
  /** Output of `ifconfig -a`, `zfs list`, `mount -p`, `dladm show-link` …, one after the other or one alone. */
  readonly text: string;
  /** The host file that is to be changed, as it is now. */
  readonly hostFile?: string;
  /** Of a new host file: the system, where the text does not tell. An empty text gives a file to begin with. */
  readonly system?: HostView["system"];
}

export interface DescribeOutcome {
  /** The host file. */
  readonly text: string;
  /** What was recognised: `ifconfig: 3 interfaces`. */
  readonly found: readonly string[];
  /** Parts that were not understood, by line. */
  readonly ignored: readonly { readonly line: number; readonly text: string }[];
}

/** Configurations that the editor found in the workspace; open ones are known anyway. */
export interface WorkspaceFiles {
  readonly files: readonly { readonly uri: string; readonly language: "jail-conf" | "zonecfg" }[];
}

// --- Inside of a container

export interface InspectRequest {
  readonly host: string;
  /** Absent for the host itself. */
  readonly container?: string;
  /** As it was after so many events; the present if absent. */
  readonly at?: number;
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

// --- Consoles

export interface ExecRequest {
  readonly host: string;
  /** Absent for the host itself. */
  readonly container?: string;
  /** Chosen by the client; a session lives until it is closed or its container ends. */
  readonly session: string;
  readonly action:
    | {
        readonly kind: "open";
        readonly user?: string;
        /** The console of a zone, or a zonecfg prompt for its configuration, in place of a shell. */
        readonly as?: "shell" | "console" | "zonecfg";
      }
    | { readonly kind: "line"; readonly text: string }
    /** Tab: the text up to the cursor. */
    | { readonly kind: "complete"; readonly text: string }
    | { readonly kind: "close" };
}

export interface ExecOutcome {
  /** What appears, with line feeds alone. */
  readonly output: string;
  /** The next prompt; null where the session has ended. */
  readonly prompt: string | null;
  readonly status: number;
  /** Of refusals: why, for a link at the end of the output. */
  readonly decisions: readonly DecisionView[];
  /** Of `complete`: what the word could become; `from` is where it begins in the text. */
  readonly completion?: { readonly from: number; readonly words: readonly string[] };
  /** Of a zonecfg prompt: edits that its commands make in the file. */
  readonly edits?: readonly {
    readonly location: Location;
    readonly newText: string;
  }[];
}

/** What has appeared since the session was last told. */
export interface ConsoleOutput {
  readonly host: string;
  readonly session: string;
  readonly output: string;
  /** The prompt from now on; null where the session has ended. */
  readonly prompt: string | null;
}

export interface TextRequest {
  readonly host: string;
  readonly container?: string;
  /** The configuration as the tool has it after all includes and defaults; or what a tool prints. */
  readonly what: "configuration" | "list" | "timeline";
}

// --- Decisions

export interface ExplainRequest {
  readonly host: string;
  readonly container: string;
  /** The id of a probe. */
  readonly probe: string;
}

export interface ProbeRequest {
  readonly host: string;
  readonly container: string;
}

export interface ProbeView {
  readonly container: string;
  readonly decisions: readonly {
    readonly probe: string;
    readonly title: string;
    readonly area: string;
    readonly decision: DecisionView;
    readonly severity?: "warning" | "information";
  }[];
}

export interface ExpectRequest {
  readonly uri: string;
}

/** `#? web connects db:5432`, `#? boots before mail`. */
export interface ExpectationView {
  readonly text: string;
  readonly location: Location;
  readonly result: "passed" | "failed" | "invalid";
  readonly message: string;
  readonly origins: readonly OriginView[];
}
