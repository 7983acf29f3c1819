import { watchConsole } from "../host/illumos/zoneadmd/console.ts";
import { findProcess } from "../host/process/processes.ts";
import type { Process } from "../host/process/types.ts";
import type { ConsoleOutput, DecisionView, EventView, ExecOutcome, ExecRequest } from "../protocol.ts";
import { type Completion, complete } from "./completion.ts";
import type { LiveHost } from "./liveHost.ts";
import { decisionView, eventView } from "./views/origins.ts";
import { copyOf } from "./views/reach.ts";
import { enterZoneConsole, newLines, openZoneConsole, promptOf } from "./zones/console.ts";
import type { Answer, ZonecfgPrompt } from "./zones/zonecfgPrompt.ts";
import { zonePromptFor } from "./zones/zonePrompts.ts";

/** More refusals of one line are not told. */
const MOST_DECISIONS = 50;

type Report = (events: readonly EventView[]) => void;

/** The people at terminals of one host: what is typed, what appears, and why something was refused. */
export class Consoles {
  private readonly live: LiveHost;
  /** Lines of a zone's console that a session has shown. */
  private readonly seen = new Map<string, number>();
  private readonly prompts = new Map<string, ZonecfgPrompt>();
  /** Sessions in a shell or at a console that have not been told of their end, with the prompt that they show. */
  private readonly shown = new Map<string, string>();

  constructor(live: LiveHost) {
    this.live = live;
  }

  /** `report` is told of what happens because of a line. */
  exec(request: ExecRequest, report: Report): ExecOutcome {
    const { session, action } = request;
    const outcome = this.answer(request, report);
    if (this.prompts.has(session) || outcome.prompt === null) this.shown.delete(session);
    else if (action.kind !== "complete") this.shown.set(session, outcome.prompt);
    return outcome;
  }

  /** What has appeared at terminals where nobody typed, since they were last told. */
  news(): Omit<ConsoleOutput, "host">[] {
    return [...this.shown].flatMap(([session, before]) => {
      const { output: last, prompt } = this.present(session);
      const output = this.appeared(session) + last;
      if (output === "" && prompt === before) return [];
      if (prompt === null) this.shown.delete(session);
      else this.shown.set(session, prompt);
      return [{ session, output, prompt }];
    });
  }

  private answer({ container, session, action }: ExecRequest, report: Report): ExecOutcome {
    switch (action.kind) {
      case "open":
        return this.open(container, session, action.user ?? "root", action.as ?? "shell");
      case "line":
        return this.enter(session, action.text, report);
      case "complete": {
        const prompt = this.prompts.get(session);
        const completion = prompt?.complete(action.text) ?? this.complete(session, action.text);
        return { ...this.present(session), ...(completion && { completion }) };
      }
      case "close":
        return this.close(session);
    }
  }

  private open(
    container: string | undefined,
    session: string,
    user: string,
    as: "shell" | "console" | "zonecfg",
  ): ExecOutcome {
    const { live } = this;
    const { type } = live.guests;
    const guest = container === undefined ? undefined : live.find(container);
    if (container !== undefined && !guest)
      return ended(`There is no ${type} ${container} on this host.\n`, 1);
    if (as !== "shell" && (type !== "zone" || !guest)) return ended(`A ${type} has no such console.\n`, 1);
    if (as === "zonecfg" && guest) {
      const made = this.prompts.get(session) ?? zonePromptFor(live, guest);
      if (typeof made === "string") return ended(made, 1);
      this.prompts.set(session, made);
      return this.present(session);
    }
    if (as === "console" && guest) {
      this.seen.delete(session);
      const { output, ...rest } = openZoneConsole(live, session, guest.name);
      return { ...rest, output: output + this.appeared(session), decisions: [] };
    }
    // A window that comes back finds its session as it left it.
    if (live.sessions.get(session)?.process) return this.present(session);
    const number = guest ? guest.number : 0;
    if (number === null || (guest && guest.health !== "running"))
      return ended(`Nobody can log in: ${guest?.name} is ${guest?.stateText}.\n`, 1);
    if (!live.host.state.machine.users.some(({ name }) => name === user))
      return ended(`${live.machine.description.name} has no user ${user}.\n`, 1);
    live.do({ kind: "open", session, container: number, user, all: live.configured });
    return this.present(session);
  }

