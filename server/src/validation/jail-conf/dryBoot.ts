import { effective } from "../../configuration/jail-conf/effective.ts";
import type { ResolvedJail } from "../../configuration/jail-conf/types.ts";
import { MOST_JAILS, MOST_MEMBERS } from "./dryBoot/limits.ts";
import { loadedModel } from "./dryBoot/model.ts";
import { findingOf, type Placed, type Refusal, refusalOf } from "./dryBoot/refusal.ts";
import type { ScratchMachine } from "./dryBoot/scratch.ts";
import type { MachineFacts } from "./machine.ts";

/** A jail that was started, with what it needs, and what came of it. */
interface Result {
  /** The jail itself and all that have to run before it. */
  readonly members: readonly ResolvedJail[];
  readonly refusal: Refusal | undefined;
}

/**
 * Starts each jail of a configuration on a copy of the machine, with no other jails than those that it needs: what that
 * shows does not depend on the other jails, so it holds until the jail changes or one that it needs. What two jails
 * cannot both have is found by rules across jails.
 *
 * Starting takes a millisecond or two for each jail, so it is done when nothing else is to be done. Until then, what was
 * known of a jail stays, at the places that say the same as before.
 */
export class DryBoot {
  private readonly facts: MachineFacts;
  private machine: ScratchMachine | undefined;
  private jails: readonly ResolvedJail[] = [];
  private readonly results = new WeakMap<ResolvedJail, Result>();
  /** The jails that were refused, by name, as last seen. */
  private readonly refused = new Map<string, Refusal>();
  private names: Map<string, ResolvedJail | undefined> | undefined;
  private queue: { readonly jail: ResolvedJail; readonly members: readonly ResolvedJail[] }[] = [];
  /** Whether jails have come or gone since the queue was made. */
  private isStale = false;

  constructor(machine: MachineFacts) {
    this.facts = machine;
  }

  /** Takes the jails as they are now. */
  update(jails: readonly ResolvedJail[]): void {
    const before = this.jails;
    this.jails = jails;
    if (before.length === jails.length && before.every((jail, i) => jail === jails[i])) return;
    this.names = undefined;
    this.isStale = true;
  }

  get isPending(): boolean {
    return this.isStale || this.queue.length > 0;
  }

  /** Starts jails that wait, for about so many milliseconds: at least one, as soon as the model is loaded. */
  work(milliseconds: number): void {
    const model = loadedModel();
    if (!model) return;
    const end = performance.now() + milliseconds;
    const machine = this.machine ?? new model.ScratchMachine(this.facts.description);
    this.machine = machine;
    if (this.isStale) this.makeQueue();
    let done = 0;
    for (const { jail, members } of this.queue) {
      this.start(machine, jail, members);
      done++;
      if (performance.now() > end) break;
    }
    this.queue.splice(0, done);
  }

  /** What the machine refuses. */
  *findings(): Generator<Placed> {
    for (const refusal of this.refused.values()) {
      const placed = findingOf(refusal, (name) => this.named(name));
      if (placed) yield placed;
    }
  }

  private start(machine: ScratchMachine, jail: ResolvedJail, members: readonly ResolvedJail[]) {
    const events = machine.start(members);
    const others = members.filter((member) => member !== jail);
    const refusal = refusalOf(jail, events, others, this.facts.described);
    this.results.set(jail, { members, refusal });
    this.keep(jail.name, refusal);
  }

  private keep(name: string, refusal: Refusal | undefined) {
    if (refusal) this.refused.set(name, refusal);
    else this.refused.delete(name);
  }

  /** Finds the jails that have to be started, and forgets those that are gone. */
  private makeQueue() {
    this.isStale = false;
    this.queue = [];
    const seen = new Set<string>();
    for (const jail of this.jails.slice(0, MOST_JAILS)) {
      const members = this.membersOf(jail);
      if (!members) continue;
      seen.add(jail.name);
      const known = this.results.get(jail);
      if (known && known.members.length === members.length && known.members.every((m, i) => m === members[i]))
        this.keep(jail.name, known.refusal);
      else this.queue.push({ jail, members });
    }
    for (const name of this.refused.keys()) if (!seen.has(name)) this.refused.delete(name);
  }

  /** The jail and all that it needs; `undefined` if one of them cannot be started as it is written. */
  private membersOf(jail: ResolvedJail): readonly ResolvedJail[] | undefined {
    const members = new Set([jail]);
    for (const member of members) {
      if (!isSound(member) || this.named(member.name) !== member || members.size > MOST_MEMBERS)
        return undefined;
      const dot = member.name.lastIndexOf(".");
      const parent = dot > 0 ? this.named(member.name.slice(0, dot)) : undefined;
      if (parent) members.add(parent);
      for (const { text } of member.find("depend")?.values ?? []) {
        const other = this.named(text);
        if (!other) return undefined;
        members.add(other);
      }
    }
    return [...members];
  }

  /** The only jail of a name. */
  private named(name: string): ResolvedJail | undefined {
    if (!this.names) {
      this.names = new Map();
      for (const jail of this.jails) this.names.set(jail.name, this.names.has(jail.name) ? undefined : jail);
    }
    return this.names.get(name);
  }
}

/** Whether all that makes the jail could be read: else what it lacks may stand where the text is broken. */
function isSound(jail: ResolvedJail): boolean {
  return jail.failures.length === 0 && effective(jail).isWhole;
}
