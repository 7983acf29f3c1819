import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { expandPattern } from "./glob.ts";
import { escaped, hasWildcard, unescaped } from "./pattern.ts";
import type { Part, Script, Word } from "./syntax.ts";

/** Words become fields. Source: sh(1), Word Expansions. */

/** What an expansion asks of the shell that does it. */
export interface Expander {
  readonly host: Host;
  readonly process: Process;
  /** The value of a variable or special parameter; undefined where it is not set. */
  value(name: string): string | undefined;
  readonly parameters: readonly string[];
  /** What the commands print, without the newlines at the end. */
  substitute(script: Script): string;
  /** Counts what was made, and stops the shell where it is too much. */
  charge(characters: number): void;
}

/** A field on the way: a pattern in which everything quoted is escaped. */
interface Field {
  pattern: string;
  /** It is there even when empty. */
  quoted: boolean;
}

/** All fields of all words: variables and commands are split, names of files are found. */
export function expandWords(shell: Expander, words: readonly Word[]): string[] {
  return words.flatMap((word) => expandWord(shell, word));
}

function expandWord(shell: Expander, word: Word): string[] {
  const fields: Field[] = [];
  let current: Field | undefined;
  const add = (pattern: string, quoted: boolean): void => {
    if (pattern === "" && !quoted) return;
    current ??= { pattern: "", quoted: false };
    current.pattern += pattern;
    current.quoted ||= quoted;
  };
  const end = (): void => {
    if (current) fields.push(current);
    current = undefined;
  };
  for (const part of expandTilde(shell, word)) {
    if (part.kind === "text") {
      add(part.quoted ? escaped(part.text) : part.text.replaceAll("\\", "\\\\"), part.quoted);
      continue;
    }
    if (part.kind === "variable" && part.name === "@" && part.quoted) {
      shell.parameters.forEach((parameter, i) => {
        if (i > 0) end();
        add(escaped(parameter), true);
      });
      continue;
    }
    if (part.kind === "variable" && part.fallback && isMissing(shell, part) && !part.quoted) {
      // The words behind `:-` keep their own quotes.
      const inner = part.fallback.word.flatMap((piece): Part[] =>
        piece.kind === "text" && !piece.quoted ? splitText(piece.text) : [piece],
      );
      for (const piece of inner)
        if (piece.kind === "text" && !piece.quoted && piece.text === " ") end();
        else if (piece.kind === "text") add(piece.quoted ? escaped(piece.text) : piece.text, piece.quoted);
        else split(textOf(shell, piece), add, end);
      continue;
    }
    const text = textOf(shell, part);
    if (part.quoted) add(escaped(text), true);
    else split(text, add, end);
  }
  end();
  return fields.flatMap(({ pattern, quoted }) => {
    shell.charge(pattern.length + 1);
    if (!hasWildcard(pattern)) return pattern === "" && !quoted ? [] : [unescaped(pattern)];
    const found = expandPattern(shell.host, shell.process, pattern);
    for (const path of found) shell.charge(path.length + 1);
    return found.length > 0 ? found : [unescaped(pattern)];
  });
}

/** Splits at blanks and newlines. */
function split(text: string, add: (pattern: string, quoted: boolean) => void, end: () => void): void {
  for (const piece of text.match(/[ \t\n]+|[^ \t\n]+/g) ?? [])
    if (/^[ \t\n]/.test(piece)) end();
    else add(piece.replaceAll("\\", "\\\\"), false);
}

function splitText(text: string): Part[] {
  return (text.match(/\s+|\S+/g) ?? []).map((piece) => ({
    kind: "text",
    text: piece.trim() === "" ? " " : piece,
    quoted: false,
  }));
}

/** One text, neither split nor matched: values of assignments, targets of redirections. */
export function expandText(shell: Expander, word: Word): string {
  const text = expandTilde(shell, word)
    .map((part) => (part.kind === "text" ? part.text : textOf(shell, part)))
    .join("");
  shell.charge(text.length + 1);
  return text;
}

function isMissing(shell: Expander, part: Extract<Part, { kind: "variable" }>): boolean {
  const value = shell.value(part.name);
  return value === undefined || (value === "" && part.fallback?.emptyToo === true);
}

function textOf(shell: Expander, part: Exclude<Part, { kind: "text" }>): string {
  const text =
    part.kind === "command"
      ? shell.substitute(part.script)
      : part.fallback && isMissing(shell, part)
        ? expandText(shell, part.fallback.word)
        : (shell.value(part.name) ?? "");
  shell.charge(text.length);
  return text;
}

/** `~` in front stands for the home directory. */
function expandTilde(shell: Expander, word: Word): Word {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.quoted || !/^~(?:\/|$)/.test(first.text)) return word;
  if (first.text === "~" && rest.length > 0) return word;
  const home = shell.value("HOME");
  if (home === undefined) return word;
  return [
    { kind: "text", text: home, quoted: true },
    { kind: "text", text: first.text.slice(1), quoted: false },
    ...rest,
  ];
}
