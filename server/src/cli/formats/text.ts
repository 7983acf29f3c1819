import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Diagnostic } from "../../validation/diagnostics.ts";
import type { Severity } from "../../validation/rule.ts";
import { type Checked, type CheckedFile, count, type Lines } from "../checked.ts";
import { type Paint, paint } from "../colour.ts";

const COLOUR: Readonly<Record<Severity, Paint>> = {
  error: "red",
  warning: "yellow",
  information: "cyan",
  hint: "gray",
};

/** Findings for people: place, severity, sentence, code; the line of the source with the place marked under it. */
export function text(checked: Checked): string {
  const blocks = checked.files.flatMap((file) => file.diagnostics.map((d) => block(checked, file, d)));
  return [...blocks, summary(checked)].join("\n");
}

function block({ nameOf, sourceOf }: Checked, file: CheckedFile, diagnostic: Diagnostic): string {
  const { path, source } = file;
  const start = source.positionAt(diagnostic.range.start);
  const colour = COLOUR[diagnostic.severity];
  const place = paint("bold", `${path}:${start.line + 1}:${start.character + 1}`);
  const head = `${place}: ${paint(colour, diagnostic.severity)}: ${diagnostic.message} ${paint("gray", `[${diagnostic.code}]`)}`;
  const lines = [head, ...excerpt(source, diagnostic.range, colour)];
  for (const related of diagnostic.related) {
    const other = sourceOf(related.path, file);
    if (!other) continue;
    const at = other.positionAt(related.range.start);
    lines.push(
      `    ${paint("gray", `${nameOf(related.path)}:${at.line + 1}:${at.character + 1}: ${related.message}`)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The first line of the place and carets under it. Tabs stay tabs, so that the carets stand where they should. */
export function excerpt(source: Lines, range: TextRange, colour: Paint): string[] {
  const { line, character } = source.positionAt(range.start);
  const from = source.offsetAt({ line, character: 0 });
  const newline = source.text.indexOf("\n", from);
  const content = source.text.slice(from, newline < 0 ? undefined : newline).replace(/\r$/, "");
  const shown = content.length > LONGEST_LINE ? `${content.slice(0, LONGEST_LINE)}…` : content;
  if (character > shown.length) return [];
  const width = Math.max(1, Math.min(range.end - range.start, shown.length - character));
  const number = String(line + 1).padStart(5);
  const indent = shown.slice(0, character).replace(/[^\t]/g, " ");
  return [
    `${paint("gray", `${number} |`)} ${printable(shown)}`,
    `${paint("gray", "      |")} ${indent}${paint(colour, "^".repeat(width))}`,
  ];
}

const LONGEST_LINE = 240;

/** A file may hold escape sequences; a terminal must not see them. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, "\u00b7");
}

function summary({ files }: Checked): string {
  const parts = (["error", "warning", "information", "hint"] as const).flatMap((severity) => {
    const n = count(files, severity);
    if (n === 0) return [];
    const word = severity === "information" ? "information" : n === 1 ? severity : `${severity}s`;
    return [paint(COLOUR[severity], `${n} ${word}`)];
  });
  const where = `in ${files.length} file${files.length === 1 ? "" : "s"}`;
  return `${parts.length > 0 ? parts.join(", ") : paint("green", "no findings")} ${where}\n`;
}
