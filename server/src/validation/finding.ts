import type { AnyDocument, AnySection, Origin } from "../configuration/origin.ts";
import type { Severity } from "./rule.ts";

/** What a rule found: a place, the code of the rule, and a sentence. */
export interface Finding {
  readonly code: string;
  readonly origin: Origin;
  /** A sentence about this place. No jail is named in it: one finding may come from many jails (`jails`). */
  readonly message: string;
  /** Where it differs from the rule's default, because less is known than usual. */
  readonly severity?: Severity;
  readonly related?: readonly Related[];
  /** A text that would mend it, for a quick fix: replaces the range of the origin. */
  readonly replacement?: string;
}

export interface Related {
  readonly origin: Origin;
  readonly message: string;
}

/** Those of a document whose text has not changed since they were found. */
export function stillThere(
  findings: readonly Finding[],
  { sections }: Pick<AnyDocument, "sections">,
): readonly Finding[] {
  if (findings.length === 0) return findings;
  const there = new Set<AnySection>(sections);
  return findings.filter(({ origin }) => there.has(origin.section));
}
