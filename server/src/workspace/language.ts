import type { TextRange } from "@zonewarden/grammars/common/range";
import type { TextEdit } from "@zonewarden/grammars/common/sections";
import type { Indentation, SpacingEdit } from "@zonewarden/grammars/common/spacing";
import type { AnyDocument, AnySection } from "../configuration/origin.ts";
import type {
  Action,
  CompletionResult,
  FoldingNode,
  Highlight,
  HoverResult,
  Link,
  NamedPlace,
  Place,
  SymbolTree,
} from "../features/types.ts";
import type { Diagnostic } from "../validation/diagnostics.ts";
import type { Rule } from "../validation/rule.ts";
import type { Documents, Source } from "./documents.ts";
import type { FileSystem } from "./files.ts";
import type { Hosts } from "./hosts.ts";
import type { Settings } from "./settings.ts";

/** The languages that the extension's manifest knows, by their ids. Which of them are served says `languages`. */
export const LANGUAGE_IDS = ["jail-conf", "zonecfg"] as const;
export type LanguageId = (typeof LANGUAGE_IDS)[number];

/** The syntax tree of a text, kept through edits: after each one it equals that of the new text parsed afresh. */
export interface EditableTree<S extends AnySection = AnySection> {
  readonly text: string;
  /** They tile the text. Those that an edit does not reach stay the same objects. */
  readonly sections: readonly S[];
  /** Takes a changed text; `edit` says which part changed. */
  edit(text: string, edit: TextEdit): void;
}

/** What projects may look at beside their own documents. */
export interface Environment {
  readonly documents: Documents;
  readonly files: FileSystem;
  readonly hosts: Hosts;
}

/**
 * All that the server knows of a language; it is asked through this, and through the projects that come from it. `S`
 * is what the sections of its documents are.
 */
export interface Language<S extends AnySection = AnySection> {
  /** As editors call it. */
  readonly id: LanguageId;
  /** Characters after which an editor should ask for completion. */
  readonly completionTriggers: readonly string[];
  /** Every rule that findings may come from, by its code. */
  readonly rules: ReadonlyMap<string, Rule>;
  /** Never throws. */
  parse(text: string, settings: Settings): EditableTree<S>;
  /** Whether texts are parsed differently under other settings. */
  reparses(before: Settings, after: Settings): boolean;
  /** Whether the file stands for itself: any other may be included somewhere. */
  isMainFile(path: string): boolean;
  /** Where a main file may lie that includes the file, the nearest first; none for a main file. */
  mainFiles(path: string): readonly string[];
  /**
   * The changes of white space that give a text its usual layout; none in sections with syntax errors. Without
   * `indentation` it is the one that most lines have.
   */
  format(tree: Pick<EditableTree<S>, "text" | "sections">, indentation?: Indentation): readonly SpacingEdit[];
  project(root: Source<S>, environment: Environment, settings: Settings): Project<S>;
}

/** One configuration: a main file with all that it includes, and what is wrong in them. */
export interface Project<S extends AnySection = AnySection> {
  readonly root: Source<S>;
  /** Its documents as they are now, the root first. */
  readonly documents: readonly Source<S>[];
  readonly features: Features<S>;
  /** One of its documents changed: everything is looked at again when somebody asks. */
  update(): void;
  /** Whether a document was part of it when it was last looked at. */
  had(path: string): boolean;
  /** Whether a document is part of it now. */
  has(path: string): boolean;
  /** Whether something is not judged yet: then `diagnostics` says less than there is. */
  readonly isPending: boolean;
  /** Judges what waits, for about so many milliseconds. */
  work(milliseconds: number): void;
  /** What takes longer and is looked at only while nothing else is to be done. `diagnostics` then says more. */
  readonly background?: Background | undefined;
  /** What is wrong in one of its documents: in order, levels and comments applied (`decide`). */
  diagnostics(document: Source<S>): Diagnostic[];
}

/** Work for idle times. */
export interface Background {
  readonly isPending: boolean;
  /** Does some of it, for about so many milliseconds. */
  work(milliseconds: number): void;
}

/** The language features over one project: offsets in, offsets out. `document` is one of the project's. */
export interface Features<S extends AnySection = AnySection> {
  hover(document: AnyDocument<S>, offset: number): HoverResult | undefined;
  complete(document: AnyDocument<S>, offset: number): CompletionResult;
  documentSymbols(document: AnyDocument<S>): SymbolTree;
  foldings(document: AnyDocument<S>): readonly FoldingNode[];
  definition(document: AnyDocument<S>, offset: number): readonly Place[];
  references(document: AnyDocument<S>, offset: number, includeDeclaration: boolean): readonly Place[];
  documentHighlights(document: AnyDocument<S>, offset: number): readonly Highlight[];
  documentLinks(document: AnyDocument<S>): readonly Link[];
  /** The symbols of all its documents whose names have the letters of a query in them. */
  workspaceSymbols(query: string): readonly NamedPlace[];
  /** What can be done about a stretch of text, beside the replacements that findings bring themselves. */
  actions?(document: AnyDocument<S>, range: TextRange): readonly Action[];
}
