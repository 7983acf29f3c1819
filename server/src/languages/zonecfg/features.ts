import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import type { ZoneSource } from "../../configuration/zonecfg/types.ts";
import { actions } from "../../features/zonecfg/actions.ts";
import { complete } from "../../features/zonecfg/completion.ts";
import type { FeatureContext } from "../../features/zonecfg/context.ts";
import { definition } from "../../features/zonecfg/definition.ts";
import { foldings } from "../../features/zonecfg/folding.ts";
import { hover } from "../../features/zonecfg/hover.ts";
import { documentHighlights, references } from "../../features/zonecfg/references.ts";
import { documentSymbols, workspaceSymbols } from "../../features/zonecfg/symbols.ts";
import type { Features } from "../../workspace/language.ts";

/** The language features of zonecfg. `now` says what there is at the moment that one is asked for. */
export function featuresOver(now: () => Omit<FeatureContext, "document">): Features<Section> {
  const context = (document: ZoneSource): FeatureContext => ({ ...now(), document });
  return {
    hover: (document, offset) => hover(context(document), offset),
    complete: (document, offset) => complete(context(document), offset),
    documentSymbols: (document) => documentSymbols(context(document)),
    foldings: (document) => foldings(context(document)),
    definition: (document, offset) => definition(context(document), offset),
    references: (document, offset, includeDeclaration) =>
      references(context(document), offset, includeDeclaration),
    documentHighlights: (document, offset) => documentHighlights(context(document), offset),
    // No command file names another one.
    documentLinks: () => [],
    actions: (document, range) => actions(context(document), range),
    workspaceSymbols: (query) => workspaceSymbols([now().configuration], query),
  };
}
