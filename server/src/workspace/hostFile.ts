import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from "jsonc-parser";
import { type Range, TextDocument } from "vscode-languageserver-textdocument";
import { complete } from "../host/machine/complete.ts";
import type { HostDescription, HostFile } from "../host/machine/definition.ts";
import type { HostProblem, HostProblemKind } from "../host/machine/problems.ts";
import { validateHostFile } from "../host/machine/validate.ts";

/** A mistake in a host file, where it stands: in UTF-16 code units from the start, and as line and character from 0. */
export interface PlacedProblem extends Found {
  readonly range: Range;
}

interface Found {
  readonly kind: HostProblemKind;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Reads a host file: JSON in which comments and a comma behind the last item are allowed. */
export function readHostFile(text: string): {
  /** As it is written. */
  file?: HostFile;
  /** With all that it leaves out. */
  description?: HostDescription;
  problems: PlacedProblem[];
} {
  const { file, problems } = read(text);
  const lines = TextDocument.create("", "jsonc", 0, text);
  const placed = problems.map((problem): PlacedProblem => {
    const range = { start: lines.positionAt(problem.start), end: lines.positionAt(problem.end) };
    return { ...problem, range };
  });
  return { ...(file && { file, description: complete(file) }), problems: placed };
}

function read(text: string): { file?: HostFile; problems: Found[] } {
  const content = withoutMark(text);
  const deep = tooDeep(content);
  if (deep !== undefined) {
    const message = "Nothing in a host file is as deep as this.";
    return { problems: [{ kind: "syntax", message, start: deep, end: deep + 1 }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(content, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !root) return { problems: [syntaxProblem(content, errors[0])] };
  // With a key twice, nobody knows which of the two values a further problem would be about.
  const repeated = repeatedKeys(root);
  if (repeated.length > 0) return { problems: repeated };
  const { file, problems } = validateHostFile(getNodeValue(root));
  const placed = problems.map((problem) => place(problem, root));
  placed.sort((a, b) => a.start - b.start || a.end - b.end);
  return file ? { file, problems: [] } : { problems: placed };
}

/** The tree of a host file, whatever is wrong in it; `undefined` where there is none or it is too deep. */
export function hostTree(text: string): Node | undefined {
  const content = withoutMark(text);
  return tooDeep(content) === undefined ? parseTree(content, [], { allowTrailingComma: true }) : undefined;
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, " ");
}

/** Objects and lists within each other. More would exhaust the call stack of what goes through them. */
const MOST_NESTED = 100;

/** Where a text goes deeper than that. */
function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    scanner.scan();
    const at = scanner.getTokenOffset();
    if (at >= text.length) return undefined;
    const sign = text[at];
    if ((sign === "{" || sign === "[") && ++depth > MOST_NESTED) return at;
    if (sign === "}" || sign === "]") depth--;
  }
}

/** Only the first error counts: what follows is mostly its consequence. */
function syntaxProblem(text: string, error: ParseError | undefined): Found {
  const name = error && printParseErrorCode(error.error);
  // Of a file without any value jsonc-parser says this, too.
  if (!error || (name === "ValueExpected" && stripComments(text).trim() === "")) {
    const message = 'The file is empty: it needs at least { "system": "freebsd" }.';
    return { kind: "syntax", message, start: 0, end: text.length };
  }
  const message = SYNTAX[name ?? ""] ?? "This is no JSON.";
  const start = Math.min(error.offset, text.length);
  return { kind: "syntax", message, start, end: Math.min(text.length, start + Math.max(1, error.length)) };
}

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: "This is no value of JSON: texts stand in double quotes.",
  InvalidNumberFormat: "This is no number of JSON.",
  PropertyNameExpected: "A key in double quotes is expected here.",
  ValueExpected: "A value is expected here.",
  ColonExpected: "A colon is missing between key and value.",
  CommaExpected: "A comma is missing before this.",
  CloseBraceExpected: "A closing brace is missing.",
  CloseBracketExpected: "A closing bracket is missing.",
  EndOfFileExpected: "The file goes on behind its end.",
  UnexpectedEndOfComment: "The comment is not closed.",
  UnexpectedEndOfString: "The text is not closed: a double quote is missing.",
  UnexpectedEndOfNumber: "The number is not complete.",
  InvalidUnicode: "An escape \\u needs four hexadecimal digits.",
  InvalidEscapeCharacter: "JSON has no such escape: a backslash is written as two.",
  InvalidCharacter: "A text must not contain line breaks or control characters: write them as escapes.",
};

/** Keys that an object has twice: JSON would silently take the last. */
function repeatedKeys(node: Node): Found[] {
  const found: Found[] = [];
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    const [key] = node.type === "object" ? (child.children ?? []) : [];
    if (key) {
      const name = String(key.value);
      if (seen.has(name))
        found.push({ kind: "duplicate", message: `\`${name}\` is there already.`, ...rangeOf(key) });
      seen.add(name);
    }
    for (const inner of repeatedKeys(child)) found.push(inner);
  }
  return found;
}

function place({ kind, path, atKey, message }: HostProblem, root: Node): Found {
  const node = findNodeAtLocation(root, [...path]) ?? root;
  const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
  if (atKey && key) return { kind, message, ...rangeOf(key) };
  // What lacks something is marked by its first character only.
  if (kind === "missing") return { kind, message, start: node.offset, end: node.offset + 1 };
  return { kind, message, ...rangeOf(node) };
}

function rangeOf({ offset, length }: Node) {
  return { start: offset, end: offset + length };
}
