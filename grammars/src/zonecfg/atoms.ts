import type { TokenType } from "chevrotain";
import { trimmedEnd } from "../common/spacing.ts";
import {
  CloseComplex,
  CloseList,
  Comma,
  CommandToken,
  Equals,
  Newline,
  OpenComplex,
  OpenList,
  Semicolon,
  tokenize,
  Unclosed,
  UnknownCommand,
} from "./lexer.ts";
import { type Command, isRefused, type Section } from "./tree.ts";

/** What a printer of command files moves about but never changes. Newlines are none: they end commands, and stay. */
export interface Atom {
  readonly kind: AtomKind;
  /** In the document. */
  readonly start: number;
  /** In the document; of a comment without the blanks at the end of its line. */
  readonly end: number;
  /** What a command does, where it begins. */
  readonly command?: Command | undefined;
}

/** `carriageReturn` is a line with nothing else; `frozen` a stretch that is no command file, or one with errors. */
export type AtomKind =
  | "command"
  | "word"
  | "equals"
  | "comma"
  | "open"
  | "close"
  | "semicolon"
  | "comment"
  | "carriageReturn"
  | "frozen";

const KINDS: ReadonlyMap<TokenType, AtomKind> = new Map<TokenType, AtomKind>([
  [CommandToken, "command"],
  [UnknownCommand, "command"],
  [Equals, "equals"],
  [Comma, "comma"],
  [OpenList, "open"],
  [OpenComplex, "open"],
  [CloseList, "close"],
  [CloseComplex, "close"],
  [Semicolon, "semicolon"],
]);

/**
 * The atoms of a document, in text order. `commands` is its text without what belongs to a shell, `text` the whole;
 * where they differ, and in sections with errors, it is frozen.
 */
export function atomsOf(text: string, commands: string, sections: readonly Section[]): Atom[] {
  const atoms: Atom[] = [];
  for (const section of sections) {
    const { start, length } = section;
    // The lines of a shell around a here-document are told apart one by one.
    const ofSection = section.errors.some((error) => isRefused(error) && error.kind !== "shell-line")
      ? undefined
      : atomsIn(commands.slice(start, start + length), start, section);
    if (!ofSection) {
      atoms.push({ kind: "frozen", start, end: start + length });
      // Which resource is open is known all the same: of the last command that says so.
      for (const command of section.commands)
        if (opens(command) || closes(command))
          atoms.push({ kind: "frozen", start: start + length, end: start + length, command });
      continue;
    }
    for (const atom of ofSection) atoms.push(text === commands ? atom : oursOrFrozen(text, commands, atom));
  }
  return atoms;
}

/** Whether a command begins a resource, whose properties come behind it. */
export function opens({ word, resource }: Command): boolean {
  return resource !== undefined && (word.name === "add" || word.name === "select");
}

/** Whether a command ends the resource at hand. */
export function closes({ word }: Command): boolean {
  return word.name === "end" || word.name === "cancel" || word.name === "create";
}

/** Whether a stretch has the same tokens and comments as another, blank lines aside. */
export function sameAtoms(before: string, after: string): boolean {
  const old = atomsIn(before, 0);
  const now = atomsIn(after, 0);
  if (!old || !now || old.length !== now.length) return false;
  return old.every((atom, index) => {
    const other = now[index] as Atom;
    if (atom.kind !== other.kind) return false;
    if (before.slice(atom.start, atom.end) !== after.slice(other.start, other.end)) return false;
    return endsCommand(before, old, index) === endsCommand(after, now, index);
  });
}

/** Whether a newline lies between an atom and the next one. */
function endsCommand(text: string, atoms: readonly Atom[], index: number): boolean {
  return text.slice((atoms[index] as Atom).end, atoms[index + 1]?.start).includes("\n");
}

/** Of a script: an atom as it is, or frozen where it stands for what belongs to the shell. */
function oursOrFrozen(text: string, commands: string, atom: Atom): Atom {
  const { kind, start } = atom;
  const newline = kind === "comment" ? text.indexOf("\n", start) : atom.end;
  const end = newline < 0 ? text.length : newline;
  return text.slice(start, end) === commands.slice(start, end) ? atom : { kind: "frozen", start, end };
}

/** `undefined` where a quote runs over its line. */
function atomsIn(stretch: string, offset: number, section?: Section): Atom[] | undefined {
  const { tokens, groups } = tokenize(stretch);
  const comments = groups["comments"] ?? [];
  const atoms: Atom[] = [];
  let nextComment = 0;
  const commentsBefore = (before: number) => {
    for (
      let token = comments[nextComment];
      token && token.startOffset < before;
      token = comments[++nextComment]
    ) {
      const start = offset + token.startOffset;
      atoms.push({ kind: "comment", start, end: start + trimmedEnd(token.image, 0, token.image.length) });
    }
  };
  let nextCommand = 0;
  for (const { tokenType, startOffset, image } of tokens) {
    if (tokenType === Unclosed) return undefined;
    if (tokenType === Newline) continue;
    commentsBefore(startOffset);
    const start = offset + startOffset;
    const range = { start, end: start + image.length };
    if (section?.foreign.some((foreign) => foreign.start === startOffset)) {
      atoms.push({ kind: "frozen", ...range });
      continue;
    }
    const kind = image === "\r" ? "carriageReturn" : (KINDS.get(tokenType) ?? "word");
    if (kind !== "command") {
      atoms.push({ kind, ...range });
      continue;
    }
    const commands = section?.commands;
    while (commands && (commands[nextCommand]?.word.start ?? startOffset) < startOffset) nextCommand++;
    const command = commands?.[nextCommand];
    atoms.push({ kind, ...range, ...(command?.word.start === startOffset && { command }) });
  }
  commentsBefore(stretch.length);
  return atoms;
}