  private enter(session: string, text: string, report: Report): ExecOutcome {
    const { live } = this;
    const prompt = this.prompts.get(session);
    if (prompt) return this.configure(session, prompt.enter(text), prompt.zone);
    if (!live.sessions.get(session)?.process) {
      const { output, ...rest } = enterZoneConsole(live, session, text);
      return { ...rest, output: this.appeared(session) + output, decisions: [] };
    }
    const { result, events } = live.do({ kind: "line", session, text, all: live.configured });
    report(events.map((event) => eventView(event, live.texts)));
    const { entry } = result;
    if (!entry) return ended("", 0);
    const { stdout, stderr, status, decisions } = entry.result;
    const refused: DecisionView[] = decisions
      .filter(({ verdict }) => verdict === "deny")
      .slice(0, MOST_DECISIONS)
      .map((decision) => decisionView(decision, live.texts));
    const output = stdout + stderr + this.appeared(session);
    return { ...this.present(session), output, status, decisions: refused };
  }

  /** What has been committed at a prompt of zonecfg goes into the file. */
  private configure(
    session: string,
    { output, status, prompt, edits = [] }: Answer,
    zone: string,
  ): ExecOutcome {
    const { live } = this;
    if (prompt === null) this.prompts.delete(session);
    const extent = live.find(zone)?.configured?.extent;
    const located = edits.flatMap(({ start, end, newText }) => {
      const location =
        extent && live.texts.locate({ ...extent, start: extent.start + start, end: extent.start + end });
      return location ? [{ location, newText }] : [];
    });
    return { output, status, prompt, decisions: [], ...(located.length > 0 && { edits: located }) };
  }

  private close(session: string): ExecOutcome {
    const { live } = this;
    this.prompts.delete(session);
    this.seen.delete(session);
    if (live.sessions.has(session)) live.do({ kind: "close", session });
    if (live.consoles.has(session)) live.do({ kind: "detach", session });
    return ended("", 0);
  }

  /**
   * What has appeared on the console of a zone since the session last showed it. A login prompt that is the last of it
   * is shown as the prompt.
   */
  private appeared(session: string): string {
    const { text, seen } = newLines(this.live, session, this.seen.get(session) ?? 0);
    this.seen.set(session, seen);
    const prompt = this.present(session).prompt?.trimEnd();
    return prompt && text.endsWith(`${prompt}\n`) ? text.slice(0, -prompt.length - 1) : text;
  }

  /** In a copy: to look around must not change the host. */
  private complete(session: string, text: string): Completion | undefined {
    const known = this.live.sessions.get(session)?.process;
    if (!known) return undefined;
    const copy = copyOf(this.live.host);
    const process = findProcess(copy, known.pid);
    return process && complete(copy, process, text, this.namesFor(process));
  }

  /** The containers that somebody can name: from within one, none. */
  private namesFor({ credential }: Process): string[] {
    return credential.container === 0 ? this.live.list().map(({ name }) => name) : [];
  }

  /** The prompt of a session, or its end. */
  private present(session: string): ExecOutcome {
    const { live } = this;
    const now = (prompt: string): ExecOutcome => ({ output: "", prompt, status: 0, decisions: [] });
    const zonecfg = this.prompts.get(session);
    if (zonecfg) return now(zonecfg.prompt);
    const console = live.consoles.get(session);
    if (console)
      return watchConsole(live.host, console).connected
        ? now(promptOf(live, session, console.zone))
        : ended(`${console.disconnected}\n`, 0);
    const known = live.sessions.get(session);
    return known?.process ? now(known.prompt) : ended("", 0);
  }
}

function ended(output: string, status: number): ExecOutcome {
  return { output, prompt: null, status, decisions: [] };
}
