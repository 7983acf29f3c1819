import { join } from "node:path";
import { createRegistry, loadConfiguration } from "vscode-tmgrammar-test/dist/common/index.js";

const packageJson = join(import.meta.dirname, "..", "..", "package.json");
const registry = createRegistry(loadConfiguration(packageJson, undefined, []).grammars);
const grammar = await registry.loadGrammar("source.zonecfg");

export interface Span {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

/** What the TextMate grammar makes of a text, without newlines and without the scope of the whole file. */
export function spansOf(text: string): readonly Span[] {
  if (!grammar) throw new Error("package.json has no grammar for zonecfg");
  const spans: Span[] = [];
  let stack: Parameters<typeof grammar.tokenizeLine>[1] = null;
  let offset = 0;
  for (const line of text.split("\n")) {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens)
      if (startIndex < line.length)
        spans.push({
          start: offset + startIndex,
          end: offset + Math.min(endIndex, line.length),
          scopes: scopes.slice(1),
        });
    offset += line.length + 1;
  }
  return spans;
}
