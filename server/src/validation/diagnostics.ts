import type { TextRange } from "@zonewarden/grammars/common/range";
import { absolute } from "../configuration/origin.ts";
import type { Finding } from "./finding.ts";
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

/** A finding as a draft. `about` is added to its sentence: which of the many things it holds for, say. */
export function draft(finding: Finding, about = ""): Draft {
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message + about,
    range: absolute(finding.origin),
    related: (finding.related ?? []).map((related) => ({
      path: related.origin.document.path,
      range: absolute(related.origin),
      message: related.message,
    })),
    replacement: finding.replacement,
  };
}

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
