import type { HostEvent } from "../host/events.ts";
import type { Phases } from "./guests.ts";

/** Events that say into which part of its life a container comes. */
const KINDS: ReadonlySet<string> = new Set(["jail.phase", "zone.state"]);

interface Phase {
  readonly state: string;
  readonly since: number;
  readonly why: string;
}

/** Follows the log of a host. */
export class PhaseLog implements Phases {
  private readonly byContainer = new Map<string, Phase>();
  /** The last thing that failed, by container. */
  private readonly failures = new Map<string, string>();
  private seen = 0;

  /** Takes the events that are new. */
  follow(events: readonly HostEvent[]): void {
    for (; this.seen < events.length; this.seen++) {
      const { container, kind, from, to, t, message, outcome } = events[this.seen] as HostEvent;
      if (to !== undefined && KINDS.has(kind)) {
        const failure = this.failures.get(container);
        this.byContainer.set(container, { state: to, since: t, why: failure ?? message });
        if (outcome !== "failed" && !isRollback(kind, from, to)) this.failures.delete(container);
        // What somebody types there is none of its own failures.
      } else if (outcome === "failed" && kind !== "command") this.failures.set(container, message);
    }
  }

  failureOf(container: string): string | undefined {
    return this.failures.get(container);
  }

  of(container: string): Phase | undefined {
    return this.byContainer.get(container);
  }
}

/** A zone whose boot fails goes back to where it was, which does not make it better. */
function isRollback(kind: string, from: string | undefined, to: string): boolean {
  return (
    kind === "zone.state" &&
    to !== "running" &&
    from !== "running" &&
    from !== "configured" &&
    from !== "incomplete"
  );
}

export function phasesOf(events: readonly HostEvent[]): PhaseLog {
  const log = new PhaseLog();
  log.follow(events);
  return log;
}
