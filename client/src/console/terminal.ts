import {
  type ConsoleOutput,
  type ExecOutcome,
  type ExecRequest,
  type Location,
  METHODS,
} from "@zonewarden/server/protocol";
import {
  type Disposable,
  EventEmitter,
  l10n,
  type Pseudoterminal,
  type TerminalDimensions,
  Uri,
  WorkspaceEdit,
  workspace,
} from "vscode";
import { placeOf } from "../explorer/nodes.ts";
import { rangeOf } from "../explorer/places.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import { explainsRefusals } from "../settings.ts";
import { type Effect, LineEditor } from "./lineEditor.ts";

/** What a console is for. */
export interface ConsoleTarget {
  readonly host: string;
  /** Absent for the host itself. */
  readonly container?: string;
  readonly as: "shell" | "console" | "zonecfg";
  /** The session of the server, and what was typed in it. */
  readonly session: string;
  readonly history: readonly string[];
}

const DIM = "\u001b[2m";
const RED = "\u001b[31m";
const NORMAL = "\u001b[0m";

/** A terminal whose other end is a simulated machine. */
export class ConsoleTerminal implements Pseudoterminal {
  readonly #hosts: LiveHosts;
  readonly #target: ConsoleTarget;
  readonly #line: LineEditor;
  readonly #written = new EventEmitter<string>();
  readonly #closed = new EventEmitter<void>();
  readonly #lined = new EventEmitter<void>();
  /** Places that were named, by their text: `[jail.conf:12]`. */
  readonly #places = new Map<string, Location>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  /** After a line was entered. */
  readonly onDidEnter = this.#lined.event;
  #news: Disposable | undefined;
  #isOpen = false;
  /** The session has ended by itself, and a person has yet to see why. */
  #isOver = false;
  /** The answer that is waited for; another one comes too late. */
  #waiting = 0;

  constructor(hosts: LiveHosts, target: ConsoleTarget) {
    this.#hosts = hosts;
    this.#target = target;
    this.#line = new LineEditor(target.history);
  }

  /** The place that a text on the terminal stands for. */
  placeOf(text: string): Location | undefined {
    return this.#places.get(text);
  }

