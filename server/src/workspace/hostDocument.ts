import { findNodeAtLocation, type Node } from "jsonc-parser";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { AnyDocument, AnySection, Origin } from "../configuration/origin.ts";
import type { HostDescription } from "../host/machine/definition.ts";
import { hostTree, type PlacedProblem, readHostFile } from "./hostFile.ts";

/** Keys and positions from the top of a host file: `["links", 0, "addresses", 1]`. */
export type HostPath = readonly (string | number)[];

/** A host file as a document: findings in configurations may refer to places in it. */
export class HostDocument implements AnyDocument {
  readonly path: string;
  readonly uri: string;
  readonly text: string;
  /** One for the whole text. */
  readonly sections: readonly AnySection[];
  /** The machine; `undefined` if the file has mistakes. */
  readonly description: HostDescription | undefined;
  readonly problems: readonly PlacedProblem[];
  private readonly lines: TextDocument;
  private tree: Node | undefined;

  constructor(path: string, uri: string, text: string) {
    this.path = path;
    this.uri = uri;
    this.text = text;
    this.lines = TextDocument.create(uri, "jsonc", 0, text);
    this.sections = [{ start: 0, length: text.length, comments: [] }];
    const { description, problems } = readHostFile(text);
    this.description = description;
    this.problems = problems;
  }

  positionAt(offset: number): { line: number; character: number } {
    return this.lines.positionAt(offset);
  }
  offsetAt(position: { line: number; character: number }): number {
    return this.lines.offsetAt(position);
  }

  /** Where something is said; `undefined` for what the file leaves out. */
  at(path: HostPath): Origin | undefined {
    this.tree ??= hostTree(this.text);
    const node = this.tree && findNodeAtLocation(this.tree, [...path]);
    const section = this.sections[0];
    if (!node || !section) return undefined;
    return { document: this, section, range: { start: node.offset, end: node.offset + node.length } };
  }
}
