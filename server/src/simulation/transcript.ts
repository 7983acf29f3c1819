import { pass } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import { ShellSession } from "../host/shell/session.ts";
import { World } from "../host/world.ts";

/**
 * Transcripts of sessions on a simulated machine: what somebody typed, where, and what came out.
 *
 *     # An explanation.
 *     host# jls -N
 *      JID             IP Address      Hostname                      Path
 *     …
 *     web:www$ id
 *
 * A prompt is `PLACE#` for root or `PLACE$` for another user, of whom `PLACE:USER$` gives the name; the place is `host`
 * or the full name of a jail or zone; `global` means the host too. With several machines `MACHINE/PLACE#` says on which
 * one; without it, it is the first. Below it stands the output, errors last. `…` stands for any lines, or for any text within
 * a line. A line of the output that would be read as something else has a `\` in front. Empty lines at the end of an
 * output do not count.
 */

/** A command with the output that is expected of it. */
export interface TranscriptCommand {
  readonly kind: "command";
  /** As written: `web:www$`. */
  readonly prompt: string;
  readonly line: string;
  readonly output: readonly string[];
  /** Empty lines behind the output. */
  readonly gap: number;
}

/** A line that is no part of the session: an explanation, or an empty line. */
export interface TranscriptText {
  readonly kind: "text";
  readonly text: string;
}

export type TranscriptItem = TranscriptCommand | TranscriptText;

/** A line that belongs neither to an explanation nor to a command. */
export class TranscriptError extends Error {
  /** Counted from one. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const PROMPT = /^((?:[\w.-]+\/)?[\w.-]+(?::[\w.-]+)?[#$]) (.*)$/;
const EXPLANATION = /^#(?: |$)/;
const ANY = "…";

/** What the machine itself is called in prompts. */
const HOST: ReadonlySet<string> = new Set(["host", "global"]);

/** Reads a transcript. Throws a `TranscriptError` for output without a command. */
export function parseTranscript(text: string): TranscriptItem[] {
  const items: TranscriptItem[] = [];
  let open: { prompt: string; line: string; output: string[] } | undefined;
  const finish = (): void => {
    if (!open) return;
    const gap = open.output.length - trimmed(open.output).length;
    items.push({ kind: "command", ...open, output: trimmed(open.output), gap });
    open = undefined;
  };
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [i, line] of lines.entries()) {
    const prompt = PROMPT.exec(line);
    if (prompt) {
      finish();
      open = { prompt: prompt[1] as string, line: prompt[2] as string, output: [] };
    } else if (EXPLANATION.test(line)) {
      finish();
      items.push({ kind: "text", text: line });
    } else if (open) open.output.push(line.replace(/^\\/, ""));
    else if (line.trim() === "") items.push({ kind: "text", text: "" });
    else throw new TranscriptError(i + 1, `there is no command that could have printed this: ${line}`);
  }
  finish();
  return items;
}

/** The text of a transcript: what `parseTranscript` has read. */
export function formatTranscript(items: readonly TranscriptItem[]): string {
  const lines = items.flatMap((item) =>
    item.kind === "text"
      ? [item.text]
      : [
          `${item.prompt} ${item.line}`,
          ...item.output.map(escaped),
          ...Array.from({ length: item.gap }, () => ""),
        ],
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** A line of an output as a transcript has it. */
export function escaped(line: string): string {
  return PROMPT.test(line) || EXPLANATION.test(line) || line.startsWith("\\") ? `\\${line}` : line;
}

function trimmed(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line !== "");
  return lines.slice(0, last + 1);
}

/** Whether an output is as expected. */
export function sameOutput(expected: readonly string[], actual: readonly string[]): boolean {
  const pattern = expected
    .map((line) => (line === ANY ? "(?:.*\n)*" : `${line.split(ANY).map(literally).join(".*")}\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(actual.map((line) => `${line}\n`).join(""));
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** A command and what it has printed. */
export interface Replayed {
  readonly command: TranscriptCommand;
  readonly output: readonly string[];
  readonly same: boolean;
}

/**
 * Somebody who types the commands of a transcript. A prompt is a terminal of its own: where the shell at it has ended,
 * with its jail or by `exit`, the next command logs in anew.
 */
export class Replay {
  private readonly machines: ReadonlyMap<string, Host>;
  private readonly sessions = new Map<string, ShellSession>();

  /** @param machines one, or several by their names, which reach each other and have the same time */
  constructor(machines: Host | ReadonlyMap<string, Host>) {
    this.machines = machines instanceof Map ? machines : new Map([["", machines as Host]]);
    if (this.machines.size > 1) new World([...this.machines.values()]).connect();
  }

  run(command: TranscriptCommand): Replayed {
    const output = trimmed(this.type(command).split("\n"));
    return { command, output, same: sameOutput(command.output, output) };
  }

  private type({ prompt, line }: TranscriptCommand): string {
    let session = this.sessions.get(prompt);
    if (!session?.process) {
      const opened = this.logIn(prompt);
      if (typeof opened === "string") return opened;
      session = opened;
      this.sessions.set(prompt, session);
    }
    const { stdout, stderr } = session.run(line).result;
    this.keepTime();
    return stdout + (stdout === "" || stdout.endsWith("\n") ? "" : "\n") + stderr;
  }

  /** A text where that is not possible: in words of the simulation, as no real machine could tell. */
  private logIn(prompt: string): ShellSession | string {
    const [, machine, place = "", named] = /^(?:(.*)\/)?([^:]*)(?::(.*))?$/.exec(prompt.slice(0, -1)) ?? [];
    const [first] = this.machines.values();
    const host = machine === undefined ? first : this.machines.get(machine);
    if (!host) return `(there is no machine ${machine})`;
    const { containers, family } = host.kernel;
    const id = HOST.has(place) ? 0 : containers.find(host, place);
    if (id === undefined) return `(there is no ${family === "illumos" ? "running zone" : "jail"} ${place})`;
    const user = named ?? (prompt.endsWith("#") ? "root" : somebody(host));
    if (host.state.machine.users.every(({ name }) => name !== user)) return `(there is no user ${user})`;
    return new ShellSession(host, id, user);
  }

  /** What one machine waits for, passes on the others as well. */
  private keepTime(): void {
    const now = Math.max(...[...this.machines.values()].map((host) => host.now));
    for (const host of this.machines.values()) pass(host, now - host.now);
  }
}

/** A person with an account on the machine, or nobody. Source: adduser(8) for the numbers. */
function somebody({ state: { machine } }: Host): string {
  return machine.users.find(({ uid }) => uid >= 1000 && uid < 60_000)?.name ?? "nobody";
}

/**
 * Whether a transcript starts the jails or zones of the configuration itself, with a `jail -c`, `zoneadm boot` and the like
 * before anything is typed in one. Otherwise they run from the beginning.
 */
export function startsByItself(items: readonly TranscriptItem[]): boolean {
  const commands = items.filter((item) => item.kind === "command");
  const inside = commands.findIndex(({ prompt }) => !/^(?:[\w.-]+\/)?(?:host|global)\b/.test(prompt));
  const before = inside < 0 ? commands : commands.slice(0, inside);
  return before.some(({ line }) => STARTS.test(line));
}

const STARTS = /^(?:jail -\w*c|zoneadm\s.*\b(?:install|attach|clone|ready|boot)\b|zonecfg\s.*\bcreate\b)/;
