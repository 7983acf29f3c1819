import { type Dialect, isNumber, MOST_FILTERS, MOST_WORDS } from "../dialect.ts";
import { Kind, type Scanner } from "./scanner.ts";

export type ObservedValue =
  | string
  | { readonly list: readonly ObservedValue[] }
  | { readonly complex: readonly (readonly [string, string])[] };

export interface ObservedCommand {
  /** Counted from 1. */
  readonly line: number;
  readonly command: string;
  readonly resource?: string;
  readonly args?: readonly string[];
  readonly props?: readonly (readonly [string, ObservedValue])[];
  /** Of `clear`. */
  readonly property?: string;
}

/** Where the grammar stopped, or which command showed its usage. */
export interface Failure {
  readonly line: number;
  readonly reportedLine: number;
  /** The token at which the grammar stopped. */
  readonly start: number;
  readonly end: number;
  /** Set for a usage error. */
  readonly command?: string;
}

/** A command is `dropped` when the text ends before its terminator. */
type Outcome = "command" | "empty" | "failed" | "dropped" | "end";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The symbol classes of the grammar, in which a soft word is what it can be. */
const isToken = (kind: Kind) =>
  kind === Kind.Token || kind === Kind.SoftResource || kind === Kind.SoftProperty;
const isResource = (kind: Kind) => kind === Kind.Resource || kind === Kind.SoftResource;
const isProperty = (kind: Kind) => kind === Kind.Property || kind === Kind.SoftProperty;
const isWord = (kind: Kind) => kind >= Kind.Token && kind <= Kind.SoftProperty;
export const isTerminator = (kind: Kind) => kind === Kind.Newline || kind === Kind.Semicolon;

/**
 * The grammar of zonecfg(8) as a machine over the scanner: one turn of the read loop at a time.
 * Source: usr/src/cmd/zonecfg/zonecfg_grammar.y.
 */
export class Machine {
  command: Mutable<ObservedCommand> | undefined;
  failure: Failure | undefined;
  startLine = 0;
  private readonly scanner: Scanner;
  private readonly dialect: Dialect;
  /** The usage text was asked for: the command is a failure although the grammar took it. */
  private usage = false;
  private args: string[] = [];
  private props: (readonly [string, ObservedValue])[] = [];

  constructor(scanner: Scanner, dialect: Dialect) {
    this.scanner = scanner;
    this.dialect = dialect;
  }

  /** One turn of the read loop: a command with its terminator. With `brief`, an error is not followed to its end. */
  line(brief = false): Outcome {
    const { scanner } = this;
    this.command = undefined;
    this.failure = undefined;
    const first = scanner.next();
    if (first === Kind.End) return "end";
    if (isTerminator(first)) return "empty";
    this.startLine = scanner.line;
    this.usage = false;
    this.args = [];
    this.props = [];
    const viable = first === Kind.Command && this.body(scanner.word);
    if (viable && isTerminator(scanner.kind)) {
      if (!this.usage) return this.complete();
      // The terminator was read to find out that nothing follows.
      this.fail(scanner.countedLine - 1);
      return "failed";
    }
    if (scanner.kind === Kind.End && !this.failure) return "dropped";
    this.failure ??= this.syntaxError();
    if (brief) return "failed";
    for (let kind = scanner.kind; !isTerminator(kind) && kind !== Kind.End; ) kind = scanner.next();
    return "failed";
  }

  private complete(): Outcome {
    const command = this.command as Mutable<ObservedCommand>;
    if (this.args.length > 0) command.args = this.args;
    if (this.props.length > 0) command.props = this.props;
    return "command";
  }

  private fail(reportedLine: number) {
    const { start, end } = this.scanner;
    this.failure = {
      line: this.startLine,
      reportedLine,
      start,
      end,
      command: (this.command as ObservedCommand).command,
    };
  }

  private syntaxError(): Failure {
    const { scanner } = this;
    // The scanner has counted the newline already at which the grammar stops.
    const line = scanner.line - (scanner.kind === Kind.Newline ? 1 : 0);
    return { line, reportedLine: scanner.countedLine, start: scanner.start, end: scanner.end };
  }

  /**
   * What follows the command word. True when the command is complete, with the token behind it on the scanner; false
   * when the grammar stops at that token.
   */
  private body(name: string): boolean {
    const { scanner, dialect } = this;
    this.command = { line: this.startLine, command: name };
    const kind = scanner.next();
    switch (name) {
      case "add":
        if (isTerminator(kind)) return this.bare();
        if (isResource(kind)) return this.resource();
        if (isProperty(kind) && this.softAlone(kind)) return true;
        if (isProperty(kind)) return this.propertyValue();
        return this.word();
      case "clear":
        if (isTerminator(kind)) return this.bare();
        if (!isProperty(kind)) return false;
        this.command.property = scanner.word;
        scanner.next();
        return true;
      case "info":
        return this.info(kind);
      case "remove":
        return this.remove(kind);
      case "select": {
        if (isTerminator(kind)) return this.bare();
        if (!isResource(kind)) return false;
        const single = dialect.singleResources.has(scanner.word);
        this.resource();
        if (isTerminator(scanner.kind)) return single || this.bare();
        return this.filters();
      }
      case "set":
        return this.set(kind);
      default: {
        const most = MOST_WORDS.get(name) ?? 0;
        for (let count = 0; count < most && isToken(scanner.kind); count++) this.word();
        return true;
      }
    }
  }

  /** A command without the argument that it needs. */
  private bare(): boolean {
    this.usage = true;
    return true;
  }

