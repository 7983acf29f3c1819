import type { Item, JailBlock, Section, Statement, StringNode } from "@zonewarden/grammars/jail-conf/tree";
import { definedVariable, isInclude, literal } from "@zonewarden/grammars/jail-conf/tree";
import type { Origin, ResolvedValue } from "../../../configuration/jail-conf/types.ts";

type Placed = readonly [Statement, JailBlock | undefined];

const placed = new WeakMap<Section, readonly Placed[]>();

/** All statements of a section that mean something, each with the block around it. Several subjects ask for them. */
export function statements(section: Section): readonly Placed[] {
  let found = placed.get(section);
  if (!found) {
    const list: Placed[] = [];
    collect(section.items, undefined, list);
    found = list;
    placed.set(section, found);
  }
  return found;
}

function collect(items: readonly Item[], block: JailBlock | undefined, into: Placed[]) {
  for (const item of items)
    if (item.kind === "jail") collect(item.items, item, into);
    else if (!item.broken) into.push([item, block]);
}

/** All blocks of a section, each with the blocks around it, outermost first. */
export function* blocks(
  items: readonly Item[],
  around: readonly JailBlock[] = [],
): Generator<readonly [JailBlock, readonly JailBlock[]]> {
  for (const item of items) {
    if (item.kind !== "jail") continue;
    yield [item, around];
    yield* blocks(item.items, [...around, item]);
  }
}

/** The name of the parameter that a statement sets; `undefined` for variables and for `.include`. */
export function parameterName(statement: Statement): string | undefined {
  return definedVariable(statement) || isInclude(statement) ? undefined : literal(statement.name);
}

/** The text of a place as it is written. */
export function written({ document, section, range }: Origin): string {
  return document.text.slice(section.start + range.start, section.start + range.end);
}

/** What follows a place on its line, at most so many characters. */
export function following({ document, section, range }: Origin, most = 80): string {
  const end = section.start + range.end;
  const rest = document.text.slice(end, end + most);
  const newline = rest.indexOf("\n");
  return newline < 0 ? rest : rest.slice(0, newline);
}

/** Another range in the same section. */
export function elsewhere(origin: Origin, range: { start: number; end: number }): Origin {
  return { document: origin.document, section: origin.section, range };
}

/** A stretch of a value's text as a place, where text and spelling agree; else the whole value. */
export function partOf(value: ResolvedValue, start: number, end: number): Origin | undefined {
  const { origin, node } = value;
  if (!origin || !node) return undefined;
  const inside = offsetOfText(node);
  if (inside === undefined || value.substitutions.length > 0 || end <= start) return origin;
  return elsewhere(origin, { start: inside + start, end: inside + end });
}

/** Where the text of a string begins that has no escapes and is one piece. */
function offsetOfText(node: StringNode): number | undefined {
  const [piece] = node.pieces;
  if (node.pieces.length !== 1 || piece?.kind !== "text") return undefined;
  const quotes = piece.quote ? 1 : 0;
  return piece.end - piece.start === piece.value.length + 2 * quotes ? piece.start + quotes : undefined;
}

/** Whether a variable could not be replaced, so that the text is not what will be used. */
export function isIncomplete(value: ResolvedValue): boolean {
  return value.substitutions.some((substitution) => substitution.text === undefined);
}

/** A text as it is put in a message: short, on one line. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}

/** Names that differ from `name` in case alone, or by one letter that is added, left out, wrong or swapped. */
export function near(name: string, candidates: Iterable<string>): string | undefined {
  let found: string | undefined;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    if (candidate.toLowerCase() === name.toLowerCase()) return candidate;
    if (found === undefined && name.length > 2 && oneEdit(name, candidate)) found = candidate;
  }
  return found;
}

function oneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}
