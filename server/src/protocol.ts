/**
 * What editors can ask beside the language server protocol: about the simulated hosts, their jails and zones. Shapes
 * only; `server/src/live` answers, the client shows. Positions are those of LSP: zero-based lines, UTF-16 characters.
 */

import type {
  ContainerCommand,
  DecisionView,
  EventView,
  HostView,
  Location,
  OriginView,
} from "./protocolViews.ts";

export * from "./protocolViews.ts";

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

// --- Hosts and their containers

export interface HostsView {
  /** Grows with every change. */
  readonly revision: number;
  readonly hosts: readonly HostView[];
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
  /** A part of the names or addresses to which connections are tried; all if absent. */
  readonly targets?: string;
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
