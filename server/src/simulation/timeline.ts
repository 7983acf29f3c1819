import type { Cause } from "../host/decision.ts";
import type { HostEvent } from "../host/events.ts";

/** The log of a host as people read it: when, which container, which step, what happened, and the line that made it so. */

/** What a timeline leaves out: another event says the same to a reader. */
const HIDDEN: ReadonlySet<string> = new Set(["jail.attach", "command.assumed", "jail.update"]);

export const MARKS: Readonly<Record<HostEvent["outcome"], string>> = { ok: " ", failed: "✗", assumed: "~" };

export function timelineEvents(events: readonly HostEvent[]): HostEvent[] {
  return events.filter(({ kind }) => !HIDDEN.has(kind));
}

/** How a container is called in its column. */
export function shownContainer(container: string): string {
  return container || "host";
}

/** The step as an administrator calls it. */
export function stepOf(kind: string): string {
  return STEPS[kind] ?? (kind.startsWith("assume.") ? "assume" : kind.replace(/^zone\./, ""));
}

const STEPS: Readonly<Record<string, string>> = {
  "jail.phase": "",
  "jail.state": "kernel",
  "jail.create": "create",
  "jail.remove": "remove",
  "jail.signal": "signal",
  "jail.check": "check",
  "jail.skip": "skip",
  "jail.persist": "persist",
  "process.start": "daemon",
  "process.killed": "signal",
  "service.start": "service",
};

export interface TimelineWidths {
  readonly container: number;
  readonly step: number;
}

export function timelineWidths(events: readonly HostEvent[]): TimelineWidths {
  return {
    container: Math.min(24, Math.max(4, ...events.map(({ container }) => shownContainer(container).length))),
    step: Math.max(...events.map(({ kind }) => stepOf(kind).length), 4),
  };
}

/** Virtual time since boot. */
export function timeText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3).padStart(8)} s`;
}

/** Of a change of state the new one stands in front. */
export function phaseOf({ kind, to }: HostEvent): string {
  return (kind === "jail.phase" || kind === "zone.state") && to ? to : "";
}

/** Without colours. `placesOf` names the lines of causes. */
export function timelineText(
  events: readonly HostEvent[],
  placesOf: (causes: readonly Cause[]) => string,
): string {
  const shown = timelineEvents(events);
  const widths = timelineWidths(shown);
  return shown
    .map((event) => {
      const { t, container, kind, message, outcome, errno, causes } = event;
      const phase = phaseOf(event);
      const places = placesOf(causes);
      const text = `${phase ? `${phase}: ` : ""}${message}${errno ? ` [${errno}]` : ""}`;
      return [
        timeText(t),
        shownContainer(container).padEnd(widths.container),
        stepOf(kind).padEnd(widths.step),
        `${MARKS[outcome]} ${text}${places ? `  ${places}` : ""}`,
      ].join("  ");
    })
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
