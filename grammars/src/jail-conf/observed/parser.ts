import { decodeEscapes } from "../escapes.ts";
import { ACCEPT, CLOSE, COMPLETE, OPEN, REJECT, State, step } from "./automaton.ts";
import { Kind, Scanner } from "./scanner.ts";

/**
 * The parser of jail(8), restated: the errors that the real program reports, in its order and with its lines.
 * Source: usr.sbin/jail/jailparse.y and the error recovery of byacc's skeleton.
 */

export type ObservedErrorKind =
  | "syntax"
  | "unexpected-eof"
  | "unterminated-string"
  | "unterminated-comment"
  | "unterminated-variable"
  | "include-variable";

export interface ObservedError {
  readonly kind: ObservedErrorKind;
  /** Counted from 1; `null` where the program names none. */
  readonly line: number | null;
  readonly message: string;
  /** The raw text of the token at which the grammar stopped. */
  readonly token?: string;
  /** Where that token, or what the scanner complains about, begins. */
  readonly offset: number;
}

export interface Observer {
  /** Called in the order in which the program reports. */
  error(error: ObservedError): void;
  /**
   * Called for each name of an `.include` statement when its `;` is reached, before anything behind it is looked at.
   * With `false` the program ends there.
   */
  include?(name: string, offset: number): boolean;
}

/** What changed with 14.0: `.include`, nested jails, and CR as white space. */
export interface Generation {
  readonly modern: boolean;
}

export interface Observation {
  readonly accepted: boolean;
  readonly errors: readonly ObservedError[];
  /** The names in `.include` statements, in the order in which they are met. */
  readonly includes: readonly { readonly name: string; readonly offset: number }[];
}

/** What the program says about one file on its own; included files are not looked at. */
export function observe(text: string, generation?: Generation): Observation {
  const errors: ObservedError[] = [];
  const includes: { name: string; offset: number }[] = [];
  observeWith(
    text,
    {
      error: (error) => errors.push(error),
      include: (name, offset) => includes.push({ name, offset }) > 0,
    },
    generation,
  );
  return { accepted: errors.length === 0, errors, includes };
}

/** As `observe`, with each finding handed over when it is made. Returns false when the observer ended it. */
export function observeWith(
  text: string,
  observer: Observer,
  generation: Generation = { modern: true },
): boolean {
  return new Machine(text, observer, generation.modern).run();
}

/** How many tokens have to be shifted before another error is reported. Source: byacc, yyerrflag. */
const QUIET = 3;

const COMPLAINTS = {
  [Kind.UnterminatedString]: "unterminated string",
  [Kind.UnterminatedComment]: "unterminated comment",
  [Kind.UnterminatedVariable]: "unterminated variable",
} as const;

class Machine {
  private readonly text: string;
  private readonly observer: Observer;
  private readonly modern: boolean;
  private readonly scanner: Scanner;
  private depth = 0;
  private quiet = 0;
  /** The word that the current statement began with. */
  private nameStart = 0;
  private nameEnd = 0;
  /** Set while the values of an `.include` statement are read: the ranges of its pieces. */
  private include: IncludeStatement | undefined;
  private countedTo = 0;
  private line = 1;

  constructor(text: string, observer: Observer, modern: boolean) {
    this.text = text;
    this.observer = observer;
    this.modern = modern;
    this.scanner = new Scanner(text, 0, modern);
  }

  run(): boolean {
    const scanner = this.scanner;
    let state: State = State.Items;
    for (;;) {
      const kind = scanner.next();
      if (kind >= Kind.UnterminatedString) {
        this.complain(kind as keyof typeof COMPLAINTS);
        continue;
      }
      let action = this.action(state, kind);
      if (action === REJECT) {
        if (this.quiet === 0) this.reject(kind);
        // With tokens already being dropped, the end of the file ends the parse for good.
        if (this.quiet === QUIET && kind === Kind.End) return true;
        if (this.quiet === QUIET) continue;
        this.quiet = QUIET;
        this.include = undefined;
        state = State.Broken;
        action = this.action(state, kind);
        if (action === REJECT && kind === Kind.End) return true;
        if (action === REJECT) continue;
      }
      if (this.quiet > 0) this.quiet--;
      switch (action) {
        case OPEN:
          this.depth++;
          state = State.Items;
          break;
        case CLOSE:
          this.depth--;
          state = State.Items;
          break;
        case ACCEPT:
          return true;
        case COMPLETE:
          state = State.Items;
          if (this.include && !this.completeInclude(this.include)) return false;
          this.include = undefined;
          break;
        default:
          if (this.include) this.include.take(scanner);
          else if (action === State.String && (state === State.Word || state === State.Name))
            this.enterValue(state);
          else if (action === State.Word) {
            this.nameStart = scanner.start;
            this.nameEnd = scanner.end;
          }
          state = action as State;
      }
    }
  }

