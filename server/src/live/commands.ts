import type { HostEvent } from "../host/events.ts";
import type { CommandOutcome, EventView, HostCommand } from "../protocol.ts";
import type { Guest } from "./guests.ts";
import type { LiveHost } from "./liveHost.ts";
import { eventView } from "./views/origins.ts";

/** What a command needs of the program around it. */
export interface Running {
  /** Told of events as they happen. */
  readonly report: (events: readonly EventView[]) => void;
  /** Lets others have their turn between two containers; false if nobody wants the rest any more. */
  readonly goOn: () => Promise<boolean>;
}

/** Does what an editor asks for. */
export async function runCommand(
  live: LiveHost,
  { command, container, argument }: HostCommand,
  running: Running,
): Promise<CommandOutcome> {
  switch (command) {
    case "reset":
      live.reset();
      return { ok: true, message: "", events: [] };
    case "bootAll":
      return runAll(live, "boot", live.list(), running);
    case "haltAll":
      // The other way round: what was started last, and children before their parents.
      return runAll(live, "halt", live.list().reverse(), running);
    default: {
      const guest = container === undefined ? undefined : live.find(container);
      if (!guest) return failed(`There is no ${live.guests.type} ${container ?? ""} on this host.\n`);
      if (!guest.commands.includes(command))
        return failed(`${command} is not possible: ${guest.name} is ${guest.stateText}.\n`);
      return runOne(live, command, guest, argument, running);
    }
  }
}

function failed(message: string): CommandOutcome {
  return { ok: false, message, events: [] };
}

type One = Exclude<HostCommand["command"], "bootAll" | "haltAll" | "reset">;

function runOne(
  live: LiveHost,
  command: One,
  guest: Guest,
  argument: string | undefined,
  { report }: Running,
): CommandOutcome {
  const { result, events } = live.do(live.commandDeed(command, guest, argument));
  const views = events.map((event) => eventView(event, live.texts));
  report(views);
  const failure = result.ok ? undefined : failureOf(events, guest.name);
  return {
    ok: result.ok,
    message: result.message,
    ...(failure && { failure: eventView(failure, live.texts) }),
    events: views,
  };
}

/** The first step that failed: that of the container itself, or of one that it needs. */
function failureOf(events: readonly HostEvent[], name: string): HostEvent | undefined {
  const failures = events.filter(({ outcome }) => outcome === "failed");
  return failures.find(({ container, kind }) => container === name && !isState(kind)) ?? failures[0];
}

/** What only says that something has failed before. */
function isState(kind: string): boolean {
  return kind === "jail.phase" || kind === "zone.state";
}

/**
 * Each in turn, as far as it is possible when its turn comes: it may run already because another one needed it. What is
 * not installed is installed before it boots.
 */
async function runAll(
  live: LiveHost,
  command: "boot" | "halt",
  guests: readonly Guest[],
  running: Running,
): Promise<CommandOutcome> {
  const outcomes: CommandOutcome[] = [];
  const steps: readonly One[] = command === "boot" ? ["install", "boot"] : ["halt"];
  for (const { id, configured } of guests)
    for (const step of steps) {
      const guest = live.find(id);
      if (!configured || !guest?.commands.includes(step)) continue;
      if (outcomes.length > 0 && !(await running.goOn())) {
        outcomes.push(failed("The rest was cancelled.\n"));
        return summary(outcomes);
      }
      outcomes.push(runOne(live, step, guest, undefined, running));
    }
  return summary(outcomes);
}

function summary(outcomes: readonly CommandOutcome[]): CommandOutcome {
  const failure = outcomes.find((outcome) => outcome.failure)?.failure;
  return {
    ok: outcomes.every(({ ok }) => ok),
    message: outcomes.map(({ message }) => message).join(""),
    ...(failure && { failure }),
    events: outcomes.flatMap(({ events }) => events),
  };
}
