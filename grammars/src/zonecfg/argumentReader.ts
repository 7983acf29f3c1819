import { type Dialect, isNumber, isProperty, isResource, MOST_FILTERS } from "./dialect.ts";
import { nameOf, PartReader, wordOf } from "./partReader.ts";
import type { Part, WordPart } from "./parts.ts";
import { unknownWordMessage } from "./shapeMessages.ts";
import type { Command, SyntaxProblem, Value } from "./tree.ts";
import { readValue } from "./values.ts";

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type Report = (problem: SyntaxProblem) => void;

/**
 * A list with one more at its end. Most have one item, and no room for others is left in them: an array that grows
 * takes room for seventeen, which a large file would feel.
 */
const withMore = <T>(list: readonly T[], item: T): readonly T[] =>
  list.length === 0 ? [item] : [...list, item];

/** What commands have in common: words, resource types, assignments with their values, and filters. */
export abstract class ArgumentReader extends PartReader {
  protected readonly command: Mutable<Command>;
  protected readonly report: Report;

  constructor(command: Mutable<Command>, parts: readonly Part[], dialect: Dialect, report: Report) {
    super(parts, dialect);
    this.command = command;
    this.report = report;
  }

  protected argument(word: WordPart) {
    this.command.args = withMore(this.command.args, wordOf(word));
  }

  protected problem(kind: SyntaxProblem["kind"], from: Part, to: Part, message: string, more?: object) {
    this.report({ kind, start: from.start, end: to.end, message, ...more });
  }

  protected missing(what: string) {
    const { word } = this.command;
    this.report({
      kind: "missing-argument",
      start: word.start,
      end: word.end,
      message: `\`${word.name ?? ""}\` needs ${what}.`,
    });
  }

  /** Nothing may follow any more; `after` says what the command has had. */
  protected finish(most: number) {
    const { part } = this;
    if (!part) return;
    const last = this.parts.at(-1) as Part;
    const { name = "" } = this.command.word;
    if (part.kind === "word" && !part.quoted && part.text.startsWith("#"))
      this.problem(
        "comment-behind-command",
        part,
        last,
        "A comment must stand on its own line: behind a command `#` begins an ordinary word.",
      );
    else if (part.kind === "mark" && part.text === "=")
      this.problem("stray-equals", part, last, `\`${name}\` takes no \`=\` here.`);
    else if (part.kind !== "word")
      this.problem("stray-bracket", part, last, "A bracket is not expected here: put the text in quotes.");
    else
      this.problem(
        "extra-word",
        part,
        last,
        most === 0
          ? `\`${name}\` takes nothing more: this is too much.`
          : `\`${name}\` takes at most ${most === 1 ? "one word" : `${most} words`}: this is too much.`,
      );
  }

  protected unknownWord(word: WordPart, expected: "resource" | "property", or?: "resource") {
    const message = unknownWordMessage(word, expected, or !== undefined, this.dialect.name);
    this.problem("unknown-word", word, word, message, { expected });
  }

  /** `property=value`, or without `=` where the command wants none. */
  protected property(equals: boolean, unknown = false) {
    const name = this.take();
    const mark = this.isMark("=") ? this.take() : undefined;
    if (equals && !mark && !unknown) {
      if (!this.part)
        this.problem("no-value", name, name, `\`=\` and a value are missing behind \`${name.text}\`.`);
      else
        this.problem("missing-equals", name, name, `\`=\` is missing behind \`${name.text}\`.`, {
          suggestion: `${name.text}=`,
        });
    } else if (!equals && mark)
      this.problem(
        "stray-equals",
        mark,
        mark,
        `\`${this.command.word.name ?? ""}\` takes the value without \`=\`.`,
        { suggestion: " " },
      );
    const value = this.value(mark ?? name, { mayBeEmpty: this.command.word.name === "set", filters: false });
    this.assign(name, mark, value, !unknown);
  }

