import type { Dialect } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import type { Assignment, Command } from "@zonewarden/grammars/zonecfg/tree";

/**
 * What commands of a zonecfg prompt change in the text of a command file. A value that the file sets is changed in its
 * place, and a resource that it adds is changed or taken out there; everything else is added behind its commands.
 */

/** Offsets in the text. */
export interface FileEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Commands that say nothing of the zone. */
const TALK: ReadonlySet<string> = new Set(["commit", "exit", "verify", "info", "export", "help"]);

/** A command of a file; offsets count from the beginning of the text. */
interface Placed {
  readonly command: Command;
  readonly offset: number;
}

/** A resource from `add` or `select` to `end`. */
interface Block {
  readonly open: Placed;
  readonly inside: readonly Placed[];
  readonly end: Placed;
}

/** Where commands are added: behind the last one that says something of the zone. */
export function endOfCommands(text: string, dialect: Dialect): number {
  const last = commandsOf(text, dialect).findLast(({ command }) => !TALK.has(command.word.name ?? ""));
  if (!last) return 0;
  const { command, offset } = last;
  return Math.min(text.length, offset + (command.terminator ?? command.end) + 1);
}

/** Whether a text is what a terminal showed: zonecfg(8) reads no such file. */
export function isRecorded(text: string, dialect: Dialect): boolean {
  return commandsOf(text, dialect).some(({ command }) => command.prompt !== undefined);
}

/** All that was typed, behind what is there. */
export function appended(text: string, typed: readonly string[], dialect: Dialect): FileEdit[] {
  if (typed.length === 0) return [];
  const at = endOfCommands(text, dialect);
  const before = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  const newText = `${before}${typed.map((line) => `${line.trim()}\n`).join("")}`;
  return [{ start: at, end: at, newText }];
}

/** As few changes as the commands allow. The caller holds what comes of them against what `appended` gives. */
export function inPlace(text: string, typed: readonly string[], dialect: Dialect): FileEdit[] {
  return new Editor(text, typed, dialect).edits();
}