  get target(): ConsoleTarget {
    return { ...this.#target, history: this.#line.history };
  }

  open(dimensions: TerminalDimensions | undefined): void {
    this.#isOpen = true;
    if (dimensions) this.setDimensions(dimensions);
    this.#news = this.#hosts.onDidOutput((output) => this.#appear(output));
    void this.#ask({ kind: "open", as: this.#target.as });
  }

  /** Goes on with a server that has just started: it has the sessions that were stored, but no half-done zonecfg. */
  resume(): void {
    if (!this.#isOpen) return;
    const message = l10n.t("The language server was restarted.");
    this.#written.fire(`\r\n${DIM}${message}${NORMAL}\r\n`);
    this.#news = this.#hosts.onDidOutput((output) => this.#appear(output));
    void this.#ask({ kind: "open", as: this.#target.as });
  }

  setDimensions({ columns }: TerminalDimensions): void {
    this.#line.width = columns;
  }

  close(): void {
    this.#news?.dispose();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    void this.#request({ kind: "close" }).catch(() => undefined);
  }

  handleInput(data: string): void {
    if (this.#isOver) this.#closed.fire();
    else if (this.#isOpen) this.#do(this.#line.feed(data));
  }

  #do(effects: readonly Effect[]): void {
    for (const effect of effects)
      switch (effect.kind) {
        case "write":
          this.#written.fire(effect.text);
          break;
        case "line":
          this.#lined.fire();
          void this.#ask({ kind: "line", text: effect.text });
          break;
        case "complete":
          void this.#complete(effect.text);
          break;
        case "interrupt":
          // Nothing of the model runs for long; what was asked goes on, but its output is no longer waited for.
          this.#waiting++;
          this.#written.fire("^C\r\n");
          void this.#ask({ kind: "line", text: "" });
          break;
        case "end":
          this.#written.fire("\r\n");
          void this.#ask({ kind: "line", text: "exit" });
          break;
      }
  }

  #request(action: ExecRequest["action"]): Promise<ExecOutcome> {
    const { host, container, session } = this.#target;
    const request: ExecRequest = { host, session, action, ...(container !== undefined && { container }) };
    return this.#hosts.request<ExecOutcome>(METHODS.exec, request);
  }

  async #ask(action: ExecRequest["action"]): Promise<void> {
    const turn = ++this.#waiting;
    let outcome: ExecOutcome;
    try {
      outcome = await this.#request(action);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#written.fire(`${RED}${message}${NORMAL}\r\n`);
      this.#do(this.#line.prompt(""));
      return;
    }
    if (turn !== this.#waiting || !this.#isOpen) return;
    await this.#edit(outcome);
    this.#written.fire(`${shown(outcome.output)}${this.#refusals(outcome)}`);
    if (outcome.prompt === null) this.#end(action.kind === "line" && isLeaving(action.text));
    else this.#do(this.#line.prompt(outcome.prompt));
  }

  /** What came of something that was done elsewhere: a boot on the console of its zone, the end of a shell. */
  #appear({ host, session, output, prompt }: ConsoleOutput): void {
    if (!this.#isOpen || host !== this.#target.host || session !== this.#target.session) return;
    this.#do(this.#line.interject(shown(output), prompt ?? ""));
    if (prompt === null) this.#end(false);
  }

  /** A terminal that somebody leaves closes. One that is shut from the other side says so first. */
  #end(isWanted: boolean): void {
    this.#isOpen = false;
    if (isWanted) {
      this.#closed.fire();
      return;
    }
    this.#isOver = true;
    this.#written.fire(`${DIM}${l10n.t("The session has ended. Press any key to close.")}${NORMAL}\r\n`);
  }

  async #complete(text: string): Promise<void> {
    const turn = this.#waiting;
    const { completion } = await this.#request({ kind: "complete", text }).catch(() => ({
      completion: undefined,
    }));
    if (turn === this.#waiting)
      this.#do(this.#line.completed(completion?.from ?? 0, completion?.words ?? []));
  }

  /** Why something was refused, below what the tool has printed; a place in brackets is a link. */
  #refusals({ decisions }: ExecOutcome): string {
    if (!explainsRefusals()) return "";
    const seen = new Set<string>();
    let text = "";
    for (const { verdict, reason, origins } of decisions) {
      if (verdict !== "deny" || seen.has(reason)) continue;
      seen.add(reason);
      const place = placeOf(origins);
      if (place) this.#places.set(placeText(place), place);
      text += `${DIM}  ↳ ${reason}${place ? ` ${placeText(place)}` : ""}${NORMAL}\r\n`;
    }
    return text;
  }

  /** What a zonecfg prompt has changed goes into the file, where it can be undone. */
  async #edit({ edits }: ExecOutcome): Promise<void> {
    if (!edits || edits.length === 0) return;
    const edit = new WorkspaceEdit();
    for (const { location, newText } of edits)
      edit.replace(Uri.parse(location.uri), rangeOf(location), newText);
    if (!(await workspace.applyEdit(edit)))
      this.#written.fire(`${RED}${l10n.t("The file could not be changed.")}${NORMAL}\r\n`);
  }
}

/** Whether a line asks for the end of the session. */
function isLeaving(line: string): boolean {
  return /^\s*(exit|logout|quit)\b/.test(line);
}

/** Terminals want a carriage return before each line feed. */
function shown(output: string): string {
  const text = output.replace(/\r?\n/g, "\r\n");
  return text === "" || text.endsWith("\r\n") ? text : `${text}\r\n`;
}

/** A place as it stands on the terminal. */
function placeText({ uri, range }: Location): string {
  return `[${Uri.parse(uri).path.split("/").pop()}:${range.start.line + 1}]`;
}
