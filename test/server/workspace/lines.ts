import type { AnySection } from "@zonewarden/server/configuration/origin";
import { type Diagnostic, decide, draft } from "@zonewarden/server/validation/diagnostics";
import { withSharedRules } from "@zonewarden/server/validation/suppressionRules";
import { suppressionsOf } from "@zonewarden/server/validation/suppressions";
import type { Source } from "@zonewarden/server/workspace/documents";
import type { Features, Language, Project } from "@zonewarden/server/workspace/language";
import type { Platform, Settings } from "@zonewarden/server/workspace/settings";

/** A document is one section; it remembers for which platform it was parsed. */
interface Lines extends AnySection {
  readonly platform: Platform | undefined;
}

function parse(text: string, { platform }: Settings) {
  const section = (of: string): Lines => ({
    start: 0,
    length: of.length,
    comments: [...of.matchAll(/#[^\n]*/g)].map((m) => ({ start: m.index, end: m.index + m[0].length })),
    platform,
  });
  const tree = {
    text,
    sections: [section(text)],
    edit(now: string) {
      tree.text = now;
      tree.sections = [section(now)];
    },
  };
  return tree;
}

const features: Features<Lines> = {
  hover: () => undefined,
  complete: () => ({ items: [], incomplete: false }),
  documentSymbols: () => ({ symbols: [], capped: false }),
  foldings: () => [],
  definition: () => [],
  references: () => [],
  documentHighlights: () => [],
  documentLinks: () => [],
  workspaceSymbols: () => [],
};

/** Finds each `bad` and names the platform that it was parsed for. */
function diagnostics(document: Source<Lines>, { levels }: Settings): Diagnostic[] {
  const found = document.sections.flatMap((section) =>
    [...document.text.matchAll(/bad/g)].map((match) =>
      draft({
        code: "lines/wrong",
        origin: { document, section, range: { start: match.index, end: match.index + 3 } },
        message: `Bad on ${section.platform ?? "any"}.`,
      }),
    ),
  );
  return decide(found, lines.rules, levels, suppressionsOf(document));
}

/** A second language, as small as one can be: one without includes, whose parser depends on a setting. */
export const lines: Language<Lines> = {
  id: "zonecfg",
  completionTriggers: [],
  rules: withSharedRules(
    new Map([
      [
        "lines/wrong",
        {
          code: "lines/wrong",
          severity: "warning",
          title: "Bad",
          explanation: "",
          bad: "bad",
          good: "",
          source: "",
        },
      ],
    ]),
  ),
  parse,
  format: () => [],
  reparses: (before, after) => before.platform !== after.platform,
  isMainFile: () => true,
  mainFiles: () => [],
  project: (root, _, settings): Project<Lines> => ({
    root,
    documents: [root],
    features,
    update() {},
    had: (path) => path === root.path,
    has: (path) => path === root.path,
    isPending: false,
    work() {},
    diagnostics: (document) => diagnostics(document, settings),
  }),
};
