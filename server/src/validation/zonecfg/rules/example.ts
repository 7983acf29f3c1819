import type { Rule, Severity } from "../../rule.ts";

export const ZONECFG = "usr/src/cmd/zonecfg/zonecfg.c";
export const LIBRARY = "usr/src/lib/libzonecfg/common/libzonecfg.c";

/** How most examples begin: a zone whose brand is one of the illumos family. */
const HEAD = "create -b\nset zonepath=/zones/web\nset brand=ipkg\n";

/** An exclusive-IP zone with these lines. */
export function exclusive(...lines: readonly string[]): string {
  return `${HEAD}set ip-type=exclusive\n${lines.join("\n")}\n`;
}

/** A shared-IP zone with these lines. */
export function shared(...lines: readonly string[]): string {
  return `${HEAD}set ip-type=shared\n${lines.join("\n")}\n`;
}

/** One resource with its properties. */
export function block(type: string, ...lines: readonly string[]): string {
  return [`add ${type}`, ...lines, "end"].join("\n");
}

/** A row of a table of rules. */
export interface Row {
  readonly title: string;
  readonly why: string;
  readonly bad: string;
  readonly good: string;
  readonly source?: string;
  readonly severity?: Severity;
  readonly tag?: Rule["tag"];
}

/** The rules of a table by their codes; an error and zonecfg.c where a row says nothing else. */
export function table(topic: "syntax" | "zone" | "security", rows: Readonly<Record<string, Row>>): Rule[] {
  return Object.entries(rows).map(([name, { title, why, bad, good, source, severity, tag }]) => ({
    code: `${topic}/${name}`,
    severity: severity ?? "error",
    title,
    explanation: why,
    bad,
    good,
    source: source ?? ZONECFG,
    ...(tag && { tag }),
  }));
}
