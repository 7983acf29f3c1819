import type {
  Assignment,
  For,
  Group,
  If,
  List,
  Part,
  Pipeline,
  Redirection,
  Script,
  ShellCommand,
  Simple,
  SyntaxProblem,
  Word,
} from "./syntax.ts";

/** Reads the language of sh(1). Source: sh(1); IEEE Std 1003.1, Shell Command Language. */

export type Parsed =
  | { readonly ok: true; readonly script: Script }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** Deeper nesting is refused, so that the stack of the model is safe. */
const DEEPEST = 40;
/** In UTF-16 code units. */
const LONGEST = 65_536;

const RESERVED: ReadonlySet<string> = new Set(
  "! { } case do done elif else esac fi for if in then until while function".split(" "),
);
const UNMODELLED: ReadonlySet<string> = new Set(["case", "while", "until", "function"]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

class Problem extends Error {
  readonly kind: SyntaxProblem["kind"];
  readonly offset: number;

  constructor(kind: SyntaxProblem["kind"], message: string, offset: number) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

/** Never throws. */
export function parseShell(text: string): Parsed {
  try {
    if (text.length > LONGEST)
      throw new Problem("unmodelled", `a line of more than ${LONGEST} characters`, 0);
    return { ok: true, script: new Parser(text).whole() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const before = text.slice(0, error.offset).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    const { kind, message, offset } = error;
    return { ok: false, problem: { kind, message, offset, line: before.length, column } };
  }
}

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): Script {
    const script = this.script([]);
    if (this.at < this.text.length) throw this.unexpected();
    return script;
  }

  /** Lists up to the end of the text, a closing parenthesis, or one of the reserved words. */
  private script(ends: readonly string[]): Script {
    return this.nested(() => {
      const lists: List[] = [];
      for (;;) {
        this.skip(true);
        const word = this.reserved();
        if (this.at >= this.text.length || this.here(")") || (word && ends.includes(word))) break;
        lists.push(this.list());
        this.skip(false);
        if (this.here("\n") || (this.here(";") && !this.here(";;"))) this.at++;
        else if (lists.at(-1)?.background !== true) break;
      }
      return { lists };
    });
  }

  private list(): List {
    const first = this.pipeline();
    const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
    for (;;) {
      this.skip(false);
      const operator = this.here("&&") ? "&&" : this.here("||") ? "||" : undefined;
      if (!operator) break;
      this.at += 2;
      this.skip(true);
      rest.push({ operator, pipeline: this.pipeline() });
    }
    const background = this.here("&");
    if (background) this.at++;
    return { first, rest, background };
  }

  private pipeline(): Pipeline {
    let negated = false;
    this.skip(false);
    while (this.reserved() === "!") {
      this.at++;
      negated = !negated;
      this.skip(false);
    }
    const commands = [this.command()];
    for (;;) {
      this.skip(false);
      if (!this.here("|") || this.here("||")) break;
      this.at++;
      this.skip(true);
      commands.push(this.command());
    }
    return { negated, commands };
  }

  private command(): ShellCommand {
    const word = this.reserved();
    if (word && UNMODELLED.has(word)) throw this.unmodelled(`the word "${word}"`);
    if (this.here("(")) return this.group(true);
    if (word === "{") return this.group(false);
    if (word === "if") return this.conditional();
    if (word === "for") return this.loop();
    if (word) throw this.unexpected();
    return this.simple();
  }

  private group(subshell: boolean): Group {
    this.at++;
    const body = this.script(subshell ? [] : ["}"]);
    if (body.lists.length === 0) throw this.unexpected();
    if (subshell) {
      if (!this.here(")")) throw this.unexpected(")");
      this.at++;
    } else this.expect("}");
    return { kind: "group", subshell, body, redirections: this.redirections() };
  }

  private conditional(): If {
    const branches: { condition: Script; body: Script }[] = [];
    let otherwise: Script | null = null;
    this.expect("if");
    for (;;) {
      const condition = this.filled(["then"]);
      this.expect("then");
      branches.push({ condition, body: this.filled(["elif", "else", "fi"]) });
      if (this.reserved() !== "elif") break;
      this.expect("elif");
    }
    if (this.reserved() === "else") {
      this.expect("else");
      otherwise = this.filled(["fi"]);
    }
    this.expect("fi");
    return { kind: "if", branches, otherwise, redirections: this.redirections() };
  }

  private loop(): For {
    this.expect("for");
    this.skip(false);
    const variable = NAME.exec(this.text.slice(this.at, this.at + 256))?.[0];
    if (!variable) throw new Problem("syntax", "Bad for loop variable", this.at);
    this.at += variable.length;
    this.skip(true);
    let words: Word[] | null = null;
    if (this.reserved() === "in") {
      this.expect("in");
      words = [];
      for (;;) {
        this.skip(false);
        const word = this.word();
        if (!word) break;
        words.push(word);
      }
      if (!this.here(";") && !this.here("\n")) throw this.unexpected();
    }
    if (this.here(";")) this.at++;
    this.skip(true);
    this.expect("do");
    const body = this.filled(["done"]);
    this.expect("done");
    return { kind: "for", variable, words, body, redirections: this.redirections() };
  }

  private filled(ends: readonly string[]): Script {
    const script = this.script(ends);
    if (script.lists.length === 0) throw this.unexpected();
    return script;
  }

  private simple(): Simple {
    const start = this.at;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      this.skip(false);
      const redirection = this.redirection();
      if (redirection) {
        redirections.push(redirection);
        continue;
      }
      const assigned = words.length === 0 ? this.assignment() : undefined;
      if (assigned) {
        assignments.push(assigned);
        continue;
      }
      const word = this.word();
      if (!word) break;
      words.push(word);
      if (words.length === 1 && /^[ \t]*\(/.test(this.text.slice(this.at, this.at + 256)))
        throw this.text.slice(this.at).trimStart().startsWith("()") || /^[ \t]*\([ \t]*\)/.test(this.rest())
          ? this.unmodelled("a function")
          : this.unexpected();
    }
    if (words.length + assignments.length + redirections.length === 0) throw this.unexpected();
    return { kind: "simple", assignments, words, redirections, at: start };
  }

  private rest(): string {
    return this.text.slice(this.at, this.at + 256);
  }

  private assignment(): Assignment | undefined {
    const name = NAME.exec(this.rest())?.[0];
    if (name === undefined || this.text[this.at + name.length] !== "=") return undefined;
    this.at += name.length + 1;
    return { name, value: this.word() ?? [] };
  }

  private redirections(): Redirection[] {
    const found: Redirection[] = [];
    for (;;) {
      this.skip(false);
      const next = this.redirection();
      if (!next) return found;
      found.push(next);
    }
  }

  private redirection(): Redirection | undefined {
    const [whole, digits = "", operator] = /^(\d*)(>>|>&|>\||<<|<&|<>|>|<)/.exec(this.rest()) ?? [];
    if (whole === undefined || operator === undefined) return undefined;
    if (["<<", "<&", "<>"].includes(operator))
      throw this.unmodelled(operator === "<<" ? "a here-document" : `the redirection ${operator}`);
    const fd = digits === "" ? (operator === "<" ? 0 : 1) : Number(digits);
    if (fd !== 0 && fd !== 1 && fd !== 2) throw this.unmodelled(`descriptor ${digits}`);
    this.at += whole.length;
    this.skip(false);
    const target = this.word();
    if (!target) throw this.unexpected();
    return { fd, operator: operator === ">|" ? ">" : (operator as Redirection["operator"]), target };
  }

  /** A word, quotes resolved; undefined where none begins. */
  private word(): Word | undefined {
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
        if (end < 0) throw new Problem("syntax", "Unterminated quoted string", this.at);
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
      if (c === undefined) throw new Problem("syntax", "Unterminated quoted string", start);
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
      const script = this.script([]);
      if (!this.here(")")) throw this.unexpected(")");
      this.at++;
      return { kind: "command", script, quoted };
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
      throw new Problem(
        this.at < this.text.length ? "unmodelled" : "syntax",
        this.at < this.text.length ? "this expansion of a variable" : "Missing '}'",
        start,
      );
    this.at += emptyToo ? 2 : 1;
    const word = this.fallback(quoted, start);
    return { kind: "variable", name, quoted, fallback: { word, emptyToo } };
  }

  /** What stands up to the brace: blanks are part of it. */
  private fallback(quoted: boolean, start: number): Word {
    const parts: Part[] = [];
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) throw new Problem("syntax", "Missing '}'", start);
      if (c === "}") {
        this.at++;
        return parts;
      }
      if (c === "$") parts.push(this.dollar(quoted));
      else if (c === '"' && !quoted) parts.push(...this.doubleQuoted());
      else if (c === "'" && !quoted) {
        const end = this.text.indexOf("'", this.at + 1);
        if (end < 0) throw new Problem("syntax", "Unterminated quoted string", this.at);
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

  /** Blanks, continued lines and comments; with `lines` the ends of lines too. */
  private skip(lines: boolean): void {
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

  private here(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** The reserved word that begins here, if one does and ends here as a word. */
  private reserved(): string | undefined {
    const word = /^[^\s;&|<>()'"\\$`]+(?=[\s;&|<>()]|$)/.exec(this.rest())?.[0];
    return word !== undefined && RESERVED.has(word) ? word : undefined;
  }

  private expect(word: string): void {
    this.skip(false);
    if (this.reserved() !== word) throw this.unexpected(word);
    this.at += word.length;
  }

  private unexpected(wanted?: string): Problem {
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
    return new Problem("syntax", `${what} unexpected${expecting}`, this.at);
  }

  private unmodelled(what: string): Problem {
    return new Problem("unmodelled", what, this.at);
  }

  private nested<T>(inner: () => T): T {
    if (this.depth >= DEEPEST) throw this.unmodelled(`nesting deeper than ${DEEPEST}`);
    this.depth++;
    const result = inner();
    this.depth--;
    return result;
  }
}
