import type { HostEvent } from "../host/events.ts";
import type { Host } from "../host/host.ts";
import type { ConsoleSession } from "../host/illumos/zoneadmd/console.ts";
import { buildHost } from "../host/machine/build.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import { countOfContainer } from "../host/process/processIndex.ts";
import type { ShellSession } from "../host/shell/session.ts";
import type { ContainerCommand, ContainerView, HostView, Location } from "../protocol.ts";
import { act, type Configured, type Deed, type Result, type Stage } from "./deeds.ts";
import type { Booted, Guest, Guests, MainFile, Moment } from "./guests.ts";
import { type Checkpoint, Journal } from "./journal.ts";
import { type PhaseLog, phasesOf } from "./phases.ts";
import { type CurrentText, type KeptText, Texts } from "./texts.ts";

/** What a host is made of, and where that is said. */
export interface Machine {
  readonly id: string;
  /** What editors call it. */
  readonly label: string;
  readonly description: HostDescription;
  /** Of the host file. */
  readonly uri: string | undefined;
}

/** What is counted of the diagnostics in a stretch of a document. */
export type CountProblems = (location: Location) => ContainerView["problems"];

const NO_PROBLEMS: ContainerView["problems"] = { errors: 0, warnings: 0 };
const NOTHING: Configured = { jails: [], zones: [] };

/** A simulated host that lives as long as the editor: what was done to it stays done until somebody resets it. */
export class LiveHost {
  readonly machine: Machine;
  readonly guests: Guests;
  texts: Texts;
  private known: { readonly files: readonly MainFile[]; readonly configured: Configured } | undefined;
  private mainFiles: readonly MainFile[] = [];
  /** What running containers were started with, by name. */
  booted: Record<string, Booted> = {};
  private readonly current: (path: string) => CurrentText | undefined;
  private stage: Stage;
  private journal: Journal;
  private phases: PhaseLog;

  constructor(machine: Machine, guests: Guests, current: (path: string) => CurrentText | undefined) {
    this.machine = machine;
    this.guests = guests;
    this.current = current;
    this.texts = new Texts(current);
    const fresh = this.begin(buildHost(machine.description));
    this.stage = fresh.stage;
    this.journal = fresh.journal;
    this.phases = fresh.phases;
  }

  private begin(host: Host, past: readonly Checkpoint[] = []) {
    return {
      stage: { host, sessions: new Map<string, ShellSession>(), consoles: new Map<string, ConsoleSession>() },
      journal: new Journal((stage, deed) => this.guests.perform(stage, deed), undefined, past),
      phases: phasesOf(host.events),
    };
  }

  /** Begins anew with a host: a fresh one where none is given. Sessions end. */
  reset(
    host?: Host,
    booted: Record<string, Booted> = {},
    texts: Readonly<Record<string, KeptText>> = {},
    past: readonly Checkpoint[] = [],
  ): void {
    const fresh = this.begin(host ?? buildHost(this.machine.description), past);
    this.stage = fresh.stage;
    this.journal = fresh.journal;
    this.phases = fresh.phases;
    this.booted = booted;
    this.texts = new Texts(this.current, texts);
  }

  get host(): Host {
    return this.stage.host;
  }

  get sessions(): ReadonlyMap<string, ShellSession> {
    return this.stage.sessions;
  }

  get consoles(): ReadonlyMap<string, ConsoleSession> {
    return this.stage.consoles;
  }

  /** For what a snapshot has kept of people at terminals. */
  adopt(id: string, session: ShellSession | ConsoleSession): void {
    if ("zone" in session) this.stage.consoles.set(id, session);
    else this.stage.sessions.set(id, session);
  }

  /** The main files that are for this host, in their order: the same list as long as they are the same. */
  get files(): readonly MainFile[] {
    return this.mainFiles;
  }

  set files(files: readonly MainFile[]) {
    const before = this.mainFiles;
    if (files.length !== before.length || files.some((file, i) => file !== before[i])) this.mainFiles = files;
  }

  /** What all files say. */
  get configured(): Configured {
    const { files } = this;
    if (this.known?.files !== files)
      this.known = {
        files,
        configured: {
          jails: files.flatMap(({ configured }) => configured.jails),
          zones: files.flatMap(({ configured }) => configured.zones),
        },
      };
    return this.known.configured;
  }

