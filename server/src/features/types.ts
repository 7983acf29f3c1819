import type { TextRange } from "@zonewarden/grammars/common/range";
import type {
  CodeActionKind,
  CompletionItemKind,
  DocumentHighlightKind,
  FoldingRangeKind,
  SymbolKind,
} from "vscode-languageserver-types";

/**
 * What the language features answer, for every language alike. Positions are absolute offsets in the document at
 * hand, or in the one that `path` names: the server, which has the line indexes, turns them into lines.
 */

/** A stretch of a document. */
export interface Place {
  readonly path: string;
  readonly range: TextRange;
}

export interface HoverResult {
  /** The word that the answer is about. */
  readonly range: TextRange;
  readonly markdown: string;
}

export interface CompletionEntry {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** Stands beside the label, dimmed. */
  readonly description?: string;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly sortText: string;
  readonly filterText: string;
  /** What replaces `range`. */
  readonly insertText: string;
  /** `insertText` is a snippet with tab stops. */
  readonly snippet: boolean;
  /** On one line, and the caret is in it or touches it. */
  readonly range: TextRange;
  readonly deprecated?: boolean;
  /** Ask for completion again once this is inserted: a value comes next. */
  readonly again?: boolean;
}

export interface CompletionResult {
  readonly items: readonly CompletionEntry[];
  /** The next letter may bring entries that are not there yet. */
  readonly incomplete: boolean;
}

/** A document symbol. `selection` lies in `range`, and so do the children. */
export interface SymbolNode {
  /** Never empty. */
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly range: TextRange;
  readonly selection: TextRange;
  readonly children: readonly SymbolNode[];
}

export interface SymbolTree {
  readonly symbols: readonly SymbolNode[];
  /** Symbols were left out because there are too many. */
  readonly capped: boolean;
}

/** A symbol of the workspace. */
export interface NamedPlace extends Place {
  readonly name: string;
  readonly kind: SymbolKind;
  /** What it is part of; empty for nothing. */
  readonly container: string;
}

/** The lines of `start` and `end` are the first and last one of the fold. */
export interface FoldingNode extends TextRange {
  readonly kind: FoldingRangeKind | undefined;
}

/** A use of what is under the caret. */
export interface Highlight {
  readonly range: TextRange;
  readonly kind: DocumentHighlightKind;
}

/** A stretch of text that leads to another document. */
export interface Link {
  readonly range: TextRange;
  /** Path of the document. */
  readonly target: string;
}

/** Something that can be done to the document at hand. */
export interface Action {
  readonly title: string;
  readonly kind: CodeActionKind;
  readonly edits: readonly { readonly range: TextRange; readonly newText: string }[];
}
