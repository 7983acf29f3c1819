import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import { complete } from "../../features/jail-conf/completion.ts";
import type { FeatureContext } from "../../features/jail-conf/context.ts";
import { definition } from "../../features/jail-conf/definition.ts";
import { documentLinks } from "../../features/jail-conf/documentLinks.ts";
import { foldings } from "../../features/jail-conf/folding.ts";
import { hover } from "../../features/jail-conf/hover.ts";
import { documentHighlights, references } from "../../features/jail-conf/references.ts";
import { documentSymbols, workspaceSymbols } from "../../features/jail-conf/symbols.ts";
import type { Features } from "../../workspace/language.ts";

/** The language features of jail.conf. `now` says what there is at the moment that one is asked for. */
export function featuresOver(now: () => Omit<FeatureContext, "document">): Features<Section> {
  const context = (document: SourceDocument): FeatureContext => ({ ...now(), document });
  return {
    hover: (document, offset) => hover(context(document), offset),
    complete: (document, offset) => complete(context(document), offset),
    documentSymbols: (document) => documentSymbols(context(document)),
    foldings: (document) => foldings(context(document)),
    definition: (document, offset) => definition(context(document), offset),
    references: (document, offset, includeDeclaration) =>
      references(context(document), offset, includeDeclaration),
    documentHighlights: (document, offset) => documentHighlights(context(document), offset),
    documentLinks: (document) => documentLinks(context(document)),
    workspaceSymbols: (query) => workspaceSymbols([now().configuration], query),
  };
}
