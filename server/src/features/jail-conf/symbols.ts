import {
  definedVariable,
  type Item,
  isInclude,
  type JailBlock,
  literal,
  type Section,
  type Statement,
} from "@zonewarden/grammars/jail-conf/tree";
import { SymbolKind } from "vscode-languageserver-types";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import type { Configuration } from "../../configuration/jail-conf/types.ts";
import { isWildcardName } from "../../configuration/jail-conf/wildcard.ts";
import { clamp } from "../../configuration/origin.ts";
import { count, hasLetters, shorten } from "../markdown.ts";
import { distinct, placeOf } from "../places.ts";
import type { NamedPlace, SymbolNode, SymbolTree } from "../types.ts";
import type { FeatureContext } from "./context.ts";

/** With more statements than this an outline of blocks alone is made: an editor asks for it after every edit. */
const MOST_STATEMENTS = 20_000;

/** The outline: jails with their parameters, and each run of global statements as a group. */
export function documentSymbols({ document }: FeatureContext, most = MOST_STATEMENTS): SymbolTree {
  let statements = 0;
  for (const section of document.sections) statements += countStatements(section.items);
  const capped = statements > most;
  const outline = new Outline(document, !capped);
  for (const section of document.sections) outline.section(section);
  return { symbols: outline.finish(), capped };
}

function countStatements(items: readonly Item[]): number {
  let found = 0;
  for (const item of items) found += item.kind === "jail" ? countStatements(item.items) : 1;
  return found;
}

class Outline {
  private readonly symbols: SymbolNode[] = [];
  private readonly document: SourceDocument;
  /** Whether the statements of jails are listed; global ones always are. */
  private readonly withParameters: boolean;
  private globals: SymbolNode[] = [];

  constructor(document: SourceDocument, withParameters: boolean) {
    this.document = document;
    this.withParameters = withParameters;
  }

  section(section: Section) {
    for (const item of section.items) {
      if (item.kind === "jail") {
        this.endGlobals();
        this.symbols.push(this.block(section, item));
      } else {
        this.globals.push(this.statement(section, item));
      }
    }
  }

  finish(): SymbolNode[] {
    this.endGlobals();
    return this.symbols;
  }

  /** A run of global statements is over: a group must not reach over the jails between two runs. */
  private endGlobals() {
    const [first] = this.globals;
    const last = this.globals.at(-1);
    if (first && last)
      this.symbols.push({
        name: "globals",
        detail: count(this.globals.length, "statement"),
        kind: SymbolKind.Namespace,
        range: { start: first.range.start, end: last.range.end },
        selection: first.selection,
        children: this.globals,
      });
    this.globals = [];
  }

  private items(section: Section, items: readonly Item[]): SymbolNode[] {
    const found: SymbolNode[] = [];
    for (const item of items) {
      if (item.kind === "jail") found.push(this.block(section, item));
      else if (this.withParameters) found.push(this.statement(section, item));
    }
    return found;
  }

  private block(section: Section, block: JailBlock): SymbolNode {
    const name = this.text(section, block.name);
    const wildcard = block.name !== undefined && isWildcardName(literal(block.name) ?? "");
    return {
      name: name || "(no name)",
      detail: wildcard ? "wildcard" : "",
      kind: wildcard ? SymbolKind.Namespace : SymbolKind.Class,
      range: this.range(section, block),
      selection: this.range(section, block.name ?? { start: block.open, end: block.open + 1 }),
      children: this.items(section, block.items),
    };
  }

  private statement(section: Section, statement: Statement): SymbolNode {
    const { name, values, operator } = statement;
    const start = values[0]?.start;
    const text = start === undefined ? "" : this.slice(section, { start, end: values.at(-1)?.end ?? start });
    const include = isInclude(statement);
    return {
      name: (include ? shorten(text, 60) : this.text(section, name)) || "(no name)",
      detail: include ? ".include" : shorten(operator === "+=" ? `+= ${text}` : text, 60),
      kind: include
        ? SymbolKind.File
        : definedVariable(statement)
          ? SymbolKind.Variable
          : SymbolKind.Property,
      range: this.range(section, statement),
      selection: this.range(section, name),
      children: [],
    };
  }

  private text(section: Section, node: { start: number; end: number } | undefined): string {
    return node ? shorten(this.slice(section, node).replace(/^(["'])(.*)\1$/s, "$2"), 60) : "";
  }

  private slice(section: Section, { start, end }: { start: number; end: number }): string {
    return this.document.text.slice(section.start + start, section.start + Math.min(end, start + 500));
  }

  private range(section: Section, { start, end }: { start: number; end: number }) {
    return clamp(this.document, section.start + start, section.start + end);
  }
}

/** The blocks of some configurations whose names have the letters of a query in them, in their order. */
export function workspaceSymbols(
  configurations: Iterable<Configuration>,
  query: string,
  most = 500,
): NamedPlace[] {
  const wanted = query.toLowerCase();
  const found: NamedPlace[] = [];
  for (const { blocks, root } of configurations)
    for (const block of blocks) {
      if (!block.node || !hasLetters(block.name.toLowerCase(), wanted)) continue;
      found.push({
        ...placeOf(block.origin),
        name: block.name || "(no name)",
        kind: block.wildcard ? SymbolKind.Namespace : SymbolKind.Class,
        container: root.path,
      });
      if (found.length === most) return distinct(found);
    }
  return distinct(found);
}
