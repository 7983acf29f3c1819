import type {
  Assignment,
  Compound,
  For,
  FunctionDefinition,
  Group,
  If,
  List,
  Pipeline,
  Redirection,
  Script,
  ShellCommand,
  Simple,
  SyntaxProblem,
  Word,
} from "./syntax.ts";
import { NAME, Problem, WordReader } from "./words.ts";

/** Reads the language of sh(1). Source: sh(1); IEEE Std 1003.1, Shell Command Language. */

export type Parsed =
  | { readonly ok: true; readonly script: Script }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** In UTF-16 code units. */
const LONGEST = 65_536;

const UNMODELLED: ReadonlySet<string> = new Set(["case", "while", "until", "function"]);

/** Special builtins, as POSIX calls them. sh(1) of FreeBSD lets no function take their names, bash(1) does. */
const SPECIAL: ReadonlySet<string> = new Set(
  ": . break continue eval exec exit export readonly return set shift times trap unset".split(" "),
);

const DEFINITION = /^([^\s;&|<>()'"\\$`#]+)[ \t]*\([ \t]*\)/;

/**
 * Never throws.
 * @param fixed names that no function may have
 */
export function parseShell(text: string, fixed: ReadonlySet<string> = SPECIAL): Parsed {
  try {
    if (text.length > LONGEST)
      throw new Problem("unmodelled", `a line of more than ${LONGEST} characters`, 0);
    return { ok: true, script: new Parser(text, fixed).whole() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { kind, message, offset, unexpected } = error;
    const column = offset - text.lastIndexOf("\n", offset - 1);
    const open = unexpected?.open && { word: unexpected.open.word, line: lineOf(text, unexpected.open.at) };
    return {
      ok: false,
      problem: {
        ...{ kind, message, offset, line: lineOf(text, offset), column },
        ...(unexpected && { unexpected: { token: unexpected.token, open } }),
      },
    };
  }
}

/** The line of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

class Parser extends WordReader {
  private readonly fixed: ReadonlySet<string>;

  constructor(text: string, fixed: ReadonlySet<string>) {
    super(text);
    this.fixed = fixed;
  }

  whole(): Script {
    const script = this.script([]);
    if (this.at < this.text.length) throw this.unexpected();
    return script;
  }

  /** Lists up to the end of the text, a closing parenthesis, or one of the reserved words. */
  protected script(ends: readonly string[]): Script {
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
    const compound = this.compound();
    if (compound) return compound;
    if (this.reserved()) throw this.unexpected();
    return this.definition() ?? this.simple();
  }

  private compound(): Compound | undefined {
    const word = this.reserved();
    if (word && UNMODELLED.has(word)) throw this.unmodelled(`the word "${word}"`);
    if (this.here("(")) return this.within("(", this.at, () => this.group(true));
    if (word === "{") return this.within(word, this.at, () => this.group(false));
    if (word === "if") return this.within(word, this.at, () => this.conditional());
    if (word === "for") return this.within(word, this.at, () => this.loop());
    return undefined;
  }

  /** Source: sh(1), Functions; which names are refused: bin/sh/parser.c of FreeBSD. */
  private definition(): FunctionDefinition | undefined {
    const [whole = "", name] = DEFINITION.exec(this.rest()) ?? [];
    if (name === undefined) return undefined;
    if (/\/|[!%*+\-=?@}~]$/.test(name)) throw new Problem("syntax", "Bad function name", this.at);
    if (this.fixed.has(name))
      throw new Problem("syntax", "Cannot override a special builtin with a function", this.at);
    this.at += whole.length;
    this.skip(true);
    const body = this.nested(() => this.compound());
    if (body) return { kind: "function", name, body };
    if (this.at >= this.text.length || this.reserved()) throw this.unexpected();
    throw this.unmodelled("a function whose body is not in braces");
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
        throw this.unexpected();
    }
    if (words.length + assignments.length + redirections.length === 0) throw this.unexpected();
    return { kind: "simple", assignments, words, redirections, at: start };
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
    if (!target) throw this.unexpected(undefined, true);
    return { fd, operator: operator === ">|" ? ">" : (operator as Redirection["operator"]), target };
  }

  private expect(word: string): void {
    this.skip(false);
    if (this.reserved() !== word) throw this.unexpected(word);
    this.at += word.length;
  }
}
