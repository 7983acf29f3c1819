import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Command } from "@zonewarden/grammars/zonecfg/tree";
import { CodeActionKind } from "vscode-languageserver-types";
import { commands, globalProperty, propertyOf } from "../../../catalog/zonecfg/lookup.ts";
import type { ZoneProperty } from "../../../catalog/zonecfg/property.ts";
import { some } from "../../markdown.ts";
import type { Action } from "../../types.ts";
import { placeAt } from "../completion/place.ts";
import { missingProperties } from "../completion/properties.ts";
import type { FeatureContext } from "../context.ts";
import { blockAt, locate } from "../locate.ts";
import type { OpenResource } from "../scope.ts";
import type { PlacedCommand } from "../structure.ts";

/** What the resource around a place lacks: required properties, its `end`. */
export function blockActions(context: FeatureContext, { start }: TextRange): Action[] {
  const location = locate(context.document, start);
  const open = blockAt(location);
  if (!open) return [];
  const { text } = context.document;
  const lines = new Lines(text, open);
  const found: Action[] = [];
  const missing = missingProperties(placeAt(context, { ...location, open })).required.map(
    ({ property }) => property,
  );
  if (missing.length > 0)
    found.push({
      title: `Add the missing ${missing.length === 1 ? "property" : "properties"} ${some(
        missing.map(({ name }) => `'${name}'`),
        4,
      )}`,
      kind: CodeActionKind.QuickFix,
      edits: [lines.insertion(missing.map(unfilled), true)],
    });
  if (!open.closer)
    found.push({
      title: `Add the missing 'end' of this '${open.type.slice(0, 40)}'`,
      kind: CodeActionKind.QuickFix,
      edits: [lines.insertion(["end"], false)],
    });
  return found;
}

/** A command that waits for its value. */
function unfilled({ name, type }: ZoneProperty): string {
  return type === "complex-list" ? `add ${name} (priv=privileged,limit=,action=deny)` : `set ${name}=`;
}

/** Whether a command can belong to a resource, where nothing says where that ends. */
function belongs({ word, assignments, property }: Command, type: string): boolean {
  if (word.name !== undefined && commands.get(word.name)?.scope === "global") return false;
  const name = assignments[0]?.name.text ?? property?.text;
  return name === undefined || propertyOf(type, name) !== undefined || !globalProperty(name);
}

/** Where commands can be put into a resource, and how they have to look there. */
class Lines {
  private readonly text: string;
  private readonly open: OpenResource;

  constructor(text: string, open: OpenResource) {
    this.text = text;
    this.open = open;
  }

  /** Puts commands in front of the `end`, or behind the last command where it is missing. */
  insertion(added: readonly string[], inside: boolean): { range: TextRange; newText: string } {
    const { type, opener, closer, commands: members } = this.open;
    const indent = inside ? this.indentInside() : this.indentOf(opener);
    const newline = this.text.includes("\r\n") ? "\r\n" : "\n";
    if (closer) {
      const start = closer.section.start + closer.command.start;
      const line = this.lineStart(start);
      // On one line with what is before it.
      if (this.text.slice(line, start).trim() !== "")
        return at(start, added.map((text) => `${text}; `).join(""));
      return at(line, added.map((text) => indent + text + newline).join(""));
    }
    const stranger = members.findIndex(({ command: member }) => !belongs(member, type));
    const last = (stranger < 0 ? members : members.slice(0, stranger)).at(-1) ?? opener;
    const end = last.section.start + (last.command.terminator ?? last.command.end);
    const lineEnd = this.text.indexOf("\n", end);
    if (this.text.charAt(end) === ";" && lineEnd >= 0 && this.text.slice(end + 1, lineEnd).trim() !== "")
      return at(end + 1, added.map((text) => ` ${text};`).join(""));
    const lines = added.map((text) => indent + text + newline).join("");
    return lineEnd < 0 ? at(this.text.length, newline + lines) : at(lineEnd + 1, lines);
  }

  private indentInside(): string {
    const { opener, commands } = this.open;
    const [first] = commands;
    const openerLine = this.lineStart(opener.section.start + opener.command.start);
    if (!first) return `${this.indentOf(opener)}\t`;
    return this.lineStart(first.section.start + first.command.start) === openerLine
      ? `${this.indentOf(opener)}\t`
      : this.indentOf(first);
  }

  private indentOf({ section, command }: PlacedCommand): string {
    const line = this.lineStart(section.start + command.start);
    return /^[ \t]*/.exec(this.text.slice(line, line + 200))?.[0] ?? "";
  }

  private lineStart(offset: number): number {
    return offset === 0 ? 0 : this.text.lastIndexOf("\n", offset - 1) + 1;
  }
}

function at(offset: number, newText: string): { range: TextRange; newText: string } {
  return { range: { start: offset, end: offset }, newText };
}