  /** Takes a plain word. */
  private word(): boolean {
    if (!isToken(this.scanner.kind)) return false;
    this.args.push(this.scanner.word);
    this.scanner.next();
    return true;
  }

  private resource(): boolean {
    (this.command as Mutable<ObservedCommand>).resource = this.scanner.word;
    this.scanner.next();
    return true;
  }

  /** `add uuid`: without a value the word is the unknown resource that it is on the platforms without it. */
  private softAlone(kind: Kind): boolean {
    if (kind !== Kind.SoftProperty) return false;
    const { word } = this.scanner;
    const next = this.scanner.next();
    if (isTerminator(next)) {
      this.args.push(word);
      return true;
    }
    this.pendingName = word;
    return false;
  }

  /** A property name that `softAlone` has taken already. */
  private pendingName: string | undefined;

  /** `PROPERTY value`, without `=`. */
  private propertyValue(): boolean {
    const { scanner } = this;
    let name = this.pendingName;
    this.pendingName = undefined;
    if (name === undefined) {
      name = scanner.word;
      scanner.next();
    }
    return this.valueOf(name);
  }

  private info(kind: Kind): boolean {
    const { scanner, dialect } = this;
    if (isResource(kind)) {
      this.resource();
      return this.filters();
    }
    if (isProperty(kind) && dialect.infoProperties.has(scanner.word)) return this.resource();
    if (dialect.infoAll && kind === Kind.Token && scanner.word === "-a") return this.word();
    if (!isToken(kind)) return true;
    // The one usage error that is found without a look at what follows.
    this.fail(scanner.countedLine - 1);
    scanner.next();
    return false;
  }

  private remove(kind: Kind): boolean {
    const { scanner, dialect } = this;
    if (isTerminator(kind)) return this.bare();
    let property = isProperty(kind);
    if (isResource(kind)) {
      const soft = kind === Kind.SoftResource;
      const { word } = scanner;
      scanner.next();
      if (!(soft && isResource(scanner.kind))) {
        (this.command as Mutable<ObservedCommand>).resource = word;
        return this.filters();
      }
      this.args.push(word);
    } else if (kind === Kind.SoftProperty) {
      this.pendingName = scanner.word;
      if (isTerminator(scanner.next())) return this.bare();
    } else if (!property) {
      if (!this.word()) return false;
      if (isTerminator(scanner.kind)) return this.bare();
      property = dialect.removeForceFilter && isProperty(scanner.kind);
    }
    if (property) return this.propertyValue();
    if (!isResource(scanner.kind)) return false;
    this.resource();
    return dialect.removeForceFilter ? this.filters() : true;
  }

  private set(kind: Kind): boolean {
    const { scanner } = this;
    if (isTerminator(kind)) return this.bare();
    let name = scanner.word;
    let plain = kind === Kind.Token || kind === Kind.SoftResource;
    if (!isWord(kind) || kind === Kind.Resource) return false;
    const next = scanner.next();
    // A soft property before another word is no property there.
    if (kind === Kind.SoftProperty && next !== Kind.Equals) plain = true;
    if (plain) {
      if (!isProperty(next) || scanner.word !== "zonepath") return false;
      this.args.push(name);
      name = scanner.word;
      scanner.next();
    }
    if (scanner.kind !== Kind.Equals) return false;
    scanner.next();
    return this.valueOf(name, !plain);
  }

  /** At most three `PROPERTY=value`; none is right, too. Or a number where the platform has these. */
  private filters(): boolean {
    const { scanner } = this;
    if (this.dialect.resourceNumbers && isToken(scanner.kind) && isNumber(scanner.word)) return this.word();
    for (let count = 0; count < MOST_FILTERS && isProperty(scanner.kind); count++) {
      const name = scanner.word;
      if (scanner.next() !== Kind.Equals) return false;
      scanner.next();
      if (!this.valueOf(name)) return false;
    }
    return true;
  }

  private valueOf(name: string, mayBeEmpty = false): boolean {
    const value = this.value(mayBeEmpty);
    if (value === undefined) return false;
    this.props.push([name, value]);
    return true;
  }

  private value(mayBeEmpty: boolean): ObservedValue | undefined {
    const { scanner } = this;
    let kind = scanner.kind;
    if (kind === Kind.OpenComplex) return this.complex();
    if (kind !== Kind.OpenList) return this.simple();
    const list: ObservedValue[] = [];
    kind = scanner.next();
    if (kind === Kind.CloseList && mayBeEmpty) {
      scanner.next();
      return { list };
    }
    for (;;) {
      const element = kind === Kind.OpenComplex ? this.complex() : this.simple();
      if (element === undefined) return undefined;
      list.push(element);
      const behind = scanner.kind;
      if (behind !== Kind.Comma && behind !== Kind.CloseList) return undefined;
      kind = scanner.next();
      if (behind === Kind.CloseList) return { list };
    }
  }

  /** A plain word or a keyword. */
  private simple(): string | undefined {
    const { scanner } = this;
    if (!isWord(scanner.kind)) return undefined;
    const { word } = scanner;
    scanner.next();
    return word;
  }

  private complex(): ObservedValue | undefined {
    const { scanner } = this;
    const complex: [string, string][] = [];
    for (;;) {
      if (!isProperty(scanner.next())) return undefined;
      const name = scanner.word;
      if (scanner.next() !== Kind.Equals) return undefined;
      scanner.next();
      const value = this.simple();
      if (value === undefined) return undefined;
      complex.push([name, value]);
      const { kind } = scanner;
      if (kind === Kind.Comma) continue;
      if (kind !== Kind.CloseComplex) return undefined;
      scanner.next();
      return { complex };
    }
  }
}
