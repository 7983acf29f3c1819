import { ArgumentReader, type Mutable, type Report } from "./argumentReader.ts";
import { type Dialect, isPlain, isProperty, isResource, MOST_WORDS, WordClass } from "./dialect.ts";
import { nameOf } from "./partReader.ts";
import type { Part, WordPart } from "./parts.ts";
import { commandMessage, foundBy } from "./shapeMessages.ts";
import type { Command } from "./tree.ts";
import { unclosedQuote } from "./values.ts";

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

/** Each command by the words that it takes. */
class Shaper extends ArgumentReader {
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
}