export function applied(text: string, edits: readonly FileEdit[]): string {
  let result = text;
  for (const { start, end, newText } of edits.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + newText + result.slice(end);
  return result;
}

function commandsOf(text: string, dialect: Dialect): Placed[] {
  return ZoneDocument.parse(text, dialect).sections.flatMap(({ start, commands }) =>
    commands.filter(({ broken }) => !broken).map((command) => ({ command, offset: start })),
  );
}

class Editor {
  private readonly text: string;
  private readonly typed: readonly string[];
  private readonly dialect: Dialect;
  private readonly file: readonly (Placed | Block)[];
  /** By where they begin: a later change of the same place counts. */
  private readonly changes = new Map<number, FileEdit>();
  private readonly rest: string[] = [];

  constructor(text: string, typed: readonly string[], dialect: Dialect) {
    this.text = text;
    this.typed = typed;
    this.dialect = dialect;
    this.file = blocksOf(commandsOf(text, dialect));
  }

  edits(): FileEdit[] {
    const source = `${this.typed.join("\n")}\n`;
    for (const item of blocksOf(commandsOf(source, this.dialect))) {
      const isDone = "open" in item ? this.resource(item, source) : this.single(item, source);
      if (isDone) continue;
      const [first, last] = "open" in item ? [item.open, item.end] : [item, item];
      this.rest.push(...textOf(first, last, source).split("\n"));
    }
    return [...this.changes.values(), ...appended(this.text, this.rest, this.dialect)];
  }

  /** `set`, `clear` and `remove` outside of a resource. Whether it could be done in the file. */
  private single(typed: Placed, source: string): boolean {
    const { command } = typed;
    switch (command.word.name) {
      case "set": {
        const [wanted] = command.assignments;
        const known = wanted && this.setting(this.file, wanted.name.text);
        return (
          known !== undefined &&
          wanted !== undefined &&
          this.replace(known, wanted, valueText(wanted, typed, source))
        );
      }
      case "clear": {
        const known = command.property && this.setting(this.file, command.property.text);
        return known !== undefined && this.drop(known, known);
      }
      case "remove": {
        const block = command.resource && this.block(command);
        return block !== undefined && this.drop(block.open, block.end);
      }
      default:
        return false;
    }
  }

  /** `select` … `end`. */
  private resource({ open, inside, end: _ }: Block, source: string): boolean {
    if (open.command.word.name !== "select") return false;
    const block = this.block(open.command);
    if (!block) return false;
    for (const typed of inside) {
      const { command } = typed;
      const [wanted] = command.assignments;
      const name = wanted?.name.text ?? command.property?.text;
      const known = name === undefined ? undefined : this.setting(block.inside, name);
      const isDone =
        command.word.name === "set" && wanted && known
          ? this.replace(known, wanted, valueText(wanted, typed, source))
          : command.word.name === "clear" && known
            ? this.drop(known, known)
            : command.word.name !== "clear" && this.insertBefore(block.end, textOf(typed, typed, source));
      if (!isDone) return false;
    }
    return true;
  }

  /** The last `set` of a property. */
  private setting(among: readonly (Placed | Block)[], name: string): Placed | undefined {
    return among.findLast(
      (item): item is Placed =>
        !("open" in item) &&
        item.command.word.name === "set" &&
        item.command.assignments.some((one) => one.name.text === name),
    );
  }

  /** The only resource that the file adds and that a `select` or `remove` speaks of. */
  private block({ resource, assignments }: Command): Block | undefined {
    const found = this.file.filter(
      (item): item is Block =>
        "open" in item &&
        item.open.command.word.name === "add" &&
        item.open.command.resource?.text === resource?.text &&
        assignments.every((wanted) => this.hasValue(item, wanted)),
    );
    return found.length === 1 ? found[0] : undefined;
  }

  private hasValue(block: Block, { name, value }: Assignment): boolean {
    const known = this.setting(block.inside, name.text)?.command.assignments[0]?.value;
    return known?.kind === "simple" && value?.kind === "simple" && known.text === value.text;
  }

  private replace({ command, offset }: Placed, { name }: Assignment, newText: string | undefined): boolean {
    const value = command.assignments.find((one) => one.name.text === name.text)?.value;
    if (!value || newText === undefined) return false;
    return this.change({ start: offset + value.start, end: offset + value.end, newText });
  }

  /** Takes out whole lines where nothing else stands on them. */
  private drop(first: Placed, last: Placed): boolean {
    const { text } = this;
    const start = first.offset + first.command.start;
    const end = last.offset + last.command.end;
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const lineEnd = text.indexOf("\n", end);
    const isAlone =
      text.slice(lineStart, start).trim() === "" && (lineEnd < 0 || text.slice(end, lineEnd).trim() === "");
    if (!isAlone) return false;
    return this.change({ start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, newText: "" });
  }

  /** With the indentation that the commands of the resource have. */
  private insertBefore({ command, offset }: Placed, line: string): boolean {
    const at = this.text.lastIndexOf("\n", offset + command.start - 1) + 1;
    if (this.text.slice(at, offset + command.start).trim() !== "") return false;
    const above = this.text.slice(this.text.lastIndexOf("\n", at - 2) + 1, at);
    const indent = /^[ \t]*/.exec(above)?.[0] ?? "";
    const before = this.changes.get(at)?.newText ?? "";
    return this.change({ start: at, end: at, newText: `${before}${indent}${line.trim()}\n` });
  }

  private change(edit: FileEdit): boolean {
    this.changes.set(edit.start, edit);
    return true;
  }
}

/** Commands, with those of a resource together. One that is not ended stays as it is. */
function blocksOf(commands: readonly Placed[]): (Placed | Block)[] {
  const found: (Placed | Block)[] = [];
  for (let i = 0; i < commands.length; i++) {
    const open = commands[i] as Placed;
    const { word, resource, assignments } = open.command;
    const isOpen =
      resource !== undefined && (word.name === "select" || (word.name === "add" && assignments.length === 0));
    const to = isOpen ? commands.findIndex(({ command }, k) => k > i && command.word.name === "end") : -1;
    if (to < 0) {
      found.push(open);
      continue;
    }
    found.push({ open, inside: commands.slice(i + 1, to), end: commands[to] as Placed });
    i = to;
  }
  return found;
}

function textOf(first: Placed, last: Placed, source: string): string {
  return source.slice(first.offset + first.command.start, last.offset + last.command.end);
}

function valueText({ value }: Assignment, { offset }: Placed, source: string): string | undefined {
  return value && source.slice(offset + value.start, offset + value.end);
}
