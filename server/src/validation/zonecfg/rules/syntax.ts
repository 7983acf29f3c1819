import { isRefused, type Section, type SyntaxProblem } from "@zonewarden/grammars/zonecfg/tree";
import {
  advice,
  suggestCommand,
  suggestProperty,
  suggestResource,
} from "../../../catalog/zonecfg/mistakes.ts";
import type { Finding } from "../../finding.ts";
import type { SectionContext, Topic } from "../topic.ts";
import { syntaxRules } from "./syntaxRules.ts";

/** The errors of the tree, but for those that are one mistake for the whole file (`wholeFile`). */
export const syntax: Topic = {
  rules: syntaxRules,
  *section(section, context) {
    for (const error of section.errors) if (!ONCE.has(error.kind)) yield finding(error, section, context);
  },
};

/** What is wrong on each line of a file if it is on one, and so is said once. */
export const ONCE: ReadonlySet<string> = new Set(["carriage-return", "transcript", "shell-line"]);

/** One error of the tree as a finding, with what it should have been. */
export function finding(error: SyntaxProblem, section: Section, context: SectionContext): Finding {
  const { kind, related, expected } = error;
  const text = context.slice(error);
  const meant = expected ? meantBy(text, expected, section, error.start) : [];
  const replacement = meant[0] ?? error.suggestion ?? mend(error, text);
  const hint = expected === "property" ? advice(text) : undefined;
  const question = meant[0] !== undefined ? ` Did you mean \`${meant[0]}\`?` : hint ? ` ${hint}` : "";
  return {
    code: `syntax/${kind}`,
    origin: context.at(error),
    message: error.message + question,
    ...(!isRefused(error) && { severity: "warning" as const }),
    ...(related && { related: [{ origin: context.at(related), message: related.message }] }),
    ...(replacement !== undefined && { replacement }),
  };
}

function meantBy(
  text: string,
  expected: NonNullable<SyntaxProblem["expected"]>,
  section: Section,
  at: number,
): readonly string[] {
  const word = text.replace(/^"|"$/g, "");
  const meant =
    expected === "command"
      ? suggestCommand(word)
      : expected === "resource"
        ? suggestResource(word)
        : suggestProperty(word, openResource(section, at));
  // A word of another platform is no misspelling of itself.
  return meant.filter((other) => other !== word);
}

/** The resource that is open at an offset of a section, if the section shows it. */
function openResource(section: Section, at: number): string | undefined {
  let open: string | undefined;
  for (const { word, resource, start } of section.commands) {
    if (start >= at) break;
    if ((word.name === "add" || word.name === "select") && resource) open = resource.text;
    else if (word.name === "end" || word.name === "cancel") open = undefined;
  }
  return open;
}

/** The text that mends an error, where there is only one thing that can be meant. */
function mend({ kind }: SyntaxProblem, text: string): string | undefined {
  switch (kind) {
    case "value-needs-quotes": {
      const single = /^'([^'"]*)'$/.exec(text);
      if (single) return `"${single[1]}"`;
      return /["\n]/.test(text) ? undefined : `"${text}"`;
    }
    case "unclosed-quote":
      return /\s$/.test(text) ? undefined : `${text}"`;
    case "unclosed-list":
      return text.endsWith(",") ? `${text.slice(0, -1)}]` : `${text}]`;
    case "unclosed-complex":
      return `${text})`;
    case "stray-comma":
      return text === "," ? "" : undefined;
    case "quoted-in-complex":
      return /^"[^\s",;=()]+"$/.test(text) ? text.slice(1, -1) : undefined;
    default:
      return undefined;
  }
}