  private assign(name: WordPart, mark: Part | undefined, value: Value | undefined, known: boolean) {
    const end = value?.end ?? mark?.end ?? name.end;
    const range = { start: name.start, end };
    const assignment = { name: nameOf(name, known), equals: mark?.start, value, ...range };
    this.command.assignments = withMore(this.command.assignments, assignment);
  }

  private value(
    before: Part,
    { mayBeEmpty, filters }: { mayBeEmpty: boolean; filters: boolean },
  ): Value | undefined {
    const first = this.part;
    if (!first) {
      // Without `=` the name alone has been reported.
      if (before.kind === "mark" || this.command.word.name !== "set")
        this.problem("no-value", before, before, 'A value is missing. An empty one is written `""`.');
      return undefined;
    }
    this.at++;
    let reported = false;
    const value = readValue(first, this.dialect, mayBeEmpty, (problem) => {
      reported = true;
      this.report(problem);
    });
    const next = this.part;
    // What is left behind a broken value is a consequence.
    if (!next || reported || (filters && this.startsFilter())) return value;
    this.surplus(first, next);
    return value;
  }

  /** What follows a value on its line: a comment, or the rest of a value that should be in quotes. */
  private surplus(first: Part, next: Part) {
    const last = this.parts.at(-1) as Part;
    if (next.kind === "word" && !next.quoted && next.text.startsWith("#")) return this.finish(0);
    if (first.kind === "mark") return;
    if (first.kind !== "word") {
      this.problem("extra-word", next, last, "Nothing may follow the closing bracket.");
      return;
    }
    if (first.unclosed) return;
    this.report({
      kind: "value-needs-quotes",
      start: first.start,
      end: last.end,
      message: first.text.startsWith("'")
        ? "Single quotes mean nothing to zonecfg: a value with blanks is put in double quotes."
        : "A value with blanks, `=`, brackets or quotes in it must be in double quotes.",
    });
  }

  private startsFilter(): boolean {
    const kind = this.kind();
    return kind !== undefined && (isProperty(kind) || this.isMark("=", 1));
  }

  /** `property=value …`, at most three; or a number where the platform has these. */
  protected filters() {
    const { part } = this;
    if (
      this.dialect.resourceNumbers &&
      part?.kind === "word" &&
      isNumber(part.text) &&
      !this.isMark("=", 1)
    ) {
      this.command.number = wordOf(this.take());
      return this.finish(1);
    }
    const verb = this.command.word.name ?? "";
    for (let count = 0; this.part; count++) {
      const kind = this.kind();
      if (kind === undefined || (!isProperty(kind) && !this.isMark("=", 1))) {
        const word = this.part;
        const last = this.parts.at(-1) as Part;
        if (word.kind === "word" && !word.text.startsWith("#"))
          return this.problem(
            "missing-equals",
            word,
            last,
            `\`${verb}\` finds a resource by \`property=value\`.`,
          );
        return this.finish(0);
      }
      if (count === MOST_FILTERS)
        return this.problem(
          "too-many-filters",
          this.part,
          this.parts.at(-1) as Part,
          `\`${verb}\` takes at most three filters.`,
        );
      const name = this.take();
      if (!isProperty(kind)) this.unknownWord(name, "property");
      if (!this.isMark("=")) {
        this.problem("missing-equals", name, name, `\`=\` and a value are missing behind \`${name.text}\`.`);
        return this.assign(name, undefined, undefined, isProperty(kind));
      }
      const mark = this.take();
      this.assign(name, mark, this.value(mark, { mayBeEmpty: false, filters: true }), isProperty(kind));
      if (this.part && !this.startsFilter()) return;
    }
  }

  /** A resource type; false where there is none, which is reported. */
  protected resource(): boolean {
    const kind = this.kind();
    if (kind === undefined) {
      this.finish(1);
      return false;
    }
    const word = this.take();
    this.command.resource = nameOf(word, isResource(kind));
    if (isResource(kind)) return true;
    this.unknownWord(word, "resource");
    return false;
  }
}