  private action(state: State, kind: Kind): number {
    const action = step(state, kind);
    if (action === CLOSE) return this.depth > 0 ? CLOSE : REJECT;
    if (action === OPEN) return this.modern || this.depth === 0 ? OPEN : REJECT;
    if (action === ACCEPT) return this.depth === 0 ? ACCEPT : REJECT;
    return action;
  }

  /** A value that follows its name without an operator: only so `.include` is a directive. */
  private enterValue(state: State) {
    if (!this.modern || state !== State.Word) return;
    const name = this.text.slice(this.nameStart, this.nameEnd);
    const quoted = name.startsWith("'") || name.startsWith('"');
    if ((quoted ? decodeEscapes(name.slice(1, -1)) : name) !== ".include") return;
    this.include = new IncludeStatement(this.nameStart);
    this.include.take(this.scanner);
  }

  private completeInclude(include: IncludeStatement): boolean {
    for (const name of include.names) {
      if (name !== undefined) {
        if (this.observer.include?.(name, include.offset) === false) return false;
        continue;
      }
      this.observer.error({
        kind: "include-variable",
        line: this.lineAt(this.scanner.end),
        message: "variables not permitted in '.include' filename",
        offset: include.offset,
      });
    }
    return true;
  }

  private complain(kind: keyof typeof COMPLAINTS) {
    const message = COMPLAINTS[kind];
    this.observer.error({
      kind: message.replace(" ", "-") as ObservedErrorKind,
      line: this.lineAt(this.scanner.end),
      message,
      offset: this.scanner.start,
    });
  }

  private reject(kind: Kind) {
    const { start, end } = this.scanner;
    this.observer.error(
      kind === Kind.End
        ? { kind: "unexpected-eof", line: null, message: "unexpected EOF", offset: start }
        : {
            kind: "syntax",
            line: this.lineAt(end),
            message: "syntax error",
            token: this.text.slice(start, end),
            offset: start,
          },
    );
  }

  /** The line of an offset; offsets are asked for in rising order. */
  private lineAt(offset: number): number {
    for (let at = this.text.indexOf("\n", this.countedTo); at >= 0 && at < offset; ) {
      this.line++;
      this.countedTo = at + 1;
      at = this.text.indexOf("\n", this.countedTo);
    }
    return this.line;
  }
}

/** The names of an `.include` statement, put together from the tokens of its values. */
class IncludeStatement {
  /** A name with a variable in it is `undefined`. */
  readonly names: (string | undefined)[] = [];
  readonly offset: number;

  constructor(offset: number) {
    this.offset = offset;
  }

  take(scanner: Scanner) {
    const last = this.names.length - 1;
    switch (scanner.kind) {
      case Kind.Text:
        this.names.push(pieceText(scanner));
        break;
      case Kind.TextMore:
        if (this.names[last] !== undefined) this.names[last] += pieceText(scanner);
        break;
      case Kind.Variable:
        this.names.push(undefined);
        break;
      case Kind.VariableMore:
        this.names[last] = undefined;
        break;
    }
  }
}

/** The decoded text of a piece. Of a double-quoted string with variables, only the first piece has its quote. */
function pieceText(scanner: Scanner): string {
  const { text, start, end, quoteStart } = scanner;
  const first = text.charCodeAt(start);
  const opens = first === 0x22 || first === 0x27;
  if (quoteStart >= 0) return decodeEscapes(text.slice(start === quoteStart ? start + 1 : start, end));
  return decodeEscapes(
    opens && text.charCodeAt(end - 1) === first ? text.slice(start + 1, end - 1) : text.slice(start, end),
  );
}
