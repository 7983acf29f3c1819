import {
  type Dialect,
  isNumber,
  isPlain,
  isProperty,
  isResource,
  MOST_FILTERS,
  MOST_WORDS,
  WordClass,
} from "./dialect.ts";
import { nameOf, PartReader, wordOf } from "./partReader.ts";
import type { Part, WordPart } from "./parts.ts";
import { commandMessage, foundBy, unknownWordMessage } from "./shapeMessages.ts";
import type { Command, SyntaxProblem, Value } from "./tree.ts";
import { readValue, unclosedQuote } from "./values.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type Report = (problem: SyntaxProblem) => void;

/**
 * Gives the parts behind a command word their meaning, by the command, and reports what does not fit at the place
 * where a person would mend it. Source: the rules of zonecfg_grammar.y, command by command.
 */
export function shape(
  command: Mutable<Command>,
  parts: readonly Part[],
  dialect: Dialect,
  report: Report,
): void {
  new Shaper(command, parts, dialect, report).run();
}

/**
 * A list with one more at its end. Most have one item, and no room for others is left in them: an array that grows
 * takes room for seventeen, which a large file would feel.
 */
const withMore = <T>(list: readonly T[], item: T): readonly T[] =>
  list.length === 0 ? [item] : [...list, item];

class Shaper extends PartReader {
  private readonly command: Mutable<Command>;
  private readonly report: Report;

  constructor(command: Mutable<Command>, parts: readonly Part[], dialect: Dialect, report: Report) {
    super(parts, dialect);
    this.command = command;
    this.report = report;
  }

  run() {
    const { command, parts } = this;
    const { name } = command.word;
    for (const part of parts) if (part.kind === "word" && part.unclosed) unclosedQuote(part, this.report);
    if (name === undefined) this.unknownCommand();
    else if (name === "add") this.add();
    else if (name === "set") this.set();
    else if (name === "select") this.select();
    else if (name === "remove") this.remove();
    else if (name === "clear") this.clear();
    else if (name === "info") this.info();
    else this.words(MOST_WORDS.get(name) ?? 0);
  }

  private argument(word: WordPart) {
    this.command.args = withMore(this.command.args, wordOf(word));
  }

  private problem(kind: SyntaxProblem["kind"], from: Part, to: Part, message: string, more?: object) {
    this.report({ kind, start: from.start, end: to.end, message, ...more });
  }

  private unknownCommand() {
    const { word } = this.command;
    this.report({
      kind: "unknown-command",
      start: word.start,
      end: word.end,
      message: commandMessage(word.text),
      expected: "command",
    });
  }

