import { pass } from "../../clock.ts";
import type { Host } from "../../host.ts";

/**
 * What jail(8) does at the same time, in virtual time. Every jail goes its own way and waits only for the command that
 * it runs; a cap counts commands over all jails. Source: next_jail() in usr.sbin/jail/state.c, run_command(),
 * finish_command() and next_proc() in usr.sbin/jail/command.c.
 */

/** What became of something that was done. */
export interface Done {
  readonly ok: boolean;
  /** Virtual milliseconds until it ends. What it does, it does at once. */
  readonly milliseconds: number;
  /** To be called when that time is over: what is known only then. */
  readonly report?: () => void;
}

/** A command that waits for its turn. */
export type Job = () => Done;

/** The way of one jail: it gives jobs and gets back what became of them. The last result says whether it went well. */
export type Way = Generator<Job, boolean, Done>;

/** Waits for its turn, does the job, and waits until it ends. */
export function* perform(job: Job): Generator<Job, Done, Done> {
  const result = yield job;
  result.report?.();
  return result;
}

/** One jail on its way. */
export interface Traveller {
  readonly way: Way;
  /** Told when the way has come to its end. */
  finish(ok: boolean): void;
}

interface Waiting {
  readonly traveller: Traveller;
  readonly result: Done;
  readonly until: number;
  /** In the order of beginning, which decides among those that end at the same time. */
  readonly serial: number;
}

export class Schedule {
  private readonly host: Host;
  /** How many commands may run at once; 0 for any number. */
  private readonly limit: number;
  /** Start operations take the first one that is ready, stop operations the last. */
  private readonly fromEnd: boolean;
  private readonly ready: Traveller[] = [];
  private readonly queued: { traveller: Traveller; job: Job }[] = [];
  private readonly running = new Heap<Waiting>(
    (a, b) => a.until < b.until || (a.until === b.until && a.serial < b.serial),
  );
  private serial = 0;

  constructor(host: Host, limit: number, fromEnd: boolean) {
    this.host = host;
    this.limit = limit;
    this.fromEnd = fromEnd;
  }

  add(traveller: Traveller): void {
    this.ready.push(traveller);
  }

  /** Runs until nobody is on the way any more. */
  run(): void {
    for (;;) {
      const ended = this.running.first;
      // A command that has ended comes before a jail that has not begun.
      if (ended && ended.until <= this.host.now) this.resume();
      else if (this.ready.length > 0) this.begin(this.takeReady());
      else if (ended) pass(this.host, ended.until - this.host.now);
      else return;
    }
  }

  private takeReady(): Traveller {
    return (this.fromEnd ? this.ready.pop() : this.ready.shift()) as Traveller;
  }

  private begin(traveller: Traveller): void {
    this.go(traveller, traveller.way.next());
  }

  private resume(): void {
    const { traveller, result } = this.running.take() as Waiting;
    // The place of this command is free: whoever waits longest gets it, before this jail may want another.
    const next = this.queued.shift();
    if (next) this.start(next.traveller, next.job);
    this.go(traveller, traveller.way.next(result));
  }

  private go(traveller: Traveller, step: IteratorResult<Job, boolean>): void {
    if (step.done) traveller.finish(step.value);
    else if (this.limit > 0 && this.running.size >= this.limit)
      this.queued.push({ traveller, job: step.value });
    else this.start(traveller, step.value);
  }

  private start(traveller: Traveller, job: Job): void {
    const result = job();
    this.running.put({
      traveller,
      result,
      until: this.host.now + Math.max(0, Math.round(result.milliseconds)),
      serial: this.serial++,
    });
  }
}

/** A binary heap: the least element first. */
class Heap<T> {
  private readonly items: T[] = [];
  private readonly less: (a: T, b: T) => boolean;

  constructor(less: (a: T, b: T) => boolean) {
    this.less = less;
  }

  get first(): T | undefined {
    return this.items[0];
  }
  get size(): number {
    return this.items.length;
  }

  put(item: T): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.less(item, items[above] as T)) break;
      items[at] = items[above] as T;
      at = above;
    }
    items[at] = item;
  }

  take(): T | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && this.less(items[below + 1] as T, items[below] as T)) below++;
      if (!this.less(items[below] as T, last)) break;
      items[at] = items[below] as T;
      at = below;
    }
    items[at] = last;
    return top;
  }
}
