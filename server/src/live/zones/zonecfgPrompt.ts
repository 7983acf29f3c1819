import { type Dialect, dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import { absolute } from "../../configuration/origin.ts";
import { exportText } from "../../configuration/zonecfg/export.ts";
import { infoText } from "../../configuration/zonecfg/info.ts";
import { run } from "../../configuration/zonecfg/run.ts";
import type { ZonePart } from "../../configuration/zonecfg/types.ts";
import { complete } from "../../features/zonecfg/completion.ts";
import { refusalOf } from "../../validation/zonecfg/refusals.ts";
import type { Completion } from "../completion.ts";
import { appended, applied, endOfCommands, type FileEdit, inPlace, isRecorded } from "./zonecfgEdits.ts";

/**
 * The prompt of zonecfg(8) over a command file: what is typed is a change of the zone that the file makes, and `commit`
 * writes it into the file, see `zonecfgEdits.ts`. Source: usr/src/cmd/zonecfg/zonecfg.c (interactive mode).
 */

/** The text of a zone in its file, as it is now. */
export interface ZoneText {
  readonly text: string;
  readonly path: string;
}

export interface Answer {
  readonly output: string;
  readonly status: number;
  /** Null: it has ended. */
  readonly prompt: string | null;
  /** What changes in the text of the zone. */
  readonly edits?: readonly FileEdit[];
}

/** Commands that say nothing of the zone itself. */
const TALK = /^\s*(?:info|export|verify|help|commit|exit|revert|\?|#|$)/;
/** What ends a command file without changing the zone. */
const ENDING = /^[ \t]*(?:commit|exit|verify)\b[^\n]*$/;

export class ZonecfgPrompt {
  readonly zone: string;
  private readonly platform: Platform;
  private readonly dialect: Dialect;
  private readonly textOf: () => ZoneText | undefined;
  /** Commands since the last commit that were accepted. */
  private typed: string[] = [];

  constructor(zone: string, platform: Platform, textOf: () => ZoneText | undefined) {
    this.zone = zone;
    this.platform = platform;
    this.dialect = dialects[platform];
    this.textOf = textOf;
  }

  get prompt(): string {
    const scope = this.scopeOf(this.typed);
    return scope === undefined ? `zonecfg:${this.zone}> ` : `zonecfg:${this.zone}:${scope}> `;
  }

  enter(line: string): Answer {
    const now = this.textOf();
    if (!now)
      return { output: `zonecfg: the file no longer has a zone ${this.zone}\n`, status: 1, prompt: null };
    const [word = ""] = line.trim().split(/\s+/);
    const scope = this.scopeOf(this.typed);
    const [error] = observe(`${line}\n`, this.dialect).errors;
    if (error) return this.say(`${error.message}\n`, 1);
    switch (word) {
      case "":
        return this.say("");
      case "info":
        return this.say(this.shown(infoText));
      case "export":
        return this.say(this.shown(exportText));
      case "verify":
      case "commit":
      case "exit":
        return scope === undefined
          ? this.finish(word, line, now)
          : this.say(`${word}: end or cancel the resource ${scope} first\n`, 1);
      case "revert":
        this.typed = [];
        return this.say("");
      case "cancel":
        if (scope === undefined) return this.say("cancel: there is no resource to leave\n", 1);
        this.typed = this.typed.slice(0, this.beginOfScope());
        return this.say("");
      case "create":
      case "delete":
        return this.say(`${word}: here a zone is made and deleted by the file itself\n`, 1);
    }
    const complaints = this.complaints([...this.typed, line]);
    if (complaints.length > 0) return this.say(complaints.map((text) => `${text}\n`).join(""), 1);
    if (!TALK.test(line)) this.typed.push(line);
    return this.say("");
  }

  private say(output: string, status = 0): Answer {
    return { output, status, prompt: this.prompt };
  }

  /** What is wrong with the zone as a whole stops a commit, too; `exit -F` drops what was not committed. */
  private finish(word: string, line: string, { text }: ZoneText): Answer {
    if (word === "exit" && /\s-F\b/.test(line)) return { output: "", status: 0, prompt: null };
    const wrong = this.evaluate(this.typed).complaints.flatMap((complaint) => refusalOf(complaint) ?? []);
    if (wrong.length > 0) {
      const output = wrong.map((message) => `${this.zone}: ${message}\n`).join("");
      return this.say(output, 1);
    }
    const commands = this.typed;
    const prompt = word === "exit" ? null : this.prompt;
    if (word === "verify" || commands.length === 0) return { output: "", status: 0, prompt };
    const edits = this.editsOf(text, commands);
    if (!edits) return this.say(`${word}: the file cannot be made to say this; change it by hand\n`, 1);
    this.typed = [];
    return { output: "", status: 0, prompt: word === "exit" ? null : this.prompt, edits };
  }

  /** In the places of what the file says, if it then says the same as with all that was typed behind it. */
  private editsOf(text: string, commands: readonly string[]): readonly FileEdit[] | undefined {
    if (isRecorded(text, this.dialect)) return undefined;
    const { part } = this.evaluate(commands);
    const wanted = part && contentOf(part);
    return [inPlace(text, commands, this.dialect), appended(text, commands, this.dialect)].find((edits) => {
      const { part: found, complaints } = this.configurationOf(applied(text, edits));
      const isWrong = complaints.some((complaint) => refusalOf(complaint) !== undefined);
      return !isWrong && found && contentOf(found) === wanted;
    });
  }

  complete(text: string): Completion {
    const { configuration, document, at } = this.evaluate(this.typed, text);
    const { items } = complete({ configuration, document, platform: this.platform }, at + text.length);
    const first = items[0];
    const from = first ? Math.max(0, first.range.start - at) : text.length;
    const word = text.slice(from);
    const words = items
      .filter(({ filterText, range }) => range.start - at === from && filterText.startsWith(word))
      .map(({ label }) => label);
    return { from, words: [...new Set(words)] };
  }

  private shown(text: (part: ZonePart) => string): string {
    const { part } = this.evaluate(this.typed);
    return part ? text(part) : "";
  }

  /** What the program says to the last of these lines. */
  private complaints(lines: readonly string[]): string[] {
    const line = lines.at(-1) ?? "";
    const { at, part, complaints } = this.evaluate(lines.slice(0, -1), line);
    // That a resource is still open is no fault before the end.
    const open = part?.unfinished && absolute(part.unfinished).start;
    return complaints.flatMap((complaint) => {
      const { start } = absolute(complaint.origin);
      const isOfLine = start >= at && start <= at + line.length && start !== open;
      return isOfLine ? (refusalOf(complaint) ?? []) : [];
    });
  }

  /**
   * The zone after some lines, which stand where they would be added to the file; `more` is the line at hand, and may
   * be incomplete. `at` is where that begins.
   */
  private evaluate(lines: readonly string[], more?: string) {
    const { text } = this.textOf() ?? { text: "" };
    const end = endOfCommands(text, this.dialect);
    const head = text
      .slice(0, end)
      .split("\n")
      .map((line) => (ENDING.test(line) ? "" : line))
      .join("\n");
    const base = `${head.replace(/(?<=[^\n])$/, "\n")}${lines.map((line) => `${line}\n`).join("")}`;
    const typed = more === undefined ? "" : `${more}\n`;
    // Of what follows, commands end the zone; what a shell makes of its here-documents belongs to them.
    const tail = text.slice(end).replace(/^[ \t]*(?:commit|exit|verify)\b[^\n]*/gm, "");
    return { at: base.length, ...this.configurationOf(`${base}${typed}${tail}`) };
  }

  private configurationOf(text: string) {
    const { path } = this.textOf() ?? { path: "" };
    const document = { path, text, sections: ZoneDocument.parse(text, this.dialect).sections };
    const configuration = run(document, { platform: this.platform, lenient: true });
    return {
      document,
      configuration,
      part: configuration.parts.at(-1),
      complaints: configuration.complaints,
    };
  }

  /** The resource that is open after some lines. */
  private scopeOf(lines: readonly string[]): string | undefined {
    let open: string | undefined;
    for (const line of lines) {
      const [word, type] = line.trim().split(/\s+/);
      if (word === "end") open = undefined;
      else if (
        (word === "add" || word === "select") &&
        open === undefined &&
        type !== undefined &&
        isResource(line)
      )
        open = type;
    }
    return open;
  }

  private beginOfScope(): number {
    return this.typed.findLastIndex((line) => /^\s*(?:add|select)\b/.test(line) && isResource(line));
  }
}

/** What a zone is, whatever the order in which that was said. */
function contentOf(part: ZonePart): string {
  const blocks = exportText(part).split(/\n(?=add |set |create )/);
  return blocks
    .map((block) => block.trim())
    .sort()
    .join("\n");
}

/** `add net` opens a resource, `add fs-allowed=…` and `add options nosuid` set a property. */
function isResource(line: string): boolean {
  const [word, , ...rest] = line.trim().split(/\s+/);
  return word === "select" ? rest.length > 0 : rest.length === 0;
}
