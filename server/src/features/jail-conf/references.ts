import {
  definedVariable,
  type Item,
  literal,
  type Section,
  type Statement,
  type StringNode,
} from "@zonewarden/grammars/jail-conf/tree";
import { DocumentHighlightKind } from "vscode-languageserver-types";
import { equalNames } from "../../configuration/jail-conf/names.ts";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import { clamp } from "../../configuration/origin.ts";
import { distinct, placeOf } from "../places.ts";
import type { Highlight, Place } from "../types.ts";
import type { FeatureContext } from "./context.ts";
import { jailHeaders } from "./definition.ts";
import { type Location, locate } from "./locate.ts";
import { plainName, type Target, targetAt } from "./target.ts";

interface Use extends Place {
  /** Where it gets its value or its name. */
  readonly isDeclaration: boolean;
}

/** All places of the configuration that name the thing under the caret. */
export function references(context: FeatureContext, offset: number, includeDeclaration: boolean): Place[] {
  const target = targetAt(context, locate(context.document, offset));
  if (!target) return [];
  const uses =
    target.kind === "jail"
      ? jailUses(context, target.name)
      : context.configuration.documents.flatMap((document) => usesIn(document, document.sections, target));
  return distinct(uses)
    .filter((use) => includeDeclaration || !use.isDeclaration || target.kind === "parameter")
    .map(({ path, range }) => ({ path, range }));
}

/**
 * The places in the same document. A variable or parameter in a jail has to do with that jail and with what stands
 * outside of jails, not with its namesakes in two thousand others.
 */
export function documentHighlights(context: FeatureContext, offset: number): Highlight[] {
  const { document } = context;
  const location = locate(document, offset);
  const target = targetAt(context, location);
  if (!target) return [];
  const uses =
    target.kind === "jail"
      ? jailUses(context, target.name).filter((use) => use.path === document.path)
      : usesIn(document, near(document, location), target);
  return distinct(uses).map(({ range, isDeclaration }) => ({
    range,
    kind: isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

function near({ sections }: SourceDocument, { section, blocks }: Location): readonly Section[] {
  if (blocks.length === 0) return sections;
  return sections.filter((s) => s === section || s.items.some((item) => item.kind === "statement"));
}

function usesIn(document: SourceDocument, sections: readonly Section[], target: Target): Use[] {
  if (target.kind === "include" || target.kind === "jail") return [];
  return sections.flatMap((section) => new Walk(document, section, target).uses);
}

/** Finds the uses of a name in one section. */
class Walk {
  readonly uses: Use[] = [];
  private readonly document: SourceDocument;
  private readonly section: Section;
  private readonly name: string;
  private readonly plain: string;
  private readonly isParameter: boolean;

  constructor(
    document: SourceDocument,
    section: Section,
    target: { kind: "reference" | "parameter"; name: string },
  ) {
    this.document = document;
    this.section = section;
    this.name = target.name;
    this.plain = plainName(target.name);
    this.isParameter = target.kind === "parameter";
    this.items(section.items);
  }

  private items(items: readonly Item[]) {
    for (const item of items) {
      if (item.kind === "jail") this.items(item.items);
      else this.statement(item);
    }
  }

  private statement(statement: Statement) {
    const variable = definedVariable(statement);
    const name = variable ? variable.name : literal(statement.name);
    if (variable ? !this.isParameter && name === this.name : name !== undefined && this.isNamed(name))
      this.add(statement.name, true);
    for (const value of statement.values) this.value(value);
  }

  private value({ pieces }: StringNode) {
    for (const piece of pieces)
      if (
        piece.kind === "variable" &&
        (piece.name === this.name || (this.isParameter && piece.name === this.plain))
      )
        this.add(piece, false);
  }

  /** Whether a statement of this name sets the parameter. */
  private isNamed(name: string): boolean {
    if (name === this.name) return true;
    return (
      name.length + 2 >= this.plain.length &&
      name.length <= this.plain.length + 2 &&
      equalNames(name, this.plain)
    );
  }

  private add(node: { start: number; end: number }, isDeclaration: boolean) {
    const { start } = this.section;
    this.uses.push({
      path: this.document.path,
      range: clamp(this.document, start + node.start, start + node.end),
      isDeclaration,
    });
  }
}

/** The headers of a jail and the values of `depend` that come to its name, with variables replaced. */
function jailUses(context: FeatureContext, name: string): Use[] {
  const { configuration } = context;
  const uses: Use[] = jailHeaders(context, name).map((place) => ({ ...place, isDeclaration: true }));
  for (const jail of configuration.jails)
    for (const value of jail.find("depend")?.values ?? [])
      if (value.text === name && value.origin) uses.push({ ...placeOf(value.origin), isDeclaration: false });
  // Statements of wildcards and of jails that override them count too, though no jail has their value.
  for (const block of configuration.blocks)
    for (const { name: setting, isVariable, values, origin } of block.settings) {
      if (setting !== "depend" || isVariable) continue;
      for (const value of values)
        if (literal(value) === name)
          uses.push({
            ...placeOf({ document: origin.document, section: origin.section, range: value }),
            isDeclaration: false,
          });
    }
  return uses;
}
