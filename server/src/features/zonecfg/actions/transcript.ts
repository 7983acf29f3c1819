import type { TextRange } from "@zonewarden/grammars/common/range";
import { isScript, withoutShell } from "@zonewarden/grammars/zonecfg/script";
import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { CodeActionKind } from "vscode-languageserver-types";
import type { ZoneSource } from "../../../configuration/zonecfg/types.ts";
import type { Action } from "../../types.ts";

/**
 * A session that was copied from a terminal, or a shell script, becomes a command file: prompts, output and lines of
 * the shell go, commands stay. Offered where the selection has something of the kind.
 */
export function commandFileAction(document: ZoneSource, range: TextRange): Action[] {
  const { text } = document;
  const script = isScript(text);
  if (!script && !document.sections.some((section) => meets(section, range) && isForeign(section))) return [];
  const { edits, bodies } = new Rewriting(document, script).run();
  // Two bodies would not be one command file.
  if (script && bodies !== 1) return [];
  const lines = wholeLines(text, range);
  if (!edits.some((edit) => edit.start < lines.end && lines.start < edit.end)) return [];
  return [
    {
      title: "Turn into a command file",
      kind: CodeActionKind.RefactorRewrite,
      edits: edits.map((edit) => ({ range: edit, newText: "" })),
    },
  ];
}

function meets({ start, length }: Section, range: TextRange): boolean {
  return start <= range.end && range.start <= start + length;
}

/** Whether there is something in a section that belongs to a session or a shell. */
function isForeign({ foreign, commands, errors }: Section): boolean {
  return (
    foreign.length > 0 ||
    commands.some((command) => command.prompt) ||
    errors.some(({ kind }) => kind === "transcript")
  );
}

function wholeLines(text: string, { start, end }: TextRange): TextRange {
  const newline = text.indexOf("\n", end);
  return {
    start: start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1,
    end: newline < 0 ? text.length : newline + 1,
  };
}

/** A prompt with nothing behind it. */
const BARE_PROMPT = /^[ \t]*zonecfg:[^\s>;"]*>\s*$/;

/** Finds out which lines go. */
class Rewriting {
  private readonly document: ZoneSource;
  /** Whether there are prompts: then what has none may be output. */
  private readonly hasPrompts: boolean;
  /** The text without the shell's, where it is a script. */
  private readonly plain: string | undefined;
  private readonly edits: { start: number; end: number }[] = [];
  private bodies = 0;
  /** Whether the line before goes. */
  private dropping = false;
  /** Whether a command has been kept since the last line that goes. */
  private inBody = false;

  constructor(document: ZoneSource, script: boolean) {
    this.document = document;
    this.plain = script ? withoutShell(document.text) : undefined;
    this.hasPrompts = document.sections.some((section) => section.commands.some((command) => command.prompt));
  }

  run(): { readonly edits: readonly TextRange[]; readonly bodies: number } {
    for (const section of this.document.sections) this.section(section);
    return { edits: this.edits, bodies: this.bodies };
  }

  private section({ start, length, commands, foreign }: Section) {
    const { text } = this.document;
    let next = 0;
    let nextForeign = 0;
    for (let from = 0; from < length; ) {
      const newline = text.indexOf("\n", start + from);
      const to = newline < 0 ? length : Math.min(newline + 1 - start, length);
      const here: Command[] = [];
      for (; next < commands.length && (commands[next] as Command).start < to; next++)
        here.push(commands[next] as Command);
      let isForeign = false;
      for (; nextForeign < foreign.length && (foreign[nextForeign] as TextRange).start < to; nextForeign++)
        isForeign = true;
      this.line({ start: start + from, end: start + to }, start, isForeign ? [] : here, isForeign);
      from = to;
    }
  }

  private line(line: TextRange, base: number, commands: readonly Command[], isForeign: boolean) {
    const text = this.document.text.slice(line.start, line.end);
    const isBlank = text.trim() === "";
    if (isForeign || (isBlank && this.dropping) || this.isShell(line, text) || BARE_PROMPT.test(text))
      return this.drop(line);
    const [first] = commands;
    if (
      first &&
      !first.prompt &&
      this.hasPrompts &&
      commands.every((command) => this.isOutput(command, base))
    )
      return this.drop(line);
    this.dropping = false;
    for (const { prompt, word } of commands)
      if (prompt) this.edits.push({ start: base + prompt.start, end: base + word.start });
    if (first && !this.inBody) {
      this.inBody = true;
      this.bodies++;
    }
  }

  private isShell({ start, end }: TextRange, text: string): boolean {
    return this.plain !== undefined && this.plain.slice(start, end) !== text;
  }

  /** `zonepath: /zones/web` is no command, and neither is `address: 192.0.2.1`, though it begins like one. */
  private isOutput({ word }: Command, base: number): boolean {
    return word.name === undefined || !/^[\s;]?$/.test(this.document.text.charAt(base + word.end));
  }

  private drop({ start, end }: TextRange) {
    const last = this.edits.at(-1);
    if (last?.end === start) last.end = end;
    else this.edits.push({ start, end });
    this.dropping = true;
    if (this.plain !== undefined) this.inBody = false;
  }
}
