import type { JailDefinition } from "../host/freebsd/jail8/definition.ts";
import type { Host } from "../host/host.ts";
import type { ZoneDefinition } from "../host/illumos/types.ts";
import { attachConsole, type ConsoleSession, detachConsole } from "../host/illumos/zoneadmd/console.ts";
import { exit, findProcess, spawn } from "../host/process/processes.ts";
import { type SessionEntry, ShellSession } from "../host/shell/session.ts";
import type { ContainerCommand } from "../protocol.ts";

/** What a main file says, or all of them together, at one moment. Never changed. */
export interface Configured {
  readonly jails: readonly JailDefinition[];
  readonly zones: readonly ZoneDefinition[];
}

/** Something that is done to a host from outside. Kept, so that it can be done again: the same gives the same. */
export type Deed =
  | {
      readonly kind: "command";
      readonly command: ContainerCommand;
      /** Its name on the host. */
      readonly container: string;
      readonly argument: string | undefined;
      /** The main file that it is configured in; empty for what nobody configured. */
      readonly path: string;
      /** Of the file that the container is configured in. */
      readonly own: Configured;
      readonly all: Configured;
    }
  /** The tool does not get so far as to do anything. */
  | { readonly kind: "refused"; readonly event: Parameters<Host["emit"]>[0] }
  | {
      readonly kind: "open";
      readonly session: string;
      readonly container: number;
      readonly user: string;
      readonly all: Configured;
    }
  /** Somebody watches the console of a zone. */
  | { readonly kind: "attach"; readonly session: string; readonly zone: string }
  | { readonly kind: "detach"; readonly session: string }
  | { readonly kind: "line"; readonly session: string; readonly text: string; readonly all: Configured }
  | { readonly kind: "close"; readonly session: string };

export type CommandDeed = Extract<Deed, { kind: "command" }>;

/** What deeds are done to: a host and the people at its terminals. */
export interface Stage {
  readonly host: Host;
  readonly sessions: Map<string, ShellSession>;
  readonly consoles: Map<string, ConsoleSession>;
}

/** What came of a command. */
export interface Performed {
  readonly ok: boolean;
  /** What the tool prints where it fails. */
  readonly message: string;
}

/** What came of a deed: of a line that was typed, its entry. */
export type Result = Performed & { readonly entry?: SessionEntry };

const DONE: Result = { ok: true, message: "" };

/** Does something. `perform` does commands, which are different for jails and zones. */
export function act(
  stage: Stage,
  deed: Deed,
  perform: (stage: Stage, deed: CommandDeed) => Performed,
): Result {
  const { host, sessions, consoles } = stage;
  if ("all" in deed) host.configured = deed.all.jails;
  switch (deed.kind) {
    case "command":
      return perform(stage, deed);
    case "refused":
      host.emit(deed.event);
      return { ok: false, message: `${deed.event.message}\n` };
    case "open":
      sessions.set(deed.session, new ShellSession(host, deed.container, deed.user));
      return DONE;
    case "attach": {
      const process = spawn(host, { command: "zlogin" });
      const attached = attachConsole(host, process, deed.zone);
      if (attached.ok) consoles.set(deed.session, attached.value);
      else exit(host, process, 1);
      return attached.ok ? DONE : { ok: false, message: `zlogin: ${attached.decision.reason}\n` };
    }
    case "detach": {
      const console = consoles.get(deed.session);
      consoles.delete(deed.session);
      const process = console && findProcess(host, console.pid);
      if (console) detachConsole(host, console);
      if (process) exit(host, process, 0);
      return DONE;
    }
    case "line": {
      const session = sessions.get(deed.session);
      return session?.process ? { ...DONE, entry: session.run(deed.text) } : DONE;
    }
    case "close":
      sessions.get(deed.session)?.close();
      sessions.delete(deed.session);
      return DONE;
  }
}
