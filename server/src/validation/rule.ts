/** Severities by the policy of the project: see docs/rules/README.md, which states it for users. */
export type Severity = "error" | "warning" | "information" | "hint";

/**
 * One check: a stable code, what it says by default, and its documentation. The page under docs/rules is generated
 * from this, and the two examples are tests: `bad` must give the code, `good` (its near miss) must not.
 */
export interface Rule {
  /** `topic/name`, stable. */
  readonly code: string;
  readonly severity: Severity;
  /** One line for lists and page headings. */
  readonly title: string;
  /** Markdown: what happens on the machine, why, and what to do. */
  readonly explanation: string;
  /** A whole file that gives the code. With several files the first is the one that is checked. */
  readonly bad: Example;
  /** A whole file that nearly does, and is fine. */
  readonly good: Example;
  /** Man page section or repo-relative source file the rule rests on. */
  readonly source: string;
  /** LSP diagnostic tags that the editor shows by fading or striking out. */
  readonly tag?: "unnecessary" | "deprecated";
}

/** File name → content; a plain string is a file of the language's usual name. */
export type Example = string | Readonly<Record<string, string>>;

/** What users may set a rule to; `default` is what the table says. */
export type Level = Severity | "off";

const ORDER: readonly Severity[] = ["error", "warning", "information", "hint"];

/** 0 for error up to 3 for hint: smaller is graver. */
export function gravity(severity: Severity): number {
  return ORDER.indexOf(severity);
}

/** The level that the settings give a code: an exact entry, else `topic/*`, else nothing. */
export function configuredLevel(code: string, levels: Readonly<Record<string, Level>>): Level | undefined {
  return levels[code] ?? levels[`${code.slice(0, code.indexOf("/"))}/*`];
}

/** Where a rule's page is found from outside. */
export function documentationUrl(code: string): string {
  return `https://github.com/zonewarden/zonewarden/blob/main/docs/rules/${code}.md`;
}
