import type { DecisionView, EventView, ExecOutcome, ExecRequest } from "../protocol.ts";
import { complete } from "./completion.ts";
import type { LiveHost } from "./liveHost.ts";
import { decisionView, eventView } from "./views/origins.ts";

/** Consoles: what is typed, what appears, and why something was refused. */

/** More refusals of one line are not told. */
const MOST_DECISIONS = 50;

/** `report` is told of what happens because of a line. */
export function exec(
  live: LiveHost,
  { container, session, action }: ExecRequest,
  report: (events: readonly EventView[]) => void,
): ExecOutcome {
  switch (action.kind) {
    case "open":
      return open(live, container, session, action.user ?? "root", action.as ?? "shell");
    case "line":
      return enter(live, session, action.text, report);
    case "complete": {
      const process = live.sessions.get(session)?.process;
      const outcome = present(live, session);
      return process ? { ...outcome, completion: complete(live.host, process, action.text) } : outcome;
    }
    case "close":
      if (live.sessions.has(session)) live.do({ kind: "close", session });
      return ended("", 0);
  }
}

function open(
  live: LiveHost,
  container: string | undefined,
  session: string,
  user: string,
  as: "shell" | "console" | "zonecfg",
): ExecOutcome {
  // A window that comes back finds its session as it left it.
  if (live.sessions.get(session)?.process) return present(live, session);
  const type = live.guests.type;
  if (as !== "shell") return ended(`A ${type} has no such console.\n`, 1);
  const guest = container === undefined ? undefined : live.find(container);
  if (container !== undefined && !guest) return ended(`There is no ${type} ${container} on this host.\n`, 1);
  const number = guest ? guest.number : 0;
  if (number === null || (guest && guest.health !== "running"))
    return ended(`Nobody can log in: ${guest?.name} is ${guest?.stateText}.\n`, 1);
  if (!live.host.state.machine.users.some(({ name }) => name === user))
    return ended(`${live.machine.description.name} has no user ${user}.\n`, 1);
  live.do({ kind: "open", session, container: number, user, all: live.configured });
  return present(live, session);
}

function enter(
  live: LiveHost,
  session: string,
  text: string,
  report: (events: readonly EventView[]) => void,
): ExecOutcome {
  if (!live.sessions.get(session)?.process) return ended("", 0);
  const { result, events } = live.do({ kind: "line", session, text, all: live.configured });
  report(events.map((event) => eventView(event, live.texts)));
  const { entry } = result;
  if (!entry) return ended("", 0);
  const { stdout, stderr, status, decisions } = entry.result;
  const refused: DecisionView[] = decisions
    .filter(({ verdict }) => verdict === "deny")
    .slice(0, MOST_DECISIONS)
    .map((decision) => decisionView(decision, live.texts));
  return { ...present(live, session), output: stdout + stderr, status, decisions: refused };
}

/** The prompt of a session, or its end. */
function present(live: LiveHost, session: string): ExecOutcome {
  const known = live.sessions.get(session);
  return known?.process ? { output: "", prompt: known.prompt, status: 0, decisions: [] } : ended("", 0);
}

function ended(output: string, status: number): ExecOutcome {
  return { output, prompt: null, status, decisions: [] };
}
