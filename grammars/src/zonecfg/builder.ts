import type { IToken } from "chevrotain";
import type { TextRange } from "../common/range.ts";
import type { Dialect } from "./dialect.ts";
import { CommandToken, Quoted, ShellLine, Unclosed } from "./lexer.ts";
import { followCommand } from "./observed/parser.ts";
import type { Part } from "./parts.ts";
import { shape } from "./shape.ts";
import type { Command, Parsed, SyntaxProblem } from "./tree.ts";

/** Most lists of a tree are empty: all these are one. */
const NOTHING: readonly never[] = Object.freeze([]);

/** A list as a tree keeps it, without the room that was left for more. */
const kept = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NOTHING : list.slice());

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An open bracket, and what was read before it. */
interface Bracket {
  readonly start: number;
  readonly before: Part[];
}

/** Makes the tree of one section from what the parser meets, in its order. */
export class Builder {
  private readonly text: string;
  private readonly dialect: Dialect;
  private readonly commands: Mutable<Command>[] = [];
  private readonly foreignLines: TextRange[] = [];
  private readonly errors: SyntaxProblem[] = [];
  private pendingPrompt: TextRange | undefined;
  /** What was read of the command at hand, or of the bracket in it. */
  private parts: Part[] = [];
  /** The brackets that are open. */
  private readonly around: Bracket[] = [];
  /** The command that waits for its terminator. */
  private open: Mutable<Command> | undefined;
  /** Set where a carriage return was taken off the last word of the command at hand. */
  private returned = false;

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  prompt(token: IToken) {
    const range = rangeOf(token);
    this.pendingPrompt = range;
    this.errors.push({
      kind: "transcript",
      ...range,
      message: "This is the prompt of an interactive session, not a command.",
      suggestion: "",
    });
  }

  foreign(token: IToken) {
    const range = rangeOf(token);
    this.foreignLines.push(range);
    this.errors.push({
      kind: token.tokenType === ShellLine ? "shell-line" : "transcript",
      ...range,
      message:
        token.tokenType === ShellLine
          ? "This is a line for a shell, not a command of zonecfg."
          : "This is the output of an interactive session, not a command.",
    });
  }

  /** A word. At the end of a CRLF line the real program takes the carriage return as part of it. */
  word(token: IToken) {
    const { image, startOffset: start, tokenType } = token;
    let end = start + image.length;
    let text = image;
    if (tokenType === Quoted) text = image.slice(1, -1);
    else {
      if (this.endsInReturn(image, end)) {
        this.returned = true;
        text = image.slice(0, -1);
        end--;
        if (text === "") return;
      }
      if (tokenType === Unclosed) text = text.slice(1);
    }
    const quoted = tokenType === Quoted || tokenType === Unclosed;
    this.parts.push({ kind: "word", text, quoted, unclosed: tokenType === Unclosed, start, end });
  }

  /** `=`, `,`, or a bracket that opens or closes nothing. */
  mark({ image, startOffset: start }: IToken) {
    this.parts.push({ kind: "mark", text: image, start, end: start + image.length });
  }

  /** `[` or `(`: what follows is part of it. */
  openBracket({ startOffset: start }: IToken) {
    this.around.push({ start, before: this.parts });
    this.parts = [];
  }

  /** The bracket that was opened last ends, without a partner where its text does. */
  closeBracket(kind: "list" | "complex", close: IToken | undefined) {
    const { parts } = this;
    const { start, before } = this.around.pop() as Bracket;
    const end = close ? close.startOffset + 1 : (parts.at(-1)?.end ?? start + 1);
    before.push({ kind, parts, close: close?.startOffset, start, end });
    this.parts = before;
  }

  private endsInReturn(image: string, end: number): boolean {
    if (image.charCodeAt(image.length - 1) !== 0x0d) return false;
    return end >= this.text.length || this.text.charCodeAt(end) === 0x0a;
  }

  /** A command, whose parts have been read. */
  command(token: IToken) {
    const { parts } = this;
    this.parts = [];
    const start = token.startOffset;
    let image = token.image;
    if (token.tokenType !== CommandToken && this.endsInReturn(image, start + image.length)) {
      this.returned = true;
      image = image.slice(0, -1);
    }
    const known = token.tokenType === CommandToken && (image === "?" || this.dialect.commands.has(image));
    const end = parts.at(-1)?.end ?? start + image.length;
    const command: Mutable<Command> = {
      word: {
        name: known ? (image === "?" ? "help" : image) : undefined,
        text: image,
        start,
        end: start + image.length,
      },
      prompt: this.pendingPrompt,
      args: NOTHING,
      resource: undefined,
      number: undefined,
      property: undefined,
      assignments: NOTHING,
      terminator: undefined,
      carriageReturn: this.returned,
      broken: false,
      start: this.pendingPrompt?.start ?? start,
      end,
    };
    this.pendingPrompt = undefined;
    this.returned = false;
    if (image === "") {
      // A blank line of a CRLF file: nothing but the carriage return.
      this.errors.push(returnError(start, start + 1, false));
      return;
    }
    this.commands.push(command);
    this.open = command;
    const first = this.errors.length;
    shape(command, parts, this.dialect, (problem) => this.errors.push(problem));
    this.confirm(command, first);
  }

  /**
   * Nothing is called wrong that the real program takes: what was found in a command counts only if the restated
   * parser refuses it too.
   */
  private confirm(command: Mutable<Command>, first: number) {
    const found = this.errors.splice(first);
    if (found.length === 0 && !command.carriageReturn) return;
    // Whether a quote runs over its line is known when the section is cut: what is left of one here is refused.
    const unclosed = found.some((problem) => problem.kind === "unclosed-quote" && !problem.tolerated);
    const accepted = !unclosed && followCommand(this.text, command.word.start, this.dialect).accepted;
    const tolerated = found.filter((problem) => problem.tolerated);
    const refused = found.filter((problem) => !problem.tolerated);
    for (const error of tolerated) this.errors.push(error);
    if (accepted && refused.length === 0) {
      if (command.carriageReturn) this.errors.push(returnError(command.end, command.end + 1, true));
      return;
    }
    if (accepted) return;
    command.broken = refused.length > 0;
    for (const error of refused) this.errors.push(error);
    if (command.carriageReturn && refused.length === 0)
      this.errors.push(returnError(command.end, command.end + 1, false));
  }

  terminate(token: IToken) {
    if (this.open) this.open.terminator = token.startOffset;
    this.open = undefined;
    this.pendingPrompt = undefined;
  }

  finish(comments: readonly IToken[]): Parsed {
    this.errors.sort((a, b) => a.start - b.start);
    return {
      commands: kept(this.commands),
      comments: kept(comments.map(rangeOf)),
      foreign: kept(this.foreignLines),
      errors: kept(this.errors),
    };
  }
}

function returnError(start: number, end: number, tolerated: boolean): SyntaxProblem {
  return {
    kind: "carriage-return",
    start,
    end,
    message: tolerated
      ? "The line ends in a carriage return, which zonecfg takes as part of the last word."
      : "The line ends in a carriage return, which zonecfg takes as a word.",
    ...(tolerated && { tolerated }),
  };
}

function rangeOf(token: IToken): TextRange {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}
