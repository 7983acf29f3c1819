import { touches } from "@zonewarden/grammars/common/range";
import type {
  Comment,
  Item,
  JailBlock,
  Piece,
  Section,
  Statement,
  StringNode,
} from "@zonewarden/grammars/jail-conf/tree";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import { lastAtOrBefore } from "../places.ts";

/** What stands at an offset. */
export type Spot =
  /** The name of a block. */
  | { readonly in: "header"; readonly block: JailBlock; readonly node: StringNode }
  /** The name of a statement. Without one where the parser took the next statement's name for a value. */
  | { readonly in: "name"; readonly statement: Statement | undefined; readonly node: StringNode }
  /** The value number `index` of a statement; without a node where it is still missing. */
  | {
      readonly in: "value";
      readonly statement: Statement;
      readonly index: number;
      readonly node: StringNode | undefined;
      readonly piece: Piece | undefined;
    }
  | { readonly in: "comment" }
  /** Nothing: a statement may begin here. */
  | { readonly in: "start" }
  /** Nothing, and something on this line has to end first. */
  | { readonly in: "between" };

export interface Location {
  readonly document: SourceDocument;
  /** Absolute. */
  readonly offset: number;
  /** The section at the offset: ranges of `blocks` and `spot` count from its start. `undefined` in an empty text. */
  readonly section: Section | undefined;
  /** The blocks around the offset, the outermost first. */
  readonly blocks: readonly JailBlock[];
  readonly spot: Spot;
}

const START: Spot = { in: "start" };
const BETWEEN: Spot = { in: "between" };

/** What stands at an offset of a document, however broken it is. Costs the logarithm of the document. */
export function locate(document: SourceDocument, offset: number): Location {
  const { sections } = document;
  const index = lastAtOrBefore(sections, offset, (section) => section.start);
  const section = sections[index];
  if (!section) return { document, offset, section, blocks: [], spot: START };
  const previous = sections[index - 1];
  // Between two sections the caret belongs to the one that has something there.
  if (offset === section.start && previous && section.items[0]?.start !== 0)
    return locateIn(document, previous, offset);
  const location = locateIn(document, section, offset);
  const isFirst =
    location.blocks.length === 0 && (section.items[0]?.start ?? Infinity) > offset - section.start;
  const open = previous && isFirst ? openBlocks(previous) : [];
  return open.length > 0 ? { ...location, blocks: open } : location;
}

/** The blocks at a section's end that have no `}`: what is typed below belongs to them. */
function openBlocks(section: Section): JailBlock[] {
  const open: JailBlock[] = [];
  for (
    let item = section.items.at(-1);
    item?.kind === "jail" && item.close === undefined;
    item = item.items.at(-1)
  )
    open.push(item);
  return open;
}

function locateIn(document: SourceDocument, section: Section, offset: number): Location {
  const at = offset - section.start;
  const blocks: JailBlock[] = [];
  const finish = (spot: Spot): Location => ({ document, offset, section, blocks, spot });
  let items: readonly Item[] = section.items;
  /** Where the gap begins that the caret is in, if it is in one. */
  let from = 0;
  let last: Statement | undefined;
  for (;;) {
    const item = items[lastAtOrBefore(items, at, (i) => i.start)];
    last = undefined;
    if (!item) break;
    if (item.kind === "statement") {
      last = item;
      break;
    }
    if (item.name && touches(item.name, at)) return finish({ in: "header", block: item, node: item.name });
    if (item.close !== undefined && at > item.close) {
      from = item.end;
      break;
    }
    if (at <= item.open) return finish(inComment(document, section, at) ? { in: "comment" } : BETWEEN);
    blocks.push(item);
    items = item.items;
    from = item.open + 1;
  }
  if (inComment(document, section, at)) return finish({ in: "comment" });
  if (last) {
    const spot = spotOf(document, section, last, at);
    if (spot) return finish(spot);
    from = last.end;
  }
  const gap = gapBetween(document, section, from, at);
  return finish(gap.newLine || gap.last === "" || ";{}".includes(gap.last) ? START : BETWEEN);
}

/** The spot in a statement, or behind one that has not ended; `undefined` where it has nothing to do with it. */
function spotOf(
  document: SourceDocument,
  section: Section,
  statement: Statement,
  at: number,
): Spot | undefined {
  const { name, values, operatorStart, operator, terminator } = statement;
  if (touches(name, at)) return { in: "name", statement, node: name };
  if (terminator !== undefined && at > terminator) return undefined;
  if (operatorStart !== undefined && operator && at < operatorStart + operator.length) return BETWEEN;

  const before = lastAtOrBefore(values, at, (value) => value.start);
  const node = values[before];
  if (node && touches(node, at)) {
    if (isNextName(document, section, statement, node)) return { in: "name", statement: undefined, node };
    return { in: "value", statement, index: before, node, piece: pieceAt(node, at) };
  }
  const from =
    node?.end ?? (operatorStart !== undefined && operator ? operatorStart + operator.length : name.end);
  const gap = gapBetween(document, section, from, at);
  const missing = node ? gap.last === "," : gap.last === "" && (operator !== undefined || !gap.newLine);
  if (missing) return { in: "value", statement, index: before + 1, node: undefined, piece: undefined };
  return gap.newLine && terminator === undefined ? START : BETWEEN;
}

/** `path =`, and on the next line `host.hostname = ...`: the second name is no value of the first. */
function isNextName(
  document: SourceDocument,
  section: Section,
  statement: Statement,
  node: StringNode,
): boolean {
  const { operatorStart, values } = statement;
  if (operatorStart === undefined || values[0] !== node || node.pieces[0]?.kind !== "text") return false;
  if (node.pieces[0].quote || !(statement.broken || statement.terminator === undefined)) return false;
  return document.text.slice(section.start + operatorStart, section.start + node.start).includes("\n");
}

/** The piece under the caret; of two that meet there, the right one. */
function pieceAt(node: StringNode, at: number): Piece | undefined {
  return node.pieces[lastAtOrBefore(node.pieces, at, (piece) => piece.start)];
}

function commentAt(section: Section, at: number): Comment | undefined {
  return section.comments[lastAtOrBefore(section.comments, at, (comment) => comment.start)];
}

function inComment(document: SourceDocument, section: Section, at: number): boolean {
  const comment = commentAt(section, at);
  if (!comment || at <= comment.start || at > comment.end) return false;
  if (at < comment.end || !comment.block) return true;
  // Behind `*/` it is over, but not at the end of a comment that lacks it.
  return !(comment.end - comment.start >= 4 && document.text.startsWith("*/", section.start + at - 2));
}

interface Gap {
  /** The last character that is neither blank nor in a comment; empty if there is none. */
  readonly last: string;
  /** Whether a line ends after it. */
  readonly newLine: boolean;
}

/** What stands between two offsets of a section. */
function gapBetween(document: SourceDocument, section: Section, from: number, to: number): Gap {
  const { text } = document;
  let last = "";
  let newLine = false;
  for (let at = from; at < to; at++) {
    const comment = commentAt(section, at);
    if (comment && at < comment.end) {
      at = comment.end - 1;
      continue;
    }
    const c = text.charAt(section.start + at);
    if (c === "\n") newLine = true;
    else if (c !== " " && c !== "\t" && c !== "\r") {
      last = c;
      newLine = false;
    }
  }
  return { last, newLine };
}
