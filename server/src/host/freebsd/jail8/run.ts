import type { Cause, Decision, Outcome } from "../../decision.ts";
import type { Errno } from "../../errno.ts";
import type { HostEvent } from "../../events.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prisonsNamed } from "../prisonIndex.ts";
import { findPrison, isDescendant, prisonOf } from "../prisons.ts";
import type { Prison } from "../types.ts";
import type { JailDefinition } from "./definition.ts";
import type { FstabEntry } from "./mounts.ts";
import type { Done } from "./schedule.ts";
import { Settings } from "./settings.ts";

/** What jail(8) prints on its way, and what it has done to the host for whichever jail. */
export interface Output {
  stdout: string;
  stderr: string;
  /** The last command on the host that the model does not know: it may have made whatever is needed later. */
  assumedOnHost?: string;
}

/** What an event says beside its kind and message. */
interface Details {
  readonly errno?: Errno;
  readonly causes?: readonly Cause[];
  readonly from?: string;
  readonly to?: string;
}

/** One jail while jail(8) deals with it. */
export class JailRun {
  readonly host: Host;
  /** The process that jail(8) runs as. */
  readonly caller: Process;
  readonly definition: JailDefinition;
  readonly settings: Settings;
  private readonly output: Output;
  /** Told as soon as the jail exists, or exists no more, which is before its commands have run. */
  onExistence: () => void = () => {};
  /** Whether `persist` holds only until the start is complete. */
  temporaryPersist = false;
  /** The lines of the files of `mount.fstab`, or messages about them. */
  fstab: (FstabEntry | string)[] = [];
  /** The root, where the base system in it is an assumption. */
  assumedRoot: string | undefined;
  /** The last command in the jail that the model does not know. */
  assumedCommand: string | undefined;
  state = "pending";

  constructor(host: Host, caller: Process, definition: JailDefinition, output: Output) {
    this.host = host;
    this.caller = caller;
    this.definition = definition;
    this.settings = new Settings(definition);
    this.output = output;
  }

  get name(): string {
    return this.definition.name;
  }

  /** Whether what the machine lacks may be there all the same: nobody described it, or an unknown command ran on it. */
  get mayHaveMore(): boolean {
    return !this.host.state.machine.described || this.assumedOnHost !== undefined;
  }

  get assumedOnHost(): string | undefined {
    return this.output.assumedOnHost;
  }
  set assumedOnHost(command: string) {
    this.output.assumedOnHost = command;
  }

  /** The living jail of that jid or name, as the caller sees it. */
  get prison(): Prison | undefined {
    return runningJail(
      this.host,
      this.caller,
      this.settings.integer("jid"),
      this.settings.text("name") ?? this.name,
    );
  }

  emit(kind: string, message: string, outcome: HostEvent["outcome"], details: Details = {}): void {
    this.host.emit({ container: this.name, kind, message, outcome, ...details });
  }

  /** The jail comes into another state of its life. */
  become(
    state: string,
    message: string,
    outcome: HostEvent["outcome"] = "ok",
    causes: readonly Cause[] = [],
  ): void {
    if (this.state === state) return;
    this.emit("jail.phase", message, outcome, { from: this.state, to: state, causes });
    this.state = state;
  }

  /** A line on standard error: `jail: web: …`. Source: jail_warnx(). */
  warn(message: string): void {
    this.output.stderr += `jail: ${this.name}: ${message}\n`;
  }

  /** A line on standard output: `web: created`. Source: jail_note(). */
  note(message: string): void {
    this.output.stdout += `${this.name}: ${message}\n`;
  }

  /** What a command says. */
  print(stdout: string, stderr: string): void {
    this.output.stdout += stdout;
    this.output.stderr += stderr;
  }

  /** The event and the message of something that jail(8) itself refuses or cannot do. */
  refuse(kind: string, message: string, causes: readonly Cause[], errno?: Errno): Done {
    this.warn(message);
    this.emit(kind, message, "failed", errno ? { errno, causes } : { causes });
    return { ok: false, milliseconds: 0 };
  }

  /** The event of a system call behind a step. */
  report(kind: string, message: string, outcome: Outcome<unknown>, causes: readonly Cause[]): void {
    const all = [...causes, ...outcome.decision.causes];
    if (outcome.ok) this.emit(kind, message, "ok", { causes: all });
    else
      this.emit(kind, `${message}: ${outcome.decision.reason}`, "failed", {
        errno: outcome.errno,
        causes: all,
      });
  }
}

/** The living jail of a jid or a name below the caller's. Source: running_jid() in usr.sbin/jail/jail.c. */
export function runningJail(
  host: Host,
  caller: Process,
  jid: number | undefined,
  name: string,
): Prison | undefined {
  const own = prisonOf(host, caller);
  if (jid !== undefined && jid !== 0) {
    const jail = findPrison(host, jid);
    return jail?.state === "alive" && isDescendant(host, own.jid, jid) ? jail : undefined;
  }
  const full = own.jid === 0 ? name : `${own.name}.${name}`;
  return prisonsNamed(host, full).find(({ state }) => state === "alive");
}

/** Whether a refusal comes from what a machine has or has not, which nobody knows of one that was not described. */
export function isAboutMachine({ verdict, errno, rule }: Decision): boolean {
  return verdict === "deny" && errno !== undefined && (OF_MACHINES.has(errno) || rule === "rctl/off");
}

const OF_MACHINES: ReadonlySet<Errno> = new Set<Errno>([
  "ENOENT",
  "ENOTDIR",
  "ENXIO",
  "ENODEV",
  "EADDRNOTAVAIL",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ESRCH",
  "ECONNREFUSED",
  "ETIMEDOUT",
]);
