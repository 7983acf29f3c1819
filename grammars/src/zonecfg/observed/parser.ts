import type { TextRange } from "../../common/range.ts";
import { type Dialect, illumos } from "../dialect.ts";
import { type Failure, Machine, type ObservedCommand } from "./machine.ts";
import { Scanner } from "./scanner.ts";

export type { ObservedCommand, ObservedValue } from "./machine.ts";

/**
 * The parser of zonecfg(8), restated: the commands that the real program recognises and the errors that it reports,
 * in its order and with its lines. Source: usr/src/cmd/zonecfg/zonecfg_grammar.y and, for what is done about an error,
 * yyerror() and the read loop in zonecfg.c.
 *
 * The grammar is LL(1). The generated parser reduces without a look at the next token only where a state allows
 * nothing else, so an error is always found at the first token that cannot go on.
 */

interface ObservedErrorBase {
  readonly line: number;
  /** The line that the program names. */
  readonly reportedLine: number;
  readonly message: string;
}

export type ObservedError = ObservedErrorBase &
  (
    | {
        readonly kind: "syntax";
        /** The raw text of the token at which the grammar stopped. */
        readonly token: string;
        /** In bytes of UTF-8. */
        readonly offset: number;
      }
    | { readonly kind: "usage"; readonly command: string }
  );

export interface Observation {
  readonly accepted: boolean;
  readonly errors: readonly ObservedError[];
  readonly commands: readonly ObservedCommand[];
  /** What `zonecfg -f` does: it stops at the first error or at `exit`. */
  readonly fileMode: { readonly commands: number; readonly stop: "end" | "error" | "exit" };
  /** A last command without its newline, which is silently not run. */
  readonly droppedAtEof?: { readonly line: number };
}

/** What the program says about a command file: commands and errors, going on after each error and after `exit`. */
export function observe(text: string, dialect: Dialect = illumos): Observation {
  const scanner = new Scanner(text, 0, dialect);
  const machine = new Machine(scanner, dialect);
  const bytes = new ByteCounter(text);
  const errors: ObservedError[] = [];
  const commands: ObservedCommand[] = [];
  let stop: "end" | "error" | "exit" = "end";
  let run = 0;
  let droppedAtEof: { line: number } | undefined;
  for (let outcome = machine.line(); outcome !== "end"; outcome = machine.line()) {
    const { command, failure } = machine;
    if (outcome === "dropped") {
      droppedAtEof = { line: machine.startLine };
      break;
    }
    if (outcome === "command") {
      commands.push(command as ObservedCommand);
      if (stop === "end") {
        run++;
        if (command && endsReading(command)) stop = "exit";
      }
    } else if (outcome === "failed" && failure) {
      errors.push(reported(text, failure, bytes));
      if (stop === "end") stop = "error";
    }
  }
  return {
    accepted: errors.length === 0,
    errors,
    commands,
    ...(droppedAtEof && { droppedAtEof }),
    fileMode: { commands: run, stop },
  };
}

/** Whether `exit` is understood: with another word it shows its usage, and reading goes on. Source: exit_func(). */
function endsReading({ command, args }: ObservedCommand): boolean {
  return command === "exit" && (args === undefined || args.every((word) => /^-F+$|^--$/.test(word)));
}

/** How one command that begins at `start` comes out, and where it ends: behind its terminator, quotes that run over. */
export function followCommand(
  text: string,
  start: number,
  dialect: Dialect,
): { accepted: boolean; end: number } {
  const scanner = new Scanner(text, start, dialect);
  const outcome = new Machine(scanner, dialect).line(true);
  return { accepted: outcome !== "failed", end: scanner.end };
}

/**
 * How the line that begins at `start` is read where quotes in it have no partner: where it ends, and in which commands
 * they run over the end of their line because that leads to a command that is taken. `seen`: how far was looked.
 */
export function followLine(
  text: string,
  start: number,
  dialect: Dialect,
): { readonly end: number; readonly over: readonly TextRange[]; readonly seen: number } {
  const scanner = new Scanner(text, start, dialect);
  const machine = new Machine(scanner, dialect);
  const over: TextRange[] = [];
  const lineEnd = (from: number) => {
    const newline = text.indexOf("\n", from);
    return newline < 0 ? text.length : newline + 1;
  };
  let end = lineEnd(start);
  while (scanner.end < end) {
    const from = scanner.end;
    const lost = scanner.lostNewlines;
    const outcome = machine.line();
    if (outcome === "end") break;
    if (scanner.lostNewlines === lost) continue;
    if (outcome === "failed") break;
    over.push({ start: from, end: scanner.end });
    end = text.charCodeAt(scanner.end - 1) === 0x0a ? scanner.end : lineEnd(scanner.end);
  }
  return { end, over, seen: scanner.end + 1 };
}

function reported(text: string, failure: Failure, bytes: ByteCounter): ObservedError {
  const { line, reportedLine } = failure;
  if (failure.command !== undefined)
    return {
      line,
      kind: "usage",
      reportedLine,
      message: `syntax error on line ${reportedLine}`,
      command: failure.command,
    };
  const token = text.slice(failure.start, failure.end);
  const message = `syntax error on line ${reportedLine} at '${token === "\n" ? "\\n" : token}'`;
  return { line, kind: "syntax", reportedLine, message, token, offset: bytes.at(failure.start) };
}

/** Byte offsets of UTF-8, asked for in rising order. */
class ByteCounter {
  private readonly text: string;
  private seen = 0;
  private bytes = 0;

  constructor(text: string) {
    this.text = text;
  }

  at(offset: number): number {
    for (; this.seen < offset; this.seen++) {
      const c = this.text.charCodeAt(this.seen);
      // Each half of a surrogate pair stands for two of the four bytes.
      this.bytes += c < 0x80 ? 1 : c < 0x800 || (c >= 0xd800 && c < 0xe000) ? 2 : 3;
    }
    return this.bytes;
  }
}