  /** Nothing may follow any more; `after` says what the command has had. */
  private finish(most: number) {
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

  /** Commands that take a few plain words: `create`, `end`, `exit` and so on. */
  private words(most: number) {
    for (let count = 0; count < most && this.part?.kind === "word"; count++) {
      const kind = this.kind() as WordClass;
      if (!isPlain(kind)) {
        const word = this.take();
        this.problem(
          "misplaced-word",
          word,
          word,
          `\`${word.text}\` is a keyword, so that it cannot stand here as it is: put it in quotes.`,
          { suggestion: `"${word.text}"` },
        );
        this.argument(word);
        return;
      }
      this.argument(this.take());
    }
    this.finish(most);
  }

  private missing(what: string) {
    const { word } = this.command;
    this.report({
      kind: "missing-argument",
      start: word.start,
      end: word.end,
      message: `\`${word.name ?? ""}\` needs ${what}.`,
    });
  }

  private add() {
    const kind = this.kind();
    if (this.part === undefined) return this.missing("a resource type, or a property and its value");
    if (kind === undefined) return this.finish(1);
    if (isProperty(kind) && !(kind === WordClass.SoftProperty && this.parts.length === 1))
      return this.property(false);
    if (isResource(kind)) {
      this.command.resource = nameOf(this.take(), true);
      if (!this.part || !isProperty(this.kind() ?? WordClass.Plain)) return this.finish(1);
      return this.problem(
        "extra-word",
        this.part,
        this.parts.at(-1) as Part,
        "`add` takes the resource type alone; its properties follow in `set` commands of their own.",
      );
    }
    const word = this.take();
    this.argument(word);
    if (!this.part) return;
    if (this.kind() === undefined || !word.text.startsWith("#"))
      return this.unknownWord(word, "property", "resource");
    this.at--;
    this.finish(1);
  }

  private set() {
    if (this.part === undefined) return this.missing("a property and its value");
    const kind = this.kind();
    if (kind === undefined) return this.finish(0);
    const assigned = this.isMark("=", 1);
    if (isProperty(kind) && (kind === WordClass.Property || assigned)) return this.property(true);
    const word = this.take();
    if (!word.quoted && word.text === "-F" && this.part) {
      this.argument(word);
      const next = this.part;
      if (next.kind === "word" && next.text === "zonepath") return this.property(true);
      return this.problem("misplaced-word", word, word, "`set -F` goes with `zonepath` alone.");
    }
    if (kind === WordClass.Resource)
      return this.problem(
        "misplaced-word",
        word,
        word,
        `\`${word.text}\` is a resource type: its properties are set between \`add ${word.text}\` (or \`select\`) and \`end\`.`,
      );
    this.unknownWord(word, "property");
    this.at--;
    this.property(true, true);
  }

  /** `property=value`, or without `=` where the command wants none. */
  private property(equals: boolean, unknown = false) {
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
  private filters() {
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

  private select() {
    if (this.part === undefined) return this.missing("a resource type");
    if (!this.resource()) return;
    if (this.part) return this.filters();
    const { resource } = this.command;
    if (resource && !this.dialect.singleResources.has(resource.text))
      this.missing(
        `a filter that finds one \`${resource.text}\`, as in \`select ${resource.text} ${foundBy(resource.text)}=…\``,
      );
  }

  private remove() {
    const { part } = this;
    if (part === undefined) return this.missing("a resource type");
    const kind = this.kind();
    if (kind === undefined) return this.finish(1);
    if (kind === WordClass.Plain && part.kind === "word" && part.text.startsWith("-"))
      return this.removeForced();
    if (isProperty(kind)) return this.property(false);
    if (!isResource(kind) && this.isMark("=", 1)) return this.unknownWord(this.take(), "resource");
    if (!this.resource()) return;
    if (!this.isMark("=")) return this.filters();
    this.problem(
      "stray-equals",
      this.part as Part,
      this.parts.at(-1) as Part,
      "A resource is found by `property=value` behind its type, as in `remove fs dir=/export`.",
    );
  }

  /** `remove -F`. */
  private removeForced() {
    this.argument(this.take());
    if (!this.part) return this.missing("a resource type");
    const next = this.kind();
    const { removeForceFilter } = this.dialect;
    if (removeForceFilter && next !== undefined && isProperty(next)) return this.property(false);
    if (!this.resource() || !this.part) return;
    if (removeForceFilter) return this.filters();
    this.problem(
      "extra-word",
      this.part,
      this.parts.at(-1) as Part,
      "`remove -F` takes no filter here; SmartOS alone has that.",
    );
  }

  private clear() {
    if (this.part === undefined) return this.missing("a property");
    const kind = this.kind();
    if (kind === undefined) return this.finish(1);
    const word = this.take();
    this.command.property = nameOf(word, isProperty(kind));
    if (!isProperty(kind)) this.unknownWord(word, "property");
    else this.finish(1);
  }

  private info() {
    const { part } = this;
    if (!part) return;
    const kind = this.kind();
    if (kind === undefined) return this.finish(1);
    const word = part as WordPart;
    if (isResource(kind)) {
      this.resource();
      return this.filters();
    }
    this.at++;
    if (isProperty(kind)) {
      this.command.property = nameOf(word, true);
      if (!this.dialect.infoProperties.has(word.text))
        this.problem(
          "misplaced-word",
          word,
          word,
          `\`info\` shows properties of the zone and whole resources: \`${word.text}\` belongs to a resource.`,
        );
      else this.finish(1);
      return;
    }
    if (this.dialect.infoAll && word.text === "-a") {
      this.argument(word);
      return this.finish(1);
    }
    this.unknownWord(word, "property", "resource");
  }

  /** A resource type; false where there is none, which is reported. */
  private resource(): boolean {
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

  private unknownWord(word: WordPart, expected: "resource" | "property", or?: "resource") {
    const message = unknownWordMessage(word, expected, or !== undefined, this.dialect.name);
    this.problem("unknown-word", word, word, message, { expected });
  }
}