  /** Does something, and gives what came of it with the events that it led to. */
  do(deed: Deed): { readonly result: Result; readonly events: readonly HostEvent[] } {
    const { stage } = this;
    const from = stage.host.events.length;
    this.texts.use();
    this.journal.before(stage, deed);
    const result = act(stage, deed, (on, command) => this.guests.perform(on, command));
    this.phases.follow(stage.host.events);
    const path = deed.kind === "command" ? deed.path : "";
    for (const [name, booted] of this.guests.started(stage.host, from, this.files, path))
      this.booted[name] = booted;
    if (deed.kind === "command" && deed.command === "apply" && result.ok) this.applied(deed.container, path);
    const events = stage.host.events.slice(from);
    // The tools tell of each that they end; what somebody types may end or rename any.
    const touched =
      deed.kind === "command" ? new Set(events.map(({ container }) => container)) : Object.keys(this.booted);
    for (const name of touched)
      if (this.booted[name] && this.guests.numberOf(stage.host, name) === undefined) delete this.booted[name];
    return { result, events };
  }

  private applied(name: string, path: string) {
    const { jails, zones } = this.files.find((file) => file.path === path)?.configured ?? NOTHING;
    const definition = [...jails, ...zones].findLast((one) => one.name === name);
    if (definition) this.booted[name] = { path, definition };
  }

  /** A command for a container, as a deed. */
  commandDeed(command: ContainerCommand, { name, file }: Guest, argument: string | undefined): Deed {
    const refusal = this.guests.readsFile.has(command) ? file?.refusal(name) : undefined;
    if (refusal) {
      const { message, kind, cause } = refusal;
      return {
        kind: "refused",
        event: {
          container: name,
          kind,
          message,
          outcome: "failed",
          causes: cause ? [cause] : [],
        },
      };
    }
    const own = file?.configured ?? NOTHING;
    const all = this.configured;
    return { kind: "command", command, container: name, argument, path: file?.path ?? "", own, all };
  }

  /** The host at a moment; `undefined` for one that is forgotten. The present without a number. */
  moment(events?: number): Moment | undefined {
    const { files, booted, texts } = this;
    const isPresent = events === undefined || events >= this.host.events.length;
    const host = isPresent ? this.host : this.journal.at(this.host, Math.max(0, events));
    if (!host) return undefined;
    const phases = isPresent ? this.phases : phasesOf(host.events);
    return { host, files, booted, phases, texts, isPresent };
  }

  /** What leads to the moments that can be gone back to. */
  get past(): readonly Checkpoint[] {
    return this.journal.past;
  }

  /** The first moment that can be gone back to. */
  get earliest(): number {
    return this.journal.earliest ?? this.host.events.length;
  }

  list(): Guest[] {
    return this.guests.list(this.moment() as Moment);
  }

  find(id: string): Guest | undefined {
    return this.guests.find(this.moment() as Moment, id);
  }

  view(countProblems: CountProblems): HostView {
    const { machine, host } = this;
    const { system, release, described } = machine.description;
    return {
      id: machine.id,
      name: machine.label,
      system,
      release,
      described,
      ...(machine.uri !== undefined && { uri: machine.uri }),
      clock: host.now,
      events: host.events.length,
      containers: this.containerViews(this.moment() as Moment, countProblems),
    };
  }

  containerViews(moment: Moment, countProblems: CountProblems): ContainerView[] {
    return this.guests.list(moment).map((guest) => this.containerView(moment, guest, countProblems));
  }

  private containerView(
    { host, texts }: Moment,
    { file: _, configured, ...guest }: Guest,
    countProblems: CountProblems,
  ): ContainerView {
    const location = configured && texts.locate(configured.place);
    const extent = configured && texts.locate(configured.extent);
    return {
      ...guest,
      type: this.guests.type,
      ...(location && { location }),
      processes: guest.number === null ? 0 : countOfContainer(host, guest.number),
      problems: extent ? countProblems(extent) : NO_PROBLEMS,
    };
  }
}
