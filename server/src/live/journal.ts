import { Host } from "../host/host.ts";
import type { ConsoleSession } from "../host/illumos/zoneadmd/console.ts";
import { type SavedSession, ShellSession } from "../host/shell/session.ts";
import type { HostState } from "../host/state.ts";
import { act, type CommandDeed, type Deed, type Performed, type Stage } from "./deeds.ts";

/** A stage at a moment between two deeds, and the deeds that followed. */
export interface Checkpoint {
  /** Events that had happened. */
  readonly events: number;
  readonly state: string;
  readonly sessions: readonly (readonly [string, SavedSession])[];
  readonly consoles: readonly (readonly [string, ConsoleSession])[];
  readonly deeds: Deed[];
}

/**
 * So many events after the last one, a checkpoint is made: as many at least have to happen again to get to a moment. Of a
 * large host there are more, one for so many characters of its state: what is written of all moments then grows as the
 * events do, and not with their square.
 */
const EVENTS_BETWEEN = 200;
const CHARACTERS_FOR_EVENT = 4000;
/** Characters of all states together: the oldest are forgotten. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
/** States on each side of the last moment that was looked at, for a slider; fewer of a large host. */
const MOST_AROUND = 16;
const CHARACTERS_AROUND = 16 * 1024 * 1024;

/**
 * The past of a host. Its state is kept now and then, and between these moments what was done to it: doing that again
 * gives the state at any event in between, because the same deeds give the same events.
 */
export class Journal {
  private readonly perform: (stage: Stage, deed: CommandDeed) => Performed;
  private readonly checkpoints: Checkpoint[];
  private readonly most: number;
  private readonly around = new Map<number, string>();
  private kept: number;

  /** @param past what was kept of a journal before */
  constructor(
    perform: (stage: Stage, deed: CommandDeed) => Performed,
    most = MOST_CHARACTERS,
    past: readonly Checkpoint[] = [],
  ) {
    this.perform = perform;
    this.most = most;
    this.checkpoints = [...past];
    this.kept = past.reduce((sum, { state }) => sum + state.length, 0);
  }

  /** What is kept, the oldest first. */
  get past(): readonly Checkpoint[] {
    return this.checkpoints;
  }

  /** Notes what is about to be done. */
  before({ host, sessions, consoles }: Stage, deed: Deed): void {
    // It may change the present moment without an event.
    this.around.delete(host.events.length);
    const last = this.checkpoints.at(-1);
    const between = Math.max(EVENTS_BETWEEN, Math.floor((last?.state.length ?? 0) / CHARACTERS_FOR_EVENT));
    if (last && host.events.length - last.events < between) {
      last.deeds.push(deed);
      return;
    }
    const state = JSON.stringify(host.state);
    const saved = [...sessions].map(([id, session]) => [id, session.saved] as const);
    this.checkpoints.push({
      events: host.events.length,
      state,
      sessions: saved,
      consoles: [...consoles],
      deeds: [deed],
    });
    this.kept += state.length;
    while (this.kept > this.most && this.checkpoints.length > 1)
      this.kept -= this.checkpoints.shift()?.state.length ?? 0;
  }

  /** The first moment that can be gone back to; `undefined` where nothing was done yet. */
  get earliest(): number | undefined {
    return this.checkpoints[0]?.events;
  }

  /** The host as it was after so many events; `undefined` where that is forgotten. */
  at(present: Host, events: number): Host | undefined {
    if (events >= present.events.length) return present;
    const state = this.around.get(events) ?? this.stateAt(present, events);
    if (state === undefined) return undefined;
    return new Host(JSON.parse(state) as HostState, present.kernel, present.events.slice(0, events));
  }

  private stateAt(present: Host, events: number): string | undefined {
    const from = this.checkpoints.findLast((checkpoint) => checkpoint.events <= events);
    if (!from) return undefined;
    const stage = stageOf(present, from);
    const { host } = stage;
    // Of both sides together; at least the moment before, with which it is compared.
    const width = Math.max(1, Math.min(MOST_AROUND, Math.floor(CHARACTERS_AROUND / from.state.length / 2)));
    this.around.clear();
    const note = () => {
      const happened = host.events.length;
      if (Math.abs(happened - events) <= width) this.around.set(happened, JSON.stringify(host.state));
    };
    host.onEvent = note;
    note();
    for (const deed of from.deeds) {
      act(stage, deed, this.perform);
      // Between two deeds a moment is what it was after the first: the process of the tool is gone, say.
      note();
      if (host.events.length > events + width) break;
    }
    return this.around.get(events);
  }
}

function stageOf(present: Host, { events, state, sessions, consoles }: Checkpoint): Stage {
  const host = new Host(JSON.parse(state) as HostState, present.kernel, present.events.slice(0, events));
  return {
    host,
    sessions: new Map(sessions.map(([id, saved]) => [id, new ShellSession(host, saved)])),
    consoles: new Map(consoles),
  };
}
