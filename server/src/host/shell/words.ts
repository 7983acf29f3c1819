import type { Part, Script, SyntaxProblem, Word } from "./syntax.ts";

/** Reads words: quotes, escapes and what begins with a dollar sign. Source: sh(1), Word expansions and Quoting. */

/** Deeper nesting is refused, so that the stack of the model is safe. */
const DEEPEST = 40;

const RESERVED: ReadonlySet<string> = new Set(
  "! { } case do done elif else esac fi for if in then until while function".split(" "),
);
export const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

/** Ends the reading. */
export class Problem extends Error {
  readonly kind: SyntaxProblem["kind"];
  readonly offset: number;
  readonly unexpected: Unexpected | undefined;

  constructor(kind: SyntaxProblem["kind"], message: string, offset: number, unexpected?: Unexpected) {
    super(message);
    this.kind = kind;
    this.offset = offset;
    this.unexpected = unexpected;
  }
}

/** A word that a construct begins with, and where. */
interface Opener {
  readonly word: string;
  readonly at: number;
}

/** As in `SyntaxProblem`. */
interface Unexpected {
  readonly token: string | undefined;
  readonly open: Opener | undefined;
}

export abstract class WordReader {
  protected readonly text: string;
  protected at = 0;
  private depth = 0;
  /** Constructs that have not ended, the innermost one last. */
  private readonly open: Opener[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** The commands of a substitution, up to its end. */
  protected abstract script(ends: readonly string[]): Script;

  /** A word, quotes resolved; undefined where none begins. */
  protected word(): Word | undefined {
    const parts: Part[] = [];
    const start = this.at;
    let plain = "";
    const flush = (): void => {
      if (plain !== "") parts.push({ kind: "text", text: plain, quoted: false });
      plain = "";
    };
    while (this.at < this.text.length) {
      const c = this.text[this.at] as string;
      if (" \t\n;&|<>()".includes(c)) break;
      if (c === "\\") {
        const next = this.text[this.at + 1];
        this.at += 2;
        if (next === "\n") continue;
        flush();
        parts.push({ kind: "text", text: next ?? "\\", quoted: true });
        this.at = Math.min(this.at, this.text.length);
      } else if (c === "'") {
        flush();
        const end = this.text.indexOf("'", this.at + 1);
        if (end < 0) throw this.unended("Unterminated quoted string", "'", this.at);
        parts.push({ kind: "text", text: this.text.slice(this.at + 1, end), quoted: true });
        this.at = end + 1;
      } else if (c === '"') {
        flush();
        parts.push(...this.doubleQuoted());
      } else if (c === "$") {
        flush();
        parts.push(this.dollar(false));
      } else if (c === "`") throw this.unmodelled("a command in backquotes: write $(…)");
      else {
        plain += c;
        this.at++;
      }
    }
    flush();
    return this.at === start ? undefined : parts;
  }

  private doubleQuoted(): Part[] {
    const start = this.at++;
    const parts: Part[] = [];
    // Empty quotes make an empty word.
    let text = "";
    const flush = (always = false): void => {
      if (text !== "" || always) parts.push({ kind: "text", text, quoted: true });
      text = "";
    };
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) throw this.unended("Unterminated quoted string", '"', start);
      if (c === '"') {
        this.at++;
        flush(parts.length === 0);
        return parts;
      }
      if (c === "$") {
        flush();
        parts.push(this.dollar(true));
      } else if (c === "`") throw this.unmodelled("a command in backquotes: write $(…)");
      else if (c === "\\" && /^[$`"\\\n]/.test(this.text[this.at + 1] ?? "")) {
        const next = this.text[this.at + 1] as string;
        if (next !== "\n") text += next;
        this.at += 2;
      } else {
        text += c;
        this.at++;
      }
    }
  }

  private dollar(quoted: boolean): Part {
    const start = this.at++;
    if (this.here("((")) throw new Problem("unmodelled", "arithmetic", start);
    if (this.here("(")) {
      this.at++;
      return this.within("$(", start, () => {
        const script = this.script([]);
        if (!this.here(")")) throw this.unexpected(")");
        this.at++;
        return { kind: "command", script, quoted };
      });
    }
    if (this.here("{")) return this.nested(() => this.braced(quoted, start));
    const name = NAME.exec(this.rest())?.[0] ?? /^[?$!#@*0-9]/.exec(this.rest())?.[0];
    if (name === undefined) return { kind: "text", text: "$", quoted };
    this.at += name.length;
    return { kind: "variable", name, quoted };
  }

  private braced(quoted: boolean, start: number): Part {
    this.at++;
    const name = NAME.exec(this.rest())?.[0] ?? /^(?:[?$!@*0-9]|#(?=\}))/.exec(this.rest())?.[0];
    if (name === undefined) throw new Problem("unmodelled", "this expansion of a variable", start);
    this.at += name.length;
    if (this.here("}")) {
      this.at++;
      return { kind: "variable", name, quoted };
    }
    const emptyToo = this.here(":-");
    if (!emptyToo && !this.here("-"))
      throw this.at < this.text.length
        ? new Problem("unmodelled", "this expansion of a variable", start)
        : this.unended("Missing '}'", "${", start);
    this.at += emptyToo ? 2 : 1;
    const word = this.fallback(quoted, start);
    return { kind: "variable", name, quoted, fallback: { word, emptyToo } };
  }

  /** What stands up to the brace: blanks are part of it. */
  private fallback(quoted: boolean, start: number): Word {
    const parts: Part[] = [];
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) throw this.unended("Missing '}'", "${", start);
      if (c === "}") {
        this.at++;
        return parts;
      }
      if (c === "$") parts.push(this.dollar(quoted));
      else if (c === '"' && !quoted) parts.push(...this.doubleQuoted());
      else if (c === "'" && !quoted) {
        const end = this.text.indexOf("'", this.at + 1);
        if (end < 0) throw this.unended("Unterminated quoted string", "'", this.at);
        parts.push({ kind: "text", text: this.text.slice(this.at + 1, end), quoted: true });
        this.at = end + 1;
      } else if (c === "`") throw this.unmodelled("a command in backquotes: write $(…)");
      else {
        const escaped = c === "\\" && this.at + 1 < this.text.length;
        if (escaped) this.at++;
        parts.push({ kind: "text", text: this.text[this.at] as string, quoted: quoted || escaped });
        this.at++;
      }
    }
  }

  protected rest(): string {
    return this.text.slice(this.at, this.at + 256);
  }

  /** Blanks, continued lines and comments; with `lines` the ends of lines too. */
  protected skip(lines: boolean): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === " " || c === "\t" || (lines && c === "\n")) this.at++;
      else if (c === "\\" && this.text[this.at + 1] === "\n") this.at += 2;
      else if (c === "#" && /^[\s;&|()]?$/.test(this.text[this.at - 1] ?? "")) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else return;
    }
  }

  protected here(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** The reserved word that begins here, if one does and ends here as a word. */
  protected reserved(): string | undefined {
    const word = /^[^\s;&|<>()'"\\$`]+(?=[\s;&|<>()]|$)/.exec(this.rest())?.[0];
    return word !== undefined && RESERVED.has(word) ? word : undefined;
  }

  /** @param inLine whether a line cannot end here: at the end of the text, too, it ends unexpectedly */
  protected unexpected(wanted?: string, inLine = false): Problem {
    const token = /^(?:&&|\|\||;;|>>|[;&|<>()\n]|[^\s;&|<>()]+)/.exec(this.rest())?.[0];
    const what =
      token === undefined
        ? "end of file"
        : token === "\n"
          ? "newline"
          : /^[;&|<>()]/.test(token) || RESERVED.has(token)
            ? `"${token}"`
            : "word";
    const expecting = wanted === undefined ? "" : ` (expecting "${wanted}")`;
    return new Problem("syntax", `${what} unexpected${expecting}`, this.at, {
      token: token === "\n" || (inLine && token === undefined) ? "newline" : token,
      open: this.open.at(-1),
    });
  }

  /** The text has ended within a quote or an expansion. */
  private unended(message: string, word: string, at: number): Problem {
    return new Problem("syntax", message, at, { token: undefined, open: { word, at } });
  }

  /** Reads a construct that begins with a word. */
  protected within<T>(word: string, at: number, inner: () => T): T {
    this.open.push({ word, at });
    const result = inner();
    this.open.pop();
    return result;
  }

  protected unmodelled(what: string): Problem {
    return new Problem("unmodelled", what, this.at);
  }

  protected nested<T>(inner: () => T): T {
    if (this.depth >= DEEPEST) throw this.unmodelled(`nesting deeper than ${DEEPEST}`);
    this.depth++;
    const result = inner();
    this.depth--;
    return result;
  }
}
