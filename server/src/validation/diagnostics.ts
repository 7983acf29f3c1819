import type { TextRange } from "@zonewarden/grammars/common/range";
import { configuredLevel, documentationUrl, gravity, type Level, type Rule, type Severity } from "./rule.ts";
import { type Suppression, suppresses } from "./suppressions.ts";

/** A finding ready to be shown: severity decided, places absolute. The same for the editor and the command line. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: TextRange;
  readonly related: readonly { readonly path: string; readonly range: TextRange; readonly message: string }[];
  readonly docs: string;
  readonly tag?: "unnecessary" | "deprecated";
  readonly replacement?: string;
}

/** What a language knows of one finding before settings and comments have had their say. */
export interface Draft {
  readonly code: string;
  readonly severity: Severity | undefined;
  readonly message: string;
  readonly range: TextRange;
  readonly related: Diagnostic["related"];
  readonly replacement: string | undefined;
}

export const suppressionRules: readonly Rule[] = [
  {
    code: "style/suppression",
    severity: "warning",
    title: "A comment that switches off nothing",
    explanation:
      "`# zonewarden-ignore-next-line CODE: reason` and `# zonewarden-ignore-file CODE: reason` drop findings by their code. The reason is required, so that a reader learns why; the code must exist, and there must be a finding to drop.",
    bad: "web {\n\t# zonewarden-ignore-next-line jail/unknown-parameter\n\tpersist;\n\tpath = /jails/web;\n}\n",
    good: "web {\n\tpersist;\n\tpath = /jails/web;\n\t# zonewarden-ignore-next-line jail/unknown-parameter: set by our own kernel module\n\tacme.label = red;\n}\n",
    source: "docs/rules/README.md",
  },
];

/**
 * Decides what is shown: levels of the settings, comments in the text, double findings. Ordered by place, then by
 * gravity.
 */
export function decide(
  drafts: readonly Draft[],
  rules: ReadonlyMap<string, Rule>,
  levels: Readonly<Record<string, Level>>,
  suppressions: readonly Suppression[],
): Diagnostic[] {
  const used = new Set<Suppression>();
  const result: Diagnostic[] = [];
  const add = (draft: Draft) => {
    const rule = rules.get(draft.code);
    const level = configuredLevel(draft.code, levels) ?? draft.severity ?? rule?.severity ?? "error";
    if (level === "off") return;
    result.push({
      code: draft.code,
      severity: level,
      message: draft.message,
      range: draft.range,
      related: draft.related,
      docs: documentationUrl(draft.code),
      ...(rule?.tag && { tag: rule.tag }),
      ...(draft.replacement !== undefined && { replacement: draft.replacement }),
    });
  };
  for (const draft of drafts) {
    const by = suppressions.find((suppression) => suppresses(suppression, draft.code, draft.range));
    if (by) used.add(by);
    else add(draft);
  }
  for (const suppression of suppressions)
    if (!used.has(suppression)) {
      const message = complaint(suppression, rules);
      add({
        code: "style/suppression",
        severity: undefined,
        message,
        range: suppression.range,
        related: [],
        replacement: undefined,
      });
    }
  return result.sort(
    (a, b) =>
      a.range.start - b.range.start || a.range.end - b.range.end || gravity(a.severity) - gravity(b.severity),
  );
}

function complaint(suppression: Suppression, rules: ReadonlyMap<string, Rule>): string {
  if (suppression.codes.length === 0) return "This comment names no code, so it has no effect.";
  const unknown = suppression.codes.find((code) => !rules.has(code) && !code.endsWith("/*"));
  if (unknown) return `There is no rule ${unknown}.`;
  if (suppression.reason === "")
    return "This comment has no effect without a reason: add `: why` behind the code.";
  return `There is nothing to ignore: no ${suppression.codes.join(" or ")} is found ${suppression.line ? "on the next line" : "in this file"}.`;
}
