import type { Cause, Outcome } from "./decision.ts";
import type { HostEvent, NewEvent } from "./events.ts";
import type { JailDefinition } from "./freebsd/jail8/definition.ts";
import type { Kernel } from "./kernel.ts";
import type { Reached, Target } from "./network/journey.ts";
import { copyOf } from "./plain.ts";
import type { Process } from "./process/types.ts";
import type { HostState } from "./state.ts";

const NO_CAUSES: readonly Cause[] = [];

/** Everything that a host is at one moment, as plain JSON. Events never change, so that hosts share them. */
export interface HostSnapshot {
  readonly version: 1;
  readonly state: HostState;
  readonly events: readonly HostEvent[];
}

/**
 * A simulated machine: its state, a virtual clock and a log. System calls are functions over it (`freebsd/`,
 * `filesystem/`, `network/` …), which change the state and say why. Deterministic: the same calls in the same order
 * give the same bytes.
 */
export class Host {
  readonly state: HostState;
  readonly kernel: Kernel;
  /** What /etc/jail.conf says, for whoever calls jail(8) on the host. Given from outside, and no part of the state. */
  configured: readonly JailDefinition[] = [];
  /**
   * Whom a process reaches on other machines; nothing for what stays on this one. Given by whoever has several machines
   * (see `World.connect`), and no part of the state.
   */
  elsewhere: ((process: Process, to: Target) => Outcome<Reached> | undefined) | undefined;
  /** Told of each event once it is in the log; the state is then as the event left it. Must not change anything. */
  onEvent: ((event: HostEvent) => void) | undefined;
  private readonly log: HostEvent[];
  /** Snapshots by the number of events that had happened, while `record` is on. */
  private history: string[] | undefined;
  /** The time that events get while something happens at once. */
  private moment: number | undefined;

  constructor(state: HostState, kernel: Kernel, events: readonly HostEvent[] = []) {
    this.state = state;
    this.kernel = kernel;
    this.log = [...events];
  }

  get events(): readonly HostEvent[] {
    return this.log;
  }

  /** Virtual milliseconds since boot. */
  get now(): number {
    return this.state.clock;
  }

  /** Moves the clock, and nothing else: see `pass` in clock.ts. */
  advance(milliseconds: number): void {
    if (milliseconds > 0) this.state.clock += Math.round(milliseconds);
  }

  /**
   * Does something that takes time without letting others wait: its effects and events are those of the moment at which
   * it begins, and the clock is set back to it. For what several do at the same time.
   */
  atOnce<T>(work: () => T): { readonly value: T; readonly milliseconds: number } {
    const begin = this.state.clock;
    const outer = this.moment;
    this.moment ??= begin;
    try {
      const value = work();
      return { value, milliseconds: this.state.clock - begin };
    } finally {
      this.moment = outer;
      this.state.clock = begin;
    }
  }

  /** While something happens at once: the moment at which it does. */
  get inMoment(): number | undefined {
    return this.moment;
  }

  emit(event: NewEvent): HostEvent {
    const t = this.moment ?? this.state.clock;
    const { container, kind, from, to, message, outcome, errno, causes = NO_CAUSES } = event;
    // Written out, so that the many events have few shapes.
    const whole: { -readonly [K in keyof HostEvent]: HostEvent[K] } = {
      seq: this.log.length,
      t,
      container,
      kind,
      message,
      outcome,
      causes,
    };
    if (from !== undefined) whole.from = from;
    if (to !== undefined) whole.to = to;
    if (errno !== undefined) whole.errno = errno;
    this.log.push(whole);
    this.history?.push(JSON.stringify(this.state));
    this.onEvent?.(whole);
    return whole;
  }

  snapshot(): HostSnapshot {
    return { version: 1, state: copyOf(this.state), events: [...this.log] };
  }

  /** @param kernel the one that the snapshot was taken under */
  static restore(snapshot: HostSnapshot, kernel: Kernel): Host {
    return new Host(copyOf(snapshot.state), kernel, snapshot.events);
  }

  /** Keeps the state after each event from now on, so that the log can be stepped through. Costs memory. */
  record(): void {
    this.history ??= this.log.map(() => JSON.stringify(this.state));
  }

  /**
   * The host as it was after the first `events` events; `undefined` where that was not recorded. The host itself stays
   * as it is.
   */
  at(events: number): Host | undefined {
    const state = this.history?.[events - 1];
    const found =
      events === this.log.length
        ? Host.restore(this.snapshot(), this.kernel)
        : state && new Host(JSON.parse(state) as HostState, this.kernel, this.log.slice(0, events));
    if (found) found.configured = this.configured;
    return found || undefined;
  }
}
